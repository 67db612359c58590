import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contact } from '../../src/domain/customers.ts';
import { type ContactId, contactId, groupId } from '../../src/domain/ids.ts';
import {
  contactLabel,
  type LinkPlan,
  MAX_CONTACTS_ADDED,
  planAdd,
  planRemove,
  planReplace,
  type ResolvedReference,
} from '../../src/domain/link-plan.ts';

function contact(id: number, more: Partial<Contact> = {}): Contact {
  return {
    id: contactId(id),
    crmGroupId: groupId(1),
    firstName: `First${id}`,
    lastName: `Last${id}`,
    email: `c${id}@example.com`,
    phone: null,
    description: null,
    organization: null,
    active: true,
    version: 1,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    ...more,
  };
}

const known = (id: number, more: Partial<Contact> = {}): ResolvedReference => ({
  text: `c${id}@example.com`,
  contact: contact(id, more),
});
const unknown = (text: string, nearest: string | null = null): ResolvedReference => ({
  text,
  contact: null,
  nearest,
});
const several = (text: string): ResolvedReference => ({ text, contact: null, candidates: ['A', 'B'] });
const inactive = (id: number): ResolvedReference => known(id, { active: false });

const linked = (...ids: number[]): ReadonlySet<ContactId> => new Set(ids.map((id) => contactId(id)));
const words = (plan: LinkPlan): string[] => plan.outcomes.map(({ text, kind }) => `${text} ${kind}`);

interface Row {
  readonly references: readonly ResolvedReference[];
  readonly linked?: ReadonlySet<ContactId>;
  readonly outcomes: readonly string[];
  readonly changes: readonly bigint[];
}

describe('adding', () => {
  const rows: Record<string, Row> = {
    'nothing changes nothing': { references: [], outcomes: [], changes: [] },
    'a contact that is not there adds it': {
      references: [known(1)],
      outcomes: ['c1@example.com added'],
      changes: [1n],
    },
    'a contact that is there says so': {
      references: [known(1)],
      linked: linked(1),
      outcomes: ['c1@example.com already_there'],
      changes: [],
    },
    'an inactive contact is refused': {
      references: [inactive(1)],
      outcomes: ['c1@example.com inactive'],
      changes: [],
    },
    'an inactive contact that is there already is no news': {
      references: [inactive(1)],
      linked: linked(1),
      outcomes: ['c1@example.com already_there'],
      changes: [],
    },
    'somebody unknown does not stop the others': {
      references: [known(1), unknown('who@example.com'), known(2)],
      outcomes: ['c1@example.com added', 'who@example.com not_found', 'c2@example.com added'],
      changes: [1n, 2n],
    },
    'a name that fits several is told apart from one that fits nobody': {
      references: [several('Mary'), unknown('Bob')],
      outcomes: ['Mary ambiguous', 'Bob not_found'],
      changes: [],
    },
    'the same contact twice counts once': {
      references: [known(1), { ...known(1), text: 'C1' }],
      outcomes: ['c1@example.com added'],
      changes: [1n],
    },
    'the same unknown text twice is told once, whatever its case': {
      references: [unknown('who@example.com'), unknown('WHO@example.com')],
      outcomes: ['who@example.com not_found'],
      changes: [],
    },
    'six contacts are all added': {
      references: [1, 2, 3, 4, 5, 6].map((id) => known(id)),
      outcomes: [1, 2, 3, 4, 5, 6].map((id) => `c${id}@example.com added`),
      changes: [1n, 2n, 3n, 4n, 5n, 6n],
    },
    'the seventh and eighth contact are named and left out': {
      references: [1, 2, 3, 4, 5, 6, 7, 8].map((id) => known(id)),
      outcomes: [
        ...[1, 2, 3, 4, 5, 6].map((id) => `c${id}@example.com added`),
        'c7@example.com over_limit',
        'c8@example.com over_limit',
      ],
      changes: [1n, 2n, 3n, 4n, 5n, 6n],
    },
    'repeats, unknown ones, inactive ones and those already there do not count towards six': {
      references: [
        known(1),
        known(1),
        unknown('who@example.com'),
        inactive(9),
        known(10),
        ...[2, 3, 4, 5, 6].map((id) => known(id)),
      ],
      linked: linked(10),
      outcomes: [
        'c1@example.com added',
        'who@example.com not_found',
        'c9@example.com inactive',
        'c10@example.com already_there',
        ...[2, 3, 4, 5, 6].map((id) => `c${id}@example.com added`),
      ],
      changes: [1n, 2n, 3n, 4n, 5n, 6n],
    },
    'one that is there is told so even behind the limit': {
      references: [1, 2, 3, 4, 5, 6, 7].map((id) => known(id)),
      linked: linked(7),
      outcomes: [
        ...[1, 2, 3, 4, 5, 6].map((id) => `c${id}@example.com added`),
        'c7@example.com already_there',
      ],
      changes: [1n, 2n, 3n, 4n, 5n, 6n],
    },
  };

  test.each(Object.entries(rows))('%s', (_name, row) => {
    const plan = planAdd(row.references, row.linked ?? linked());
    expect(words(plan)).toEqual(row.outcomes);
    expect(plan.add).toEqual(row.changes);
    expect(plan.remove).toEqual([]);
  });
});

