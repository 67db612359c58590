import { describe, expect, test } from 'vitest';
import { type Inline, plainText, type Reply } from '../../../src/commands/reply.ts';
import { wordError } from '../../../src/commands/wording/errors.ts';
import { ruleWords } from '../../../src/commands/wording/rules.ts';
import { AppError, type ErrorCode, type ErrorData } from '../../../src/domain/errors.ts';
import type { ValueRule } from '../../../src/domain/values.ts';

/** What each code can come with. A new code does not compile until it is here. */
const SAMPLES: { readonly [Code in ErrorCode]: readonly ErrorData[Code][] } = {
  'parse.unknown_command': [
    { word: 'lnik', near: 'link' },
    { word: 'xyz', near: null },
  ],
  'parse.bad_syntax': [{ problem: 'I do not know what to do with “x”.', position: 3 }],
  'input.missing': [
    { field: 'issue', usage: '/crm link acme/app#1 ada@example.com' },
    { field: 'contact', usage: '' },
  ],
  'input.invalid': [
    { field: 'e-mail', rule: 'email.one_at', example: 'ada@example.com' },
    { field: 'first name', rule: 'blank', example: null },
    { field: 'phone', rule: 'too_long:32', example: '+44 20 7946 0018' },
    { field: 'page', rule: 'cursor', example: null },
  ],
  'input.foreign_organization': [
    { reference: 'Nvay', nearest: 'Navy' },
    { reference: 'Xyz', nearest: null },
  ],
  'input.too_many_contacts': [{ limit: 6 }],
  'input.replace_combined': [{}],
  'input.unknown_option': [
    { option: 'ogr=', near: 'org=', known: ['org=', '--closed'] },
    { option: '--x', near: null, known: [] },
  ],
  'actor.unlinked': [{ platform: 'slack' }, { platform: 'slack', connectable: true }],
  'actor.blocked': [{ username: 'dev' }],
  'not_found.contact': [
    { reference: 'ada@exmaple.com', nearest: 'Ada Lovelace (ada@example.com)' },
    { reference: 'Zaphod', nearest: null },
  ],
  'not_found.organization': [
    { reference: 'Nvay', nearest: 'Navy' },
    { reference: 'Xyz', nearest: null },
  ],
  'not_found.issue': [{ reference: 'acme/app#999' }],
  'not_found.group': [{ reference: 'acme/nowhere' }, { reference: '' }],
  'not_found.transfer': [{ reference: '12' }],
  'ambiguous.contact': [{ reference: 'mary', candidates: ['Mary Jackson', 'Mary Somerville'] }],
  'ambiguous.organization': [{ reference: 'engines', candidates: ['A Engines', 'B Engines'] }],
  'ambiguous.group': [{ choices: ['acme', 'globex'] }, { choices: [] }],
  'forbidden.ability': [
    { ability: 'contact.create', where: 'acme', needs: 'Developer' },
    { ability: 'issue.set_contacts', where: 'acme/app#1', needs: 'Planner' },
  ],
  'forbidden.crm_disabled': [{ where: 'acme' }],
  'forbidden.no_crm_group': [{ where: 'nina/notes#1' }],
  'conflict.email_taken': [
    { email: 'ada@example.com', contact: 'Ada Lovelace' },
    { email: 'ada@example.com', contact: null },
  ],
  'conflict.name_taken': [
    { name: 'NAVY', organization: 'Navy' },
    { name: 'NAVY', organization: null },
  ],
  'conflict.stale': [
    { what: 'Ada Lovelace' },
    {
      what: 'Ada Lovelace',
      meanwhile: {
        changes: [{ field: 'lastName', before: 'Byron', after: 'Lovelace' }],
        by: 'max',
        at: new Date('2026-05-04T09:30:00Z'),
      },
    },
    { what: 'Navy', meanwhile: { changes: [], by: null, at: null } },
  ],
  'conflict.not_crm_capable': [
    { customers: 'contacts', where: 'acme' },
    { customers: 'organizations', where: 'acme' },
  ],
  'conflict.source_in_use': [{ where: 'acme/support' }],
  'conflict.held': [{ where: 'acme/app#1' }],
  'unavailable.database': [{}],
  'unavailable.gitlab': [{ detail: '503 from /api/v4/user' }],
  'unavailable.connect': [{}],
  'unavailable.slack': [{ detail: 'ratelimited' }],
};

