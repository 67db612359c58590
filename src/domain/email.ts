/**
 * Which addresses GitLab's CRM accepts (gem valid_email 0.1.3, no DNS): exactly one bare address, atoms parted by
 * dots before the @, a domain of two or more labels after it. Unicode letters count in both parts.
 */
export type EmailRule =
  | 'email.blank'
  | 'email.too_long'
  | 'email.spaces'
  | 'email.one_at'
  | 'email.local_length'
  | 'email.local_dots'
  | 'email.local_characters'
  | 'email.domain_labels'
  | 'email.domain_characters';

export const MAX_EMAIL_LENGTH = 255;
const MAX_LOCAL_LENGTH = 64;

/** Characters that an unquoted atom may not hold (RFC 5322), besides white space and controls. */
const NOT_IN_ATOM = /[\\"(),:;<>@[\]\p{Cc}\p{Cs}]/u;
/** One domain label: letters, digits and inner hyphens, at most 63 characters. */
const LABEL = /^[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;

/** The first rule that `value` breaks, or null when it is an acceptable address. Nothing is trimmed. */
export function emailProblem(value: string): EmailRule | null {
  if (value === '') return 'email.blank';
  if ([...value].length > MAX_EMAIL_LENGTH) return 'email.too_long';
  if (/\s/u.test(value)) return 'email.spaces';
  const at = value.lastIndexOf('@');
  if (at < 1 || value.indexOf('@') !== at) return 'email.one_at';
  const local = value.slice(0, at);
  if ([...local].length > MAX_LOCAL_LENGTH) return 'email.local_length';
  if (NOT_IN_ATOM.test(local)) return 'email.local_characters';
  if (local.split('.').includes('')) return 'email.local_dots';
  const labels = value.slice(at + 1).split('.');
  if (labels.length < 2 || labels.includes('')) return 'email.domain_labels';
  return labels.every((label) => LABEL.test(label)) ? null : 'email.domain_characters';
}
