import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ContactValues, contactChanges, netChanges, valuesOf } from '../../src/domain/edits.ts';
import { organizationId } from '../../src/domain/ids.ts';

const text = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null });
const anyValues: fc.Arbitrary<ContactValues> = fc.record({
  firstName: fc.constantFrom('Ada', 'Grace'),
  lastName: fc.constantFrom('Lovelace', 'Hopper'),
  email: text,
  phone: text,
  description: text,
  organization: fc.option(
    fc.record({ id: fc.constantFrom(organizationId(1), organizationId(2)), name: fc.constant('Navy') }),
    { nil: null },
  ),
  active: fc.boolean(),
});

describe('several edits as one', () => {
  test('differ from the first state to the last as those two do', () => {
    fc.assert(
      fc.property(fc.array(anyValues, { minLength: 1, maxLength: 6 }), (states) => {
        const [first, ...others] = states;
        const last = states.at(-1);
        if (!first || !last) return;
        const edits = others.map((state, index) => contactChanges(states[index] ?? first, state));
        const byField = (changes: ReturnType<typeof netChanges>) =>
          [...changes].sort((a, b) => a.field.localeCompare(b.field));
        expect(byField(netChanges(edits))).toEqual(byField(contactChanges(first, last)));
      }),
    );
  });

  test('carry the first state to the last when applied', () => {
    fc.assert(
      fc.property(anyValues, anyValues, (before, after) => {
        const changes = contactChanges(before, after);
        expect({ ...before, ...valuesOf(changes, 'after') }).toEqual(after);
        expect({ ...after, ...valuesOf(changes, 'before') }).toEqual(before);
      }),
    );
  });
});

test('an organization that was renamed is the same organization', () => {
  const values = (name: string): ContactValues => ({
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: null,
    phone: null,
    description: null,
    organization: { id: organizationId(1), name },
    active: true,
  });
  expect(contactChanges(values('Navy'), values('Fleet'))).toEqual([]);
});
