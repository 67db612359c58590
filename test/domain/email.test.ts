import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EmailRule, emailProblem, MAX_EMAIL_LENGTH } from '../../src/domain/email.ts';

const fixtures = JSON.parse(
  readFileSync(new URL('../fixtures/extraction.json', import.meta.url), 'utf8'),
) as { emails: { valid: string[]; invalid: string[] } };

const quoted = (value: string): string => JSON.stringify(value);

describe('an address that GitLab takes', () => {
  const VALID = [
    ...fixtures.emails.valid,
    'info@example.com',
    'info+test@example.com',
    "o'reilly@example.com",
    'A@EXAMPLE.COM',
    'a@b.c',
    'a@123.45.67.89',
    'a+b@x.y',
    'a/b@x.y',
    'a#b@x.y',
    'a%b@x.y',
    'ü@x.y',
    'a@münchen.de',
    'a@xn--mnchen-3ya.de',
    `${'l'.repeat(64)}@example.com`,
    `a@${'d'.repeat(63)}.com`,
  ];
  test.each([...new Set(VALID)].map((value) => [quoted(value), value]))('%s is valid', (_name, value) => {
    expect(emailProblem(value)).toBeNull();
  });
});

describe('an address that GitLab refuses names the rule that it breaks', () => {
  /** Every invalid address of the fixtures is here: a test below makes sure of it. */
  const INVALID: [value: string, rule: EmailRule][] = [
    ['', 'email.blank'],
    ['foobar', 'email.one_at'],
    ['@example.com', 'email.one_at'],
    ['test@test@example.com', 'email.one_at'],
    ['a@example.com,b@example.com', 'email.one_at'],
    ['test.test.@example.com', 'email.local_dots'],
    ['.test.test@example.com', 'email.local_dots'],
    ['a..b@example.com', 'email.local_dots'],
    ['a..b@x.y', 'email.local_dots'],
    ['mailto:test@example.com', 'email.local_characters'],
    ["lol!'+=?><#$%^&*()@gmail.com", 'email.local_characters'],
    ['a;b@example.com', 'email.local_characters'],
    ['"a"@example.com', 'email.local_characters'],
    ['a\0b@example.com', 'email.local_characters'],
    ['a\ud800b@example.com', 'email.local_characters'],
    [' ', 'email.spaces'],
    ['   ', 'email.spaces'],
    [' a@example.com', 'email.spaces'],
    ['a@example.com ', 'email.spaces'],
    ['a@example.com\n', 'email.spaces'],
    ['a b@example.com', 'email.spaces'],
    ['"a b"@example.com', 'email.spaces'],
    ['Foo <a@example.com>', 'email.spaces'],
    ['a@example.com (Ada)', 'email.spaces'],
    ['a@example.com\u00a0', 'email.spaces'],
    ['a@b', 'email.domain_labels'],
    ['a@', 'email.domain_labels'],
    ['a@localhost', 'email.domain_labels'],
    ['a@x..y', 'email.domain_labels'],
    ['a@x.y.', 'email.domain_labels'],
    ['a@.example.com', 'email.domain_labels'],
    ['a@-x.y', 'email.domain_characters'],
    ['a@x-.y', 'email.domain_characters'],
    ['a@-example.com', 'email.domain_characters'],
    ['a@exa_mple.com', 'email.domain_characters'],
    ['a@[123.45.67.89]', 'email.domain_characters'],
    ['a@example.com(Ada)', 'email.domain_characters'],
    ['a@example\ud800.com', 'email.domain_characters'],
    [`${'l'.repeat(65)}@example.com`, 'email.local_length'],
    [`a@${'d'.repeat(64)}.com`, 'email.domain_characters'],
    [`a@${'d.'.repeat(126)}com`, 'email.too_long'],
  ];
  test.each(INVALID.map(([value, rule]) => [quoted(value), rule, value] as const))(
    '%s breaks %s',
    (_name, rule, value) => {
      expect(emailProblem(value)).toBe(rule);
    },
  );

  test('the fixtures hold no invalid address that is missing above', () => {
    const here = new Set(INVALID.map(([value]) => value));
    expect(fixtures.emails.invalid.filter((value) => !here.has(value))).toEqual([]);
  });
});

describe('the length of an address', () => {
  const ofLength = (length: number): string => `a@${'d.'.repeat(200)}`.slice(0, length - 1).concat('e');

  test(`of ${MAX_EMAIL_LENGTH} characters is within the limit`, () => {
    const value = ofLength(MAX_EMAIL_LENGTH);
    expect([value.length, emailProblem(value)]).toEqual([MAX_EMAIL_LENGTH, null]);
  });

  test(`of ${MAX_EMAIL_LENGTH + 1} characters is over it`, () => {
    expect(emailProblem(`a@d${ofLength(MAX_EMAIL_LENGTH).slice(2)}`)).toBe('email.too_long');
  });

  test('is counted in characters, not in UTF-16 units', () => {
    expect(emailProblem(`${'𝒂'.repeat(64)}@example.com`)).toBeNull();
    expect(emailProblem(`${'𝒂'.repeat(65)}@example.com`)).toBe('email.local_length');
  });
});

describe('any text at all', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom('a', '.', '@', '-', '"', '(', ' ', '\0', '\ud800', 'ü'),
      maxLength: 80,
    }),
  );

  test('is judged without throwing', () => {
    fc.assert(
      fc.property(anything, (text) => void emailProblem(text)),
      { numRuns: 1_000 },
    );
  });

  test('that is valid has one @, no space, and keeps its verdict in capitals', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        fc.pre(emailProblem(email) === null);
        expect(email.split('@')).toHaveLength(2);
        expect(/\s/u.test(email)).toBe(false);
        expect(emailProblem(email.toUpperCase())).toBeNull();
      }),
    );
  });

  test.each([
    ['dots', '.'],
    ['at signs', '@'],
    ['hyphens', 'a-'],
    ['letters', 'a'],
    ['labels', 'a.'],
  ])('a million %s are judged in an instant', (_name, unit) => {
    const text = `a@${unit.repeat(1_000_000)}`;
    const started = performance.now();
    expect(emailProblem(text)).toBe('email.too_long');
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
