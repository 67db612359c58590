import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AppError, hasCode } from '../../src/domain/errors.ts';
import { parseDescription, parseEmail, parseName, parsePhone, parseRate } from '../../src/domain/values.ts';

/** What a refused value is told: field, rule and example. */
function refusal(parse: () => unknown): AppError<'input.invalid'>['data'] {
  try {
    parse();
  } catch (error) {
    if (hasCode(error, 'input.invalid')) return error.data;
    throw error;
  }
  return expect.fail('the value was taken');
}

const NUL = 'a\0b';
const HALF_CHARACTER = 'a\ud83d';

describe.each(['first name', 'last name', 'name'] as const)('a %s', (field) => {
  const parse = (value: string) => () => parseName(field, value);

  test('is kept as it is', () => expect(parseName(field, 'Ada')).toBe('Ada'));
  test('loses the space around it', () => expect(parseName(field, '  First \n')).toBe('First'));
  test('keeps the space inside it', () => expect(parseName(field, 'Mary  Ann')).toBe('Mary  Ann'));
  test('may have 255 characters', () => expect(parseName(field, 'x'.repeat(255))).toHaveLength(255));
  test('may have 255 characters and space around them', () =>
    expect(parseName(field, ` ${'x'.repeat(255)} `)).toHaveLength(255));
  test('may have 255 characters of two UTF-16 units each', () =>
    expect(parseName(field, '𝒂'.repeat(255))).toHaveLength(510));
  test('may not have 256 characters', () => {
    expect(refusal(parse('x'.repeat(256)))).toEqual({ field, rule: 'too_long:255', example: null });
    expect(refusal(parse('𝒂'.repeat(256))).rule).toBe('too_long:255');
  });
  test.each([
    ['empty', ''],
    ['spaces', '   '],
    ['a line break and a no-break space', '\n\u00a0'],
  ])('may not be %s', (_name, value) => {
    expect(refusal(parse(value))).toEqual({ field, rule: 'blank', example: null });
  });
  test('may not hold NUL', () => expect(refusal(parse(NUL)).rule).toBe('characters'));
  test('may not hold half of a character', () =>
    expect(refusal(parse(HALF_CHARACTER)).rule).toBe('characters'));
});

describe('an e-mail', () => {
  test.each([[null], [undefined], ['']])('may be absent: %j', (value) =>
    expect(parseEmail(value)).toBeNull(),
  );
  test('keeps its case', () => expect(parseEmail('Ada@Example.COM')).toBe('Ada@Example.COM'));
  test('is not trimmed', () => expect(refusal(() => parseEmail(' a@x.y')).rule).toBe('email.spaces'));
  test('that is refused names its rule and shows a good one', () => {
    expect(refusal(() => parseEmail('ada@example'))).toEqual({
      field: 'e-mail',
      rule: 'email.domain_labels',
      example: 'ada@example.com',
    });
  });
});

describe('a phone', () => {
  test.each([[null], [undefined], [''], ['  ']])('may be absent: %j', (value) =>
    expect(parsePhone(value)).toBeNull(),
  );
  test('is trimmed', () => expect(parsePhone('  123456 ')).toBe('123456'));
  test('has no format', () => expect(parsePhone('ask for Ada, ext. 3')).toBe('ask for Ada, ext. 3'));
  test('may have 32 characters', () => expect(parsePhone('1'.repeat(32))).toHaveLength(32));
  test('may not have 33', () => {
    expect(refusal(() => parsePhone('1'.repeat(33)))).toMatchObject({ field: 'phone', rule: 'too_long:32' });
  });
  test('may not hold NUL', () => expect(refusal(() => parsePhone(NUL)).rule).toBe('characters'));
  test('may not hold half of a character', () =>
    expect(refusal(() => parsePhone(HALF_CHARACTER)).rule).toBe('characters'));
});

