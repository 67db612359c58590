/** What each rule of a value asks for, as the end of "… : ". GitLab's sentences where it has one. */
const RULES: Readonly<Record<string, string>> = {
  blank: "can't be blank",
  characters: 'has a character that cannot be stored (NUL or half of a character)',
  rate: 'must be a number, such as 120.50',
  rate_range: 'is too large (at most 16 digits before the point)',
  cursor: 'is not one of ours; search again',
  'notify.state': 'is followed by on or off',
  page: 'must be a whole number from 1',
  'email.blank': "can't be blank",
  'email.too_long': 'is too long (maximum is 255 characters)',
  'email.spaces': 'is invalid: it may not hold spaces',
  'email.one_at': 'is invalid: it needs exactly one @ with something before it',
  'email.local_length': 'is invalid: at most 64 characters may stand before the @',
  'email.local_dots':
    'is invalid: the part before the @ may not start or end with a dot or hold two in a row',
  'email.local_characters': 'is invalid: the part before the @ may not hold any of \\ " ( ) , : ; < > [ ]',
  'email.domain_labels':
    'is invalid: the part after the @ needs at least two names joined by dots, such as example.com',
  'email.domain_characters':
    'is invalid: the part after the @ may hold letters, digits, dots and inner hyphens only',
  'issue.reference': 'must be written as group/project#12 or be the URL of an issue',
  'issue.other_instance': 'belongs to another GitLab than the one Tieline works with',
};

/** The sentence of a rule; a limit comes as `too_long:255`. */
export function ruleWords(rule: string): string {
  const [name = '', limit] = rule.split(':');
  if (name === 'too_long') return `is too long (maximum is ${limit ?? '?'} characters)`;
  return RULES[rule] ?? 'is invalid';
}