describe('removing', () => {
  const rows: Record<string, Row> = {
    'a contact that is there removes it': {
      references: [known(1)],
      linked: linked(1, 2),
      outcomes: ['c1@example.com removed'],
      changes: [1n],
    },
    'a contact that is not there says so': {
      references: [known(1)],
      linked: linked(2),
      outcomes: ['c1@example.com was_not_there'],
      changes: [],
    },
    'an inactive contact can be removed': {
      references: [inactive(1)],
      linked: linked(1),
      outcomes: ['c1@example.com removed'],
      changes: [1n],
    },
    'there is no limit': {
      references: [1, 2, 3, 4, 5, 6, 7, 8].map((id) => known(id)),
      linked: linked(1, 2, 3, 4, 5, 6, 7, 8),
      outcomes: [1, 2, 3, 4, 5, 6, 7, 8].map((id) => `c${id}@example.com removed`),
      changes: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n],
    },
    'somebody unknown does not stop the others': {
      references: [unknown('who@example.com', 'Who Else'), several('Mary'), known(1)],
      linked: linked(1),
      outcomes: ['who@example.com not_found', 'Mary ambiguous', 'c1@example.com removed'],
      changes: [1n],
    },
    'the same contact twice is removed once': {
      references: [known(1), known(1)],
      linked: linked(1),
      outcomes: ['c1@example.com removed'],
      changes: [1n],
    },
  };

  test.each(Object.entries(rows))('%s', (_name, row) => {
    const plan = planRemove(row.references, row.linked ?? linked());
    expect(words(plan)).toEqual(row.outcomes);
    expect(plan.remove).toEqual(row.changes);
    expect(plan.add).toEqual([]);
  });
});

describe('whatever is named', () => {
  const reference: fc.Arbitrary<ResolvedReference> = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }).map((id) => known(id)) },
    { weight: 1, arbitrary: fc.integer({ min: 13, max: 16 }).map(inactive) },
    { weight: 1, arbitrary: fc.constantFrom('a', 'A', 'b').map((text) => unknown(text)) },
    { weight: 1, arbitrary: fc.constantFrom('c', 'C', 'd').map(several) },
  );
  const references = fc.array(reference, { maxLength: 25 });
  const links = fc.uniqueArray(fc.integer({ min: 1, max: 16 })).map((ids) => linked(...ids));
  const keyOf = ({ text, contact: found }: ResolvedReference): string =>
    found ? `C${found.id}` : text.toLowerCase();
  const planners = { add: planAdd, remove: planRemove };

  test.each(Object.entries(planners))(
    '%s gives each reference exactly one outcome, in order',
    (_name, plan) => {
      fc.assert(
        fc.property(references, links, (given, there) => {
          const asked = [...new Set(given.map(keyOf))];
          const answered = plan(given, there).outcomes.map((outcome) =>
            'contact' in outcome ? `C${outcome.contact.id}` : outcome.text.toLowerCase(),
          );
          expect(answered).toEqual(asked);
        }),
      );
    },
  );

  test('at most six are added, none that was there, each once', () => {
    fc.assert(
      fc.property(references, links, (given, there) => {
        const { add, remove } = planAdd(given, there);
        expect(add.length).toBeLessThanOrEqual(MAX_CONTACTS_ADDED);
        expect(new Set(add).size).toBe(add.length);
        expect(add.filter((id) => there.has(id))).toEqual([]);
        expect(remove).toEqual([]);
      }),
    );
  });

  test('only what was there is removed, each once', () => {
    fc.assert(
      fc.property(references, links, (given, there) => {
        const { add, remove } = planRemove(given, there);
        expect(new Set(remove).size).toBe(remove.length);
        expect(remove.filter((id) => !there.has(id))).toEqual([]);
        expect(add).toEqual([]);
      }),
    );
  });

  test('done again, what was added is there already, and nothing is removed twice', () => {
    fc.assert(
      fc.property(references, links, (given, there) => {
        const { add } = planAdd(given, there);
        const again = planAdd(given, new Set([...there, ...add]));
        expect(again.add.filter((id) => add.includes(id))).toEqual([]);
        const { remove } = planRemove(given, there);
        const left = new Set([...there].filter((id) => !remove.includes(id)));
        expect(planRemove(given, left).remove).toEqual([]);
      }),
    );
  });

  test('as often as it takes, everybody active is added and then nothing more', () => {
    fc.assert(
      fc.property(references, links, (given, start) => {
        let there = start;
        for (let round = 0; round < 3; round += 1) there = new Set([...there, ...planAdd(given, there).add]);
        expect(planAdd(given, there).add).toEqual([]);
        const active = given.flatMap(({ contact: found }) => (found?.active ? [found.id] : []));
        expect(active.filter((id) => !there.has(id))).toEqual([]);
      }),
    );
  });
});