describe('a description', () => {
  test.each([[null], [undefined], ['']])('may be absent: %j', (value) =>
    expect(parseDescription(value)).toBeNull(),
  );
  test('is not trimmed', () => expect(parseDescription('  two\nlines ')).toBe('  two\nlines '));
  test('may have 1024 characters', () => expect(parseDescription('x'.repeat(1024))).toHaveLength(1024));
  test('may not have 1025', () => {
    expect(refusal(() => parseDescription('x'.repeat(1025)))).toEqual({
      field: 'description',
      rule: 'too_long:1024',
      example: null,
    });
  });
  test('may not hold NUL', () => expect(refusal(() => parseDescription(NUL)).rule).toBe('characters'));
  test('may not hold half of a character', () =>
    expect(refusal(() => parseDescription(HALF_CHARACTER)).rule).toBe('characters'));
});

describe('a default rate', () => {
  test.each([[null], [undefined], [''], ['  ']])('may be absent: %j', (value) =>
    expect(parseRate(value)).toBeNull(),
  );

  test.each([
    ['a whole number gets two places', '120', '120.00'],
    ['one place is filled up', '120.5', '120.50'],
    ['two places stay', '120.50', '120.50'],
    ['a comma stands for the point', '120,50', '120.50'],
    ['the third place rounds up from five', '1.005', '1.01'],
    ['the third place rounds down below five', '1.0049', '1.00'],
    ['rounding carries over', '0.999', '1.00'],
    ['space around it is dropped', ' 7 ', '7.00'],
    ['zeros in front are dropped', '007', '7.00'],
    ['zero is a rate', '0', '0.00'],
    ['a plus sign is dropped', '+5', '5.00'],
    ['a negative rate is kept', '-3.5', '-3.50'],
    ['a negative rate rounds away from zero', '-1.005', '-1.01'],
    ['a negative rate that rounds to nothing has no sign', '-0.001', '0.00'],
    ['sixteen digits are within the limit', '9'.repeat(16), `${'9'.repeat(16)}.00`],
    ['the greatest rate is taken', `${'9'.repeat(16)}.994`, `${'9'.repeat(16)}.99`],
  ])('%s', (_name, typed, stored) => expect(parseRate(typed)).toBe(stored));

  test.each([
    ['words', 'lots'],
    ['a currency', '120 EUR'],
    ['a thousands separator', '1,200.50'],
    ['an exponent', '1e5'],
    ['a point without a number before it', '.5'],
    ['a point without a number behind it', '5.'],
    ['two signs', '--5'],
    ['infinity', 'Infinity'],
    ['another script’s digits', '١٢'],
  ])('%s is no rate', (_name, typed) => {
    expect(refusal(() => parseRate(typed))).toEqual({
      field: 'default rate',
      rule: 'rate',
      example: '120.50',
    });
  });

  test.each([
    ['seventeen digits', '1'.repeat(17)],
    ['what rounds up to seventeen digits', `${'9'.repeat(16)}.995`],
    ['a million digits', '9'.repeat(1_000_000)],
  ])('%s are over the limit', (_name, typed) => {
    expect(refusal(() => parseRate(typed)).rule).toBe('rate_range');
  });

  test('parsed once more stays the same', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 999 }), (whole, fraction) => {
        const once = parseRate(`${whole}.${fraction}`);
        expect(parseRate(once)).toBe(once);
      }),
    );
  });
});

test('any text is either stored as text or refused with a rule', () => {
  const parsers = [
    (text: string) => parseName('name', text),
    parseEmail,
    parsePhone,
    parseDescription,
    parseRate,
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...parsers),
      fc.string({ unit: 'binary', maxLength: 1_100 }),
      (parse, text) => {
        try {
          const stored = parse(text);
          if (stored !== null) expect(stored).not.toMatch(/\0|\p{Cs}/u);
        } catch (error) {
          expect(hasCode(error, 'input.invalid')).toBe(true);
        }
      },
    ),
  );
});
