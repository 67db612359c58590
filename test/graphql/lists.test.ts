import { beforeEach, describe, expect, test } from 'vitest';
import { asker } from './client.ts';
import { useApi } from './use-api.ts';

const world = useApi();
const ask = asker(world);

interface Seed {
  readonly firstName: string;
  readonly lastName: string;
  readonly email?: string;
  readonly phone?: string;
  readonly description?: string;
  readonly organization?: string;
  readonly active?: boolean;
}

let acme = 0n;
let globex = 0n;

beforeEach(async () => {
  const { prisma } = world.db.database;
  acme = (await prisma.group.findFirstOrThrow({ where: { fullPath: 'acme' } })).id;
  globex = (await prisma.group.findFirstOrThrow({ where: { fullPath: 'globex' } })).id;
  await prisma.issueContact.deleteMany();
  await prisma.contact.deleteMany();
  await prisma.organization.deleteMany();
});

async function organization(crmGroupId: bigint, name: string, more: object = {}): Promise<bigint> {
  return (await world.db.database.prisma.organization.create({ data: { crmGroupId, name, ...more } })).id;
}

async function contacts(...seeds: Seed[]): Promise<void> {
  const { prisma } = world.db.database;
  for (const { organization: name, ...seed } of seeds) {
    const found = name ? await prisma.organization.findFirstOrThrow({ where: { name } }) : null;
    await prisma.contact.create({ data: { crmGroupId: acme, organizationId: found?.id ?? null, ...seed } });
  }
}

/** Names of the contacts that a list gives. */
async function names(args: string, who: string | null = 'dev', path = 'acme'): Promise<string[] | null> {
  const { data, messages } = await ask(
    who,
    `{ group(fullPath: "${path}") { contacts${args} { nodes { firstName lastName } } } }`,
  );
  expect(messages).toEqual([]);
  return (
    data.group?.contacts.nodes.map(
      (node: { firstName: string; lastName: string }) => `${node.firstName} ${node.lastName}`,
    ) ?? null
  );
}

const THREE: Seed[] = [
  { firstName: 'ABC', lastName: 'DEF', email: 'ghi@test.com', description: 'LMNO', active: false },
  { firstName: 'ghi', lastName: 'STU', email: 'vwx@test.com', description: 'YZ' },
  { firstName: 'John', lastName: 'Smith', email: 'js@example.com', description: 'likes John and Smith 100%' },
];