describe('a label', () => {
  test('is the name with the address', () =>
    expect(contactLabel(contact(1))).toBe('First1 Last1 (c1@example.com)'));
  test('is the name where there is no address', () =>
    expect(contactLabel(contact(1, { email: null }))).toBe('First1 Last1'));
});

describe('replacing', () => {
  const there = (...ids: number[]): Contact[] => ids.map((id) => contact(id));
  const rows: Record<string, { references: ResolvedReference[]; linked: Contact[]; outcomes: string[] }> = {
    'nothing by nothing changes nothing': { references: [], linked: [], outcomes: [] },
    'all by nothing removes all, by number': {
      references: [],
      linked: there(1, 2),
      outcomes: ['C1 removed', 'C2 removed'],
    },
    'keeps who is named, adds who is new, removes the rest': {
      references: [known(2), known(3)],
      linked: there(1, 2),
      outcomes: ['c2@example.com already_there', 'c3@example.com added', 'C1 removed'],
    },
    'by somebody unknown removes nobody': {
      references: [known(3), unknown('who@example.com')],
      linked: there(1),
      outcomes: ['c3@example.com added', 'who@example.com not_found', 'C1 kept'],
    },
    'by a name that fits several removes nobody': {
      references: [several('Ada')],
      linked: there(1),
      outcomes: ['Ada ambiguous', 'C1 kept'],
    },
    'by an inactive contact adds nobody and removes the rest': {
      references: [inactive(3)],
      linked: there(1),
      outcomes: ['c3@example.com inactive', 'C1 removed'],
    },
    'keeps an inactive contact that is named': {
      references: [inactive(1)],
      linked: [contact(1, { active: false }), contact(2)],
      outcomes: ['c1@example.com already_there', 'C2 removed'],
    },
    'adds six of seven; those there already do not count': {
      references: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => known(id)),
      linked: there(1, 2),
      outcomes: [
        ...[1, 2].map((id) => `c${id}@example.com already_there`),
        ...[3, 4, 5, 6, 7, 8].map((id) => `c${id}@example.com added`),
        'c9@example.com over_limit',
      ],
    },
  };
  test.each(Object.entries(rows))('%s', (_, { references, linked: before, outcomes }) => {
    expect(words(planReplace(references, before))).toEqual(outcomes);
  });

  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 12 });
  const references = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 20 }).map((id) => known(id)) },
      { weight: 1, arbitrary: fc.integer({ min: 21, max: 24 }).map((id) => inactive(id)) },
      { weight: 1, arbitrary: fc.constantFrom(unknown('who'), several('Ada')) },
    ),
    { maxLength: 12 },
  );
  const applied = (before: readonly Contact[], plan: LinkPlan): Contact[] => {
    const kept = before.filter(({ id }) => !plan.remove.includes(id));
    return [...kept, ...plan.add.map((id) => contact(Number(id)))];
  };

  test('ends with those named, save the inactive and the seventh', () => {
    fc.assert(
      fc.property(ids, references, (linkedIds, given) => {
        const before = there(...linkedIds);
        const plan = planReplace(given, before);
        const isUnclear = given.some((reference) => reference.contact === null);
        const named = new Set(given.flatMap((reference) => reference.contact?.id ?? []));
        const end = applied(before, plan).map(({ id }) => id);
        expect(plan.add.length).toBeLessThanOrEqual(MAX_CONTACTS_ADDED);
        expect(new Set(end).size).toBe(end.length);
        for (const { id } of before) expect(end.includes(id)).toBe(isUnclear || named.has(id));
        for (const id of plan.add) expect(named.has(id)).toBe(true);
      }),
    );
  });

  test('has an outcome for everyone named or there, and each only once', () => {
    fc.assert(
      fc.property(ids, references, (linkedIds, given) => {
        const before = there(...linkedIds);
        const { outcomes } = planReplace(given, before);
        const told = outcomes.flatMap((outcome) => ('contact' in outcome ? [outcome.contact.id] : []));
        const expected = new Set([
          ...before.map(({ id }) => id),
          ...given.flatMap((reference) => reference.contact?.id ?? []),
        ]);
        expect(new Set(told)).toEqual(expected);
        expect(told.length).toBe(expected.size);
      }),
    );
  });

  test('said again often enough changes nothing', () => {
    fc.assert(
      fc.property(ids, references, (linkedIds, given) => {
        let now = there(...linkedIds);
        for (let times = 0; times < 4; times += 1) now = applied(now, planReplace(given, now));
        expect(planReplace(given, now)).toMatchObject({ add: [], remove: [] });
      }),
    );
  });
});
