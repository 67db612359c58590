import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromJson, type Json, toJson } from '../../src/domain/json.ts';

/** What the database does with it. */
const stored = (value: unknown): Json => JSON.parse(JSON.stringify(toJson(value))) as Json;
const roundTrip = (value: unknown): unknown => fromJson(stored(value));

describe('plain JSON', () => {
  test.each([
    ['a bigint stays a bigint', 12n],
    ['a bigint beyond 2^53 keeps every digit', 9_223_372_036_854_775_807n],
    ['a negative bigint keeps its sign', -1n],
    ['a date stays a date, to the millisecond', new Date('2026-03-29T01:59:59.999Z')],
    ['a string that looks like a date stays a string', '2026-03-29T01:59:59.999Z'],
    ['a string of digits stays a string', '12'],
    ['null stays null', null],
    ['an empty list stays one', []],
    ['lists and records nest', { a: [{ b: [1n, new Date(0)] }] }],
  ])('%s', (_name, value) => expect(roundTrip(value)).toEqual(value));

  test('leaves out what is undefined', () => expect(roundTrip({ a: undefined, b: 1 })).toEqual({ b: 1 }));

  test('has no word for a function and stores null', () => expect(toJson([() => 1])).toEqual([null]));

  test('is written so that a person can read it', () => {
    expect(toJson({ id: 12n, at: new Date(0) })).toEqual({
      id: { $n: '12' },
      at: { $d: '1970-01-01T00:00:00.000Z' },
    });
  });

  test('gives back whatever data it got', () => {
    const key = fc.string().filter((text) => !text.startsWith('$'));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.bigInt(),
        fc.date({ noInvalidDate: true }),
        fc.string({ unit: 'grapheme' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (data) => void expect(roundTrip(data)).toEqual(data)),
      { numRuns: 300 },
    );
  });
});