describe('contacts of a group', () => {
  test('are all there without a search, in order of last name', async () => {
    await contacts(...THREE);
    expect(await names('')).toEqual(['ABC DEF', 'John Smith', 'ghi STU']);
    expect(await names('(search: "")')).toHaveLength(3);
  });

  test('are found by a part of any of their four fields, ignoring case', async () => {
    await contacts(...THREE);
    expect(await names('(search: "aBc")')).toEqual(['ABC DEF']);
    expect(await names('(search: "StU")')).toEqual(['ghi STU']);
    expect(await names('(search: "ghi@")')).toEqual(['ABC DEF']);
    expect(await names('(search: "Yz")')).toEqual(['ghi STU']);
    expect(await names('(search: "x@test.com")')).toEqual(['ghi STU']);
  });

  test('are found by the literal % and by a quoted phrase', async () => {
    await contacts(...THREE);
    expect(await names('(search: "%")')).toEqual(['John Smith']);
    expect(await names('(search: "_")')).toEqual([]);
    expect(await names('(search: "\\"and Smith\\"")')).toEqual(['John Smith']);
    expect(await names('(search: "\\"Smith and\\"")')).toEqual([]);
  });

  test('are found only where one field holds all the words', async () => {
    await organization(acme, 'Company A');
    await contacts(
      { firstName: 'John', lastName: 'Smith', email: 'a@test.com', phone: '555', organization: 'Company A' },
      { firstName: 'Other', lastName: 'One', description: 'John or Smith' },
      { firstName: 'Mary John', lastName: 'Smith' },
    );
    expect(await names('(search: "John Smith")')).toEqual(['Other One']);
    expect(await names('(search: "john mary")')).toEqual(['Mary John Smith']);
    for (const search of ['company', '555', 'john a@test', 'smith john mary'])
      expect([search, await names(`(search: "${search}")`)]).toEqual([search, []]);
    const { data } = await ask(
      'dev',
      '{ group(fullPath: "acme") { contactStateCounts(search: "John Smith") { all } } }',
    );
    expect(data.group.contactStateCounts).toEqual({ all: 1 });
  });

  test('are filtered by state and ids together with the search', async () => {
    await contacts(...THREE);
    expect(await names('(state: active)')).toEqual(['John Smith', 'ghi STU']);
    expect(await names('(state: inactive)')).toEqual(['ABC DEF']);
    expect(await names('(state: all)')).toHaveLength(3);
    const { data } = await ask('dev', '{ group(fullPath: "acme") { contacts { nodes { id } } } }');
    const ids: string[] = data.group.contacts.nodes.map(({ id }: { id: string }) => id);
    expect(await names(`(ids: ["${ids[0]}", "${ids[2]}"])`)).toEqual(['ABC DEF', 'ghi STU']);
    expect(await names(`(ids: ["${ids[0]}"], state: active)`)).toEqual([]);
    expect(await names('(ids: ["gid://gitlab/CustomerRelations::Contact/999999"])')).toEqual([]);
  });

  test('are sorted by last name, then first name', async () => {
    await contacts(
      { firstName: 'd', lastName: 'e' },
      { firstName: 'd', lastName: 'c' },
      { firstName: 'b', lastName: 'a' },
    );
    expect(await names('')).toEqual(['b a', 'd c', 'd e']);
    expect(await names('(sort: LAST_NAME_DESC)')).toEqual(['d e', 'd c', 'b a']);
  });

  test.each([
    ['EMAIL_ASC', ['1', '2', '3']],
    ['EMAIL_DESC', ['2', '1', '3']],
    ['PHONE_ASC', ['2', '3', '1']],
    ['PHONE_DESC', ['3', '2', '1']],
    ['DESCRIPTION_ASC', ['3', '1', '2']],
    ['DESCRIPTION_DESC', ['1', '3', '2']],
    ['ORGANIZATION_ASC', ['2', '1', '3']],
    ['ORGANIZATION_DESC', ['1', '2', '3']],
    ['FIRST_NAME_ASC', ['1', '2', '3']],
    ['CREATED_DESC', ['3', '2', '1']],
  ])('are sorted by %s, those without a value last', async (sort, expected) => {
    await organization(acme, 'Company Z');
    await organization(acme, 'Company A');
    await contacts(
      { firstName: '1', lastName: 'x', email: 'a@test.com', description: 'YZ', organization: 'Company Z' },
      { firstName: '2', lastName: 'x', email: 'b@test.com', phone: '123', organization: 'Company A' },
      { firstName: '3', lastName: 'x', phone: '456', description: 'LMNO' },
    );
    expect(await names(`(sort: ${sort})`)).toEqual(expected.map((name) => `${name} x`));
  });

  test('come page by page in both directions, each once', async () => {
    const all = Array.from({ length: 7 }, (_, index) => ({ firstName: String(index), lastName: 'page' }));
    await contacts(...all);
    for (const sort of ['LAST_NAME_ASC', 'FIRST_NAME_DESC', 'PHONE_ASC', 'ORGANIZATION_DESC']) {
      const walk = async (forward: boolean): Promise<string[]> => {
        const seen: string[] = [];
        for (let cursor: string | null = null, more = true; more; ) {
          const page: string = forward
            ? `first: 3, after: ${JSON.stringify(cursor)}`
            : `last: 3, before: ${JSON.stringify(cursor)}`;
          const { data, messages } = await ask(
            'dev',
            `{ group(fullPath: "acme") { contacts(sort: ${sort}, ${page}) {
              edges { cursor node { firstName } }
              pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }`,
          );
          expect(messages).toEqual([]);
          const { edges, pageInfo } = data.group.contacts;
          const got = edges.map(({ node }: { node: { firstName: string } }) => node.firstName);
          if (forward) seen.push(...got);
          else seen.unshift(...got);
          expect(forward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage).toBe(cursor !== null);
          expect(pageInfo.endCursor).toBe(edges.at(-1).cursor);
          cursor = forward ? pageInfo.endCursor : pageInfo.startCursor;
          more = forward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
        }
        return seen;
      };
      const forward = await walk(true);
      expect(new Set(forward).size).toBe(7);
      expect(await walk(false)).toEqual(forward);
    }
  });

  test('are at most a hundred, and a hundred where nothing is said', async () => {
    await contacts(...Array.from({ length: 103 }, (_, n) => ({ firstName: String(n), lastName: 'many' })));
    expect(await names('')).toHaveLength(100);
    expect(await names('(first: 1000)')).toHaveLength(100);
    expect(await names('(last: 1000)')).toHaveLength(100);
    expect(await names('(first: 0)')).toEqual([]);
  });

  test('are refused in words for a page that makes no sense', async () => {
    const said = async (args: string) =>
      (await ask('dev', `{ group(fullPath: "acme") { contacts${args} { nodes { id } } } }`)).messages;
    expect(await said('(first: 1, last: 1)')).toEqual([
      'Can only provide either `first` or `last`, not both',
    ]);
    expect(await said('(first: -1)')).toEqual(['`first` and `last` must be at least 0']);
    expect(await said('(after: "nonsense")')).toEqual(['Please provide a valid cursor']);
    expect(await said('(ids: ["12"])')).toEqual(['"12" is not a valid Global ID']);
    expect(await said('(ids: ["gid://gitlab/Group/1"])')).toEqual([
      '"gid://gitlab/Group/1" does not represent an instance of CustomerRelations::Contact',
    ]);
  });

  test('are counted by state, and by the search', async () => {
    await contacts(...THREE);
    const counts = async (args: string, who = 'dev') =>
      (await ask(who, `{ group(fullPath: "acme") { contactStateCounts${args} { active inactive all } } }`))
        .data.group.contactStateCounts;
    expect(await counts('')).toEqual({ active: 2, inactive: 1, all: 3 });
    expect(await counts('(search: "test.com")')).toEqual({ active: 1, inactive: 1, all: 2 });
    expect(await counts('(state: active)')).toEqual({ active: 2, inactive: 0, all: 2 });
    expect(await counts('', 'gus')).toBeNull();
  });

  test('are those of the crm group when a subgroup is asked', async () => {
    await contacts(...THREE);
    expect(await names('', 'dev', 'acme/support')).toHaveLength(3);
  });

  test('are none for whoever may not view them, without an error', async () => {
    await contacts(...THREE);
    expect(await names('', 'gus')).toEqual([]);
    expect(await names('', 'sam', 'acme/support')).toEqual([]);
    expect(await names('', 'nina')).toBeNull();
    expect(await names('', null)).toBeNull();
    for (const who of ['pia', 'rita', 'max', 'olga']) expect(await names('', who)).toHaveLength(3);
  });

  test('are none while CRM is off for the group', async () => {
    await contacts(...THREE);
    await world.rows.setGroup('acme', { crmEnabled: false });
    expect(await names('', 'olga')).toEqual([]);
    expect(await names('', 'olga', 'acme/support')).toEqual([]);
    await world.rows.setGroup('acme', { crmEnabled: true });
    await world.rows.setGroup('acme/support', { crmEnabled: false });
    expect(await names('', 'olga')).toHaveLength(3);
    await world.rows.setGroup('acme/support', { crmEnabled: true });
  });
});

