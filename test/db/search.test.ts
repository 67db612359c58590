import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type SearchHit,
  type SearchPlace,
  type SearchQuery,
  searchNear,
  searchPage,
} from '../../src/db/queries/search.ts';
import { groupId } from '../../src/domain/ids.ts';
import { testDatabase } from '../support/database.ts';
import {
  type ModelContact,
  type ModelOrganization,
  type ModelRow,
  nearlySearched,
  searched,
} from './search-model.ts';

const { database, empty, drop } = await testDatabase();
const { prisma } = database;
afterAll(drop);

const GROUP = groupId(1n);

async function start(): Promise<void> {
  await empty();
  for (const id of [1n, 2n]) {
    const path = `group-${id}`;
    await prisma.group.create({
      data: { id, rootId: id, fullPath: path, name: path, checkedAt: new Date(0) },
    });
  }
}

interface Drawn {
  readonly organizations: readonly Omit<ModelOrganization, 'id' | 'kind'>[];
  readonly contacts: readonly (Omit<ModelContact, 'id' | 'kind' | 'organization'> & {
    readonly at: number;
  })[];
}

let nextId = 1;

/** Stores what was drawn; names and addresses are made unique by a number. */
async function store({ organizations, contacts }: Drawn): Promise<ModelRow[]> {
  const rows: ModelRow[] = [];
  for (const { name, ...rest } of organizations) {
    const id = nextId++;
    rows.push({ kind: 'organization', id, name: `${name} ${id}`, ...rest });
    await prisma.organization.create({
      data: { crmGroupId: 1n, id: BigInt(id), name: `${name} ${id}`, ...rest },
    });
  }
  const stored = rows.filter((row) => row.kind === 'organization');
  for (const { at, email, first, last, ...rest } of contacts) {
    const id = nextId++;
    const address = email === null ? null : `${email}${id}@x.example`;
    const organization = stored[at];
    rows.push({
      kind: 'contact',
      id,
      first,
      last,
      email: address,
      organization: organization?.name ?? null,
      ...rest,
    });
    await prisma.contact.create({
      data: {
        crmGroupId: 1n,
        id: BigInt(id),
        firstName: first,
        lastName: last,
        email: address,
        organizationId: organization === undefined ? null : BigInt(organization.id),
        ...rest,
      },
    });
  }
  return rows;
}

const labelOf = (row: { kind: string; id: number | bigint }): string => `${row.kind} ${row.id}`;

interface Asked {
  readonly words: readonly string[];
  readonly state?: SearchQuery['state'];
  readonly near?: boolean;
  readonly limit?: number;
  readonly isSmall?: boolean;
}

/** Every page from the first; `between` runs after each. */
async function pages(
  { words, state = 'all', near = false, limit = 3, isSmall = false }: Asked,
  between: (page: number) => Promise<unknown> = async () => {},
): Promise<string[]> {
  const labels: string[] = [];
  let after: SearchPlace | null = null;
  for (let page = 1; ; page += 1) {
    const query: SearchQuery = {
      crmGroupId: GROUP,
      words,
      state,
      contacts: true,
      organizations: true,
      after,
      limit,
      isSmall,
    };
    const hits: readonly SearchHit[] = near
      ? await searchNear(database.read, query)
      : (await searchPage(database.read, query)).hits;
    labels.push(...hits.map((hit) => labelOf({ kind: hit.kind, id: hit.place.id })));
    const last = hits.at(-1);
    if (hits.length < limit || !last) return labels;
    after = last.place;
    await between(page);
  }
}

const LETTERS = ['a', 'b', 'c', 'A', 'é', 'É', 'ß', 'ø', '%', '_', '\\', '-', "'", ' ', '1'];
const nonEmpty = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength }).map((text) => text.trim() || 'x');
const local = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '1'), minLength: 1, maxLength: 3 });
const drawn: fc.Arbitrary<Drawn> = fc.record({
  organizations: fc.array(
    fc.record({
      name: nonEmpty(4),
      description: fc.option(nonEmpty(6)),
      active: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  contacts: fc.array(
    fc.record({
      first: nonEmpty(4),
      last: nonEmpty(4),
      email: fc.option(local),
      description: fc.option(nonEmpty(6)),
      active: fc.boolean(),
      at: fc.nat(5),
    }),
    { maxLength: 14 },
  ),
});
const typedWords = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom('@x', 'x.example', 'a a', 'ab b', '1@x.example', '') },
  ),
  { maxLength: 3 },
);