const rows = Object.entries(SAMPLES).flatMap(([code, samples]) =>
  samples.map((data) => [code, JSON.stringify(data), new AppError(code as ErrorCode, data)] as const),
);

/** The sentences of a reply; items of lists and fields are no sentences. */
function sentences({ title, blocks }: Reply): Inline[] {
  return [
    title,
    ...blocks.flatMap((block) => (block.kind === 'text' || block.kind === 'hint' ? [block.text] : [])),
  ];
}

/** Whether the last span is something to type, which a full stop would spoil. */
const endsInCode = (inline: Inline): boolean => {
  const last = typeof inline === 'string' ? undefined : inline.at(-1);
  return last !== undefined && 'code' in last;
};

const everything = (reply: Reply): string => JSON.stringify(reply);

describe.each(rows)('%s %s', (code, _data, error) => {
  const reply = wordError(error);

  test('is told to the one who asked, as what it is', () => {
    expect(reply.visibility).toBe('private');
    expect(['warning', 'error']).toContain(reply.tone);
  });

  test('is said in whole sentences: a capital first, a full stop last', () => {
    for (const sentence of sentences(reply)) {
      const text = plainText(sentence);
      if (!endsInCode(sentence)) expect(text).toMatch(/[.?:]$/);
      expect(text).not.toMatch(/\.\.$|\s$|\s{2}|undefined|null|\[object/);
    }
    const title = plainText(reply.title);
    // A name or path that was asked for may come first.
    if (!JSON.stringify(error.data).includes(title.split(' ')[0] ?? '')) expect(title).toMatch(/^\p{Lu}/u);
  });

  test('does not show its code, nor how it was found out', () => {
    expect(everything(reply)).not.toContain(code);
    const { detail } = error.data as { detail?: string };
    if (detail) expect(everything(reply)).not.toContain(detail);
  });

  test('tells no number of a row that was not asked for', () => {
    // “C12” is the example that says what a number looks like.
    expect(everything(reply).replaceAll('C12', '')).not.toMatch(/\b[CO]\d+\b/);
  });
});

describe('what is hidden', () => {
  const titleOf = (error: AppError): string => plainText(wordError(error).title);

  test('is worded like what does not exist', () => {
    expect(titleOf(new AppError('not_found.issue', { reference: 'acme/app#1' }))).toBe(
      'Issue acme/app#1 does not exist, or you may not see it.',
    );
    expect(titleOf(new AppError('not_found.group', { reference: 'acme' }))).toBe(
      'Group acme does not exist, or you may not see it.',
    );
  });
});

describe('where nothing was changed', () => {
  test.each([
    'conflict.email_taken',
    'conflict.name_taken',
    'conflict.held',
    'unavailable.gitlab',
    'input.invalid',
  ] as const)('%s says so', (code) => {
    for (const data of SAMPLES[code])
      expect(everything(wordError(new AppError(code, data)))).toContain('Nothing was changed.');
  });
});

describe('a refusal', () => {
  test('reads the ability aloud and names the role', () => {
    const reply = wordError(
      new AppError('forbidden.ability', { ability: 'contact.create', where: 'acme', needs: 'Developer' }),
    );
    expect(sentences(reply).map(plainText)).toEqual([
      'You may not create contacts in acme.',
      'It takes the Developer role or higher there; ask one of its owners.',
    ]);
  });
});

describe('each rule of a value has words of its own', () => {
  const RULES: Record<ValueRule, string> = {
    blank: "can't be blank",
    too_long: 'is too long (maximum is ? characters)',
    characters: 'has a character that cannot be stored (NUL or half of a character)',
    rate: 'must be a number, such as 120.50',
    rate_range: 'is too large (at most 16 digits before the point)',
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
  };

  test.each(Object.entries(RULES))('%s', (rule, words) => expect(ruleWords(rule)).toBe(words));
  test('with the limit where there is one', () =>
    expect(ruleWords('too_long:32')).toBe('is too long (maximum is 32 characters)'));
  test('and a rule from elsewhere is at least told', () => expect(ruleWords('surface')).toBe('is invalid'));
});