describe('organizations of a group', () => {
  const list = async (args: string, who = 'dev', path = 'acme') => {
    const { data, messages } = await ask(
      who,
      `{ group(fullPath: "${path}") { organizations${args} { nodes { name } } } }`,
    );
    expect(messages).toEqual([]);
    return data.group?.organizations.nodes.map(({ name }: { name: string }) => name) ?? null;
  };

  test('are found by name and note, in order of name', async () => {
    await organization(acme, 'ghi_st');
    await organization(acme, 'ABC_st', { description: 'first' });
    await organization(acme, 'other', { description: 'GHI', active: false });
    expect(await list('')).toEqual(['ABC_st', 'ghi_st', 'other']);
    expect(await list('(search: "aBc")')).toEqual(['ABC_st']);
    expect(await list('(search: "ghI")')).toEqual(['ghi_st', 'other']);
    expect(await list('(search: "_st")')).toEqual(['ABC_st', 'ghi_st']);
    expect(await list('(state: inactive)')).toEqual(['other']);
  });

  test('are sorted, those without a value last in both directions', async () => {
    await organization(acme, 'a', { description: '1', defaultRate: '20' });
    await organization(acme, 'b', { description: '2' });
    await organization(acme, 'c', { defaultRate: '10.555' });
    expect(await list('(sort: NAME_DESC)')).toEqual(['c', 'b', 'a']);
    expect(await list('(sort: DESCRIPTION_DESC)')).toEqual(['b', 'a', 'c']);
    expect(await list('(sort: DEFAULT_RATE_ASC)')).toEqual(['c', 'a', 'b']);
    const { data } = await ask(
      'dev',
      '{ group(fullPath: "acme") { organizations { nodes { defaultRate } } } }',
    );
    expect(data.group.organizations.nodes.map((node: { defaultRate: number }) => node.defaultRate)).toEqual([
      20,
      null,
      10.56,
    ]);
  });

  test('are counted, with 0 for a state that none is in', async () => {
    const counts = async () =>
      (await ask('dev', '{ group(fullPath: "acme") { organizationStateCounts { active inactive all } } }'))
        .data.group.organizationStateCounts;
    expect(await counts()).toEqual({ active: 0, inactive: 0, all: 0 });
    await organization(acme, 'a');
    await organization(acme, 'b', { active: false });
    expect(await counts()).toEqual({ active: 1, inactive: 1, all: 2 });
  });

  test('are those of the source that a subgroup has of its own', async () => {
    await organization(acme, 'of the root');
    await organization(globex, 'of the other');
    await world.rows.setGroup('acme/support', { source: 'globex' });
    expect(await list('', 'kim', 'acme/support')).toEqual(['of the other']);
    expect(await list('', 'olga', 'acme/support')).toEqual([]);
    expect(await list('', 'kim', 'acme')).toEqual(['of the root']);
  });

  test('are none for members of a subgroup only, and for guests', async () => {
    await organization(acme, 'a');
    expect(await list('', 'sam', 'acme/support')).toEqual([]);
    expect(await list('', 'gus')).toEqual([]);
    expect(await list('', 'pia')).toEqual(['a']);
  });
});

