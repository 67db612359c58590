import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { type ContactId, contactId } from '../../src/domain/ids.ts';
import { type ContactsById, planById } from '../../src/domain/link-plan-by-id.ts';

const ids = (...numbers: number[]): ContactId[] => numbers.map((number) => contactId(number));
const linked = (...numbers: number[]): ReadonlySet<ContactId> => new Set(ids(...numbers));
const codeOf = (work: () => unknown): string | null => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return null;
};

describe('contacts set by id', () => {
  test.each<[string, ContactsById, number[], { add: number[]; remove: number[] }]>([
    [
      'replaced: those missing are added, the rest goes',
      { replaceIds: ids(2, 3) },
      [1, 2],
      { add: [3], remove: [1] },
    ],
    ['replaced by none: all go', { replaceIds: [] }, [1, 2], { add: [], remove: [1, 2] }],
    [
      'replaced by none with empty other lists',
      { replaceIds: [], addIds: [] },
      [1],
      { add: [], remove: [1] },
    ],
    ['added', { addIds: ids(4) }, [1, 2], { add: [4], remove: [] }],
    ['added twice: once', { addIds: ids(4, 4) }, [1], { add: [4], remove: [] }],
    ['added though there: nothing', { addIds: ids(1) }, [1, 2], { add: [], remove: [] }],
    ['removed', { removeIds: ids(1) }, [1, 2], { add: [], remove: [1] }],
    ['removed though not there: nothing', { removeIds: ids(4) }, [1], { add: [], remove: [] }],
    ['added and removed in one go', { addIds: ids(4), removeIds: ids(2) }, [1, 2], { add: [4], remove: [2] }],
    [
      'added and removed, the same, there before: it goes',
      { addIds: ids(1), removeIds: ids(1) },
      [1],
      { add: [], remove: [1] },
    ],
    [
      'added and removed, the same, not there before: it stays',
      { addIds: ids(4), removeIds: ids(4) },
      [1],
      { add: [4], remove: [] },
    ],
    ['six added', { addIds: ids(1, 2, 3, 4, 5, 6) }, [], { add: [1, 2, 3, 4, 5, 6], remove: [] }],
    [
      'eight for two that are there: six are added',
      { replaceIds: ids(1, 2, 3, 4, 5, 6, 7, 8) },
      [1, 2],
      { add: [3, 4, 5, 6, 7, 8], remove: [] },
    ],
    [
      'seven removed',
      { removeIds: ids(1, 2, 3, 4, 5, 6, 7) },
      [1, 2, 3, 4, 5, 6, 7],
      { add: [], remove: [1, 2, 3, 4, 5, 6, 7] },
    ],
  ])('%s', (_, asked, before, { add, remove }) => {
    expect(planById(asked, linked(...before))).toEqual({ add: ids(...add), remove: ids(...remove) });
  });

  test.each<[string, ContactsById, string]>([
    ['replace with remove', { replaceIds: ids(1), removeIds: ids(2) }, 'input.replace_combined'],
    ['replace with add', { replaceIds: ids(1), addIds: ids(2) }, 'input.replace_combined'],
    ['nothing at all', {}, 'input.replace_combined'],
    ['an empty list to add', { addIds: [] }, 'input.replace_combined'],
    ['an empty list to remove', { removeIds: [] }, 'input.replace_combined'],
    ['the same seven times', { addIds: ids(4, 4, 4, 4, 4, 4, 4) }, 'input.too_many_contacts'],
    ['seven of which one is there', { addIds: ids(1, 2, 3, 4, 5, 6, 7) }, 'input.too_many_contacts'],
    [
      'a replacement by seven new ones',
      { replaceIds: ids(1, 2, 4, 5, 6, 7, 8, 9, 10) },
      'input.too_many_contacts',
    ],
    [
      'a replacement by the same new one seven times',
      { replaceIds: ids(4, 4, 4, 4, 4, 4, 4) },
      'input.too_many_contacts',
    ],
  ])('%s is refused', (_, asked, code) => {
    expect(codeOf(() => planById(asked, linked(1, 2)))).toBe(code);
  });

  test('a replacement ends with exactly those asked for', () => {
    const some = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 });
    fc.assert(
      fc.property(some, some, (before, wanted) => {
        const { add, remove } = planById({ replaceIds: ids(...wanted) }, linked(...before));
        const end = new Set([...linked(...before)].filter((id) => !remove.includes(id)).concat(add));
        expect(end).toEqual(linked(...wanted));
      }),
    );
  });
});