/** Words that stand in the data, so that most searches find something. */
const someOf = (rows: readonly ModelRow[], seed: number): string[] => {
  const row = rows[seed % Math.max(rows.length, 1)];
  if (!row) return [];
  const words =
    row.kind === 'contact' ? [row.first, row.last, row.email ?? '', row.organization ?? ''] : [row.name];
  return words.filter((word, index) => word !== '' && (seed >> index) % 2 === 0);
};

describe('search', () => {
  beforeEach(start);

  test('gives the rows of the model in its order, page after page', async () => {
    await fc.assert(
      fc.asyncProperty(
        drawn,
        fc.array(typedWords, { minLength: 6, maxLength: 6 }),
        fc.array(fc.nat(1_000), { minLength: 6, maxLength: 6 }),
        fc.constantFrom<SearchQuery['state']>('all', 'active', 'inactive'),
        async (data, searches, seeds, state) => {
          await start();
          const rows = await store(data);
          const wanted = rows.filter((row) => state === 'all' || row.active === (state === 'active'));
          for (const words of [...searches, ...seeds.map((seed) => someOf(rows, seed))]) {
            const expected = searched(wanted, words).map(labelOf);
            for (const isSmall of [false, true]) {
              expect(await pages({ words, state, isSmall }), JSON.stringify(words)).toEqual(expected);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  test('finds the same whatever order the words are in', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, typedWords, async (data, words) => {
        await start();
        await store(data);
        expect(await pages({ words: [...words].reverse() })).toEqual(await pages({ words }));
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  test('shows who stays exactly once, in order, while others come and go between pages', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, drawn, typedWords, async (data, coming, words) => {
        await start();
        const rows = await store(data);
        const going = rows.filter((row, index) => row.kind === 'contact' && index % 3 === 0);
        const staying = rows.filter((row) => !going.includes(row));
        const seen = await pages({ words, limit: 2 }, async (page) => {
          const gone = going[page - 1];
          if (gone) await prisma.contact.deleteMany({ where: { id: BigInt(gone.id) } });
          if (page === 1) await store(coming);
        });
        const expected = searched(staying, words).map(labelOf);
        expect(seen.filter((label) => expected.includes(label))).toEqual(expected);
        expect(new Set(seen).size).toBe(seen.length);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('nearly gives the rows of the model in its order', async () => {
    const names = ['Lovelace', 'Lovlace', 'Hopper', 'Hoper', 'Grace', 'Turing', 'Truing', 'Ångström', 'Love'];
    const name = fc.constantFrom(...names);
    const typed = fc.constantFrom(
      'lovelace',
      'lovleace',
      'hoppers',
      'grase',
      'angstorm',
      'turin',
      'love',
      'a%lovelace',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ first: name, last: name }), { maxLength: 12 }),
        fc.array(name, { maxLength: 3 }),
        fc.array(typed, { minLength: 1, maxLength: 2 }),
        async (people, companies, words) => {
          await start();
          const rows = await store({
            organizations: companies.map((company) => ({ name: company, description: null, active: true })),
            contacts: people.map((one) => ({ ...one, email: null, description: null, active: true, at: 0 })),
          });
          expect(await pages({ words, near: true })).toEqual(nearlySearched(rows, words).map(labelOf));
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  test('asks the index for nothing that is not in the text, whatever word is looked for in whatever text', async () => {
    const part = fc.oneof(
      fc.constantFrom('Harbour', 'Ltd', 'de', '50%', 'a_b', 'back\\slash', '%%', 'Österreich', "O'Neill"),
      fc.string({ unit: 'grapheme', maxLength: 9 }),
    );
    const word = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(' '));
    await fc.assert(
      fc.asyncProperty(part, word, part, async (before, looked, after) => {
        const text = `${before}${looked}${after}`.replaceAll('\0', '');
        const [row] = await prisma.$queryRaw<{ held: boolean; probed: boolean }[]>`
          SELECT t LIKE ALL (tieline_patterns(w, '%')) AS held, t LIKE ALL (tieline_probes(w)) AS probed
          FROM (SELECT tieline_fold(${text}) AS t, tieline_words(ARRAY[${looked.replaceAll('\0', '')}]) AS w) x`;
        if (row?.held) expect(row.probed, `${looked} in ${text}`).toBe(true);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  test('answers any text at all', async () => {
    await start();
    await store({
      organizations: [],
      contacts: [{ first: 'Ada', last: 'Lovelace', email: null, description: null, active: true, at: 0 }],
    });
    const anything = fc.string({ unit: 'binary', maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 12 }), async (words) => {
        await pages({ words });
        await pages({ words, near: true });
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('search in a large group', () => {
  let rows: ModelRow[] = [];
  /** Enough rows that a search leaves the index it walks, and for common words comes back to it. */
  const COUNT = 4_200;
  /** More than are sorted at once, and all of them further down the order than is walked for. */
  const CROWD = 5_100;

  beforeAll(async () => {
    await start();
    await prisma.$executeRaw`INSERT INTO organizations (crm_group_id, id, name)
      SELECT 1, n, 'Company ' || n || CASE WHEN n % 7 = 0 THEN ' seventh' ELSE '' END FROM generate_series(1, 400) n`;
    await prisma.$executeRaw`INSERT INTO contacts (crm_group_id, id, first_name, last_name, email, description,
        organization_id, active)
      SELECT 1, n, 'First' || n % 11, 'Last' || n % 97, 'p' || n || '@x.example',
        CASE WHEN n % 2 = 1 THEN 'odd' END || CASE WHEN n > 4190 THEN ' late' ELSE '' END, 1 + n % 400, n % 10 <> 0
      FROM generate_series(1, ${COUNT}::int) n`;
    await prisma.$executeRaw`INSERT INTO contacts (crm_group_id, id, first_name, last_name, description, active)
      SELECT 1, ${COUNT}::int + n, 'Zoe', 'Zuse' || n, 'one of a crowd', n % 10 <> 0
      FROM generate_series(1, ${CROWD}::int) n`;
    await prisma.$executeRaw`ANALYZE contacts`;
    const contacts = await prisma.contact.findMany({ orderBy: { id: 'asc' } });
    const organizations = await prisma.organization.findMany({ orderBy: { id: 'asc' } });
    rows = [
      ...organizations.map(
        ({ id, name, description, active }): ModelRow => ({
          kind: 'organization',
          id: Number(id),
          name,
          description,
          active,
        }),
      ),
      ...contacts.map(
        ({ id, firstName, lastName, email, organizationName, description, active }): ModelRow => ({
          kind: 'contact',
          id: Number(id),
          first: firstName,
          last: lastName,
          email,
          organization: organizationName,
          description,
          active,
        }),
      ),
    ];
  });

  test.each([
    ['a word that half of the rows hold', ['odd']],
    ['a word that every row holds', ['example']],
    ['a word that few rows hold', ['late']],
    ['a word that one row holds', ['p3421@x']],
    ['an exact address', ['p3421@x.example']],
    ['a prefix of many last names', ['last1']],
    ['a prefix of many addresses', ['p1']],
    ['a first and a last name', ['first3', 'last5']],
    ['a common word and a rare one', ['odd', 'late']],
    ['two common words', ['odd', 'company']],
    ['a part of the name of few organizations', ['seventh']],
    ['a name and a part of the organization', ['last7', 'seventh']],
    ['a phrase of several words', ['company 49 seventh']],
    ['a phrase that ends within a word', ['first3 las']],
    ['two phrases', ['any 49 sev', 'last7 first']],
    ['a letter', ['t']],
    ['nothing that is there', ['nowhere']],
    ['no word', []],
  ])('%s', async (_name, words) => {
    for (const state of ['all', 'active', 'inactive'] as const) {
      const wanted = rows.filter((row) => state === 'all' || row.active === (state === 'active'));
      expect(await pages({ words, state, limit: 499 })).toEqual(searched(wanted, words).map(labelOf));
    }
  });

  test('a word that more rows hold than are sorted, all of them at the end of the order', async () => {
    const wanted = searched(rows, ['crowd']).map(labelOf);
    expect(wanted).toHaveLength(CROWD);
    expect(await pages({ words: ['crowd'], limit: 2_000 })).toEqual(wanted);
    expect(await pages({ words: ['crowd', 'late'], limit: 2_000 })).toEqual([]);
  });
});

test('no function that calls rows dear is compiled to machine code at every call', async () => {
  const dear = await prisma.$queryRaw<{ name: string; compiled: boolean }[]>`
    SELECT proname AS name, NOT 'jit=off' = ANY (proconfig) AS compiled FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND 'cpu_tuple_cost=10' = ANY (proconfig) ORDER BY proname`;
  expect(dear.map(({ name }) => name)).toContain('tieline_contacts_holding');
  expect(dear.filter(({ compiled }) => compiled)).toEqual([]);
});