describe('transfers of a group', () => {
  const subjects = new Map<string, string>();
  const page = async (args: string) => {
    const { data } = await ask(
      'dev',
      `{ group(fullPath: "acme") { customerRelationsTransfers${args} { count nodes { id }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
    );
    const { count, nodes, pageInfo } = data.group.customerRelationsTransfers;
    return { count, pageInfo, subjects: nodes.map(({ id }: { id: string }) => subjects.get(id)) };
  };

  beforeEach(async () => {
    const { prisma } = world.db.database;
    await prisma.transfer.deleteMany();
    const common = {
      kind: 'group',
      subjectId: 1,
      counts: { contacts: {}, organizations: {}, links: {} },
    } as const;
    for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      const target =
        index === 1 ? ({ state: 'held', toCrmGroupId: globex } as const) : ({ state: 'applied' } as const);
      const subjectPath = `acme/${name}`;
      const { id } = await prisma.transfer.create({
        data: { ...common, ...target, crmGroupId: acme, subjectPath },
      });
      subjects.set(`gid://gitlab/CustomerRelations::Transfer/${id}`, subjectPath);
    }
  });

  test('come page after page, those that wait first, and back again', async () => {
    const first = await page('(first: 2)');
    expect(first.subjects).toEqual(['acme/b', 'acme/e']);
    const second = await page(`(first: 2, after: "${first.pageInfo.endCursor}")`);
    expect(second.subjects).toEqual(['acme/d', 'acme/c']);
    expect([first.pageInfo.hasPreviousPage, second.pageInfo.hasPreviousPage]).toEqual([false, true]);
    expect(await page(`(last: 2, before: "${second.pageInfo.startCursor}")`)).toEqual(first);
    const last = await page('(last: 2)');
    expect([last.subjects, last.count]).toEqual([['acme/c', 'acme/a'], 5]);
    expect([last.pageInfo.hasPreviousPage, last.pageInfo.hasNextPage]).toEqual([true, false]);
  });

  test('end where the list does', async () => {
    const last = await page('(last: 100)');
    expect(last.subjects).toHaveLength(5);
    expect((await page(`(first: 5, after: "${last.pageInfo.endCursor}")`)).subjects).toEqual([]);
    expect((await page(`(last: 5, before: "${last.pageInfo.startCursor}")`)).subjects).toEqual([]);
  });
});
