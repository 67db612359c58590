import pg from 'pg';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { asker } from './client.ts';
import { useApi } from './use-api.ts';

const world = useApi();
const ask = asker(world);

const WIDE = 25;
let many = 0;

/** Enough of everything for a page, all of it tied to all the rest. */
beforeAll(async () => {
  const { prisma } = world.db.database;
  const { id: crmGroupId } = await prisma.group.findFirstOrThrow({ where: { fullPath: 'acme' } });
  const project = await prisma.project.findFirstOrThrow({ where: { fullPath: 'acme/app' } });
  const checkedAt = new Date();
  for (let n = 0; n < WIDE; n += 1) {
    const organization = await prisma.organization.create({ data: { crmGroupId, name: `Wide ${n}` } });
    const contact = await prisma.contact.create({
      data: { crmGroupId, firstName: `${n}`, lastName: 'Wide', organizationId: organization.id },
    });
    const issue = await prisma.issue.create({
      data: {
        id: 90_000 + n,
        projectId: project.id,
        iid: 1_000 + n,
        crmGroupId,
        title: `Wide ${n}`,
        state: 'opened',
        confidential: n % 2 === 0,
        checkedAt,
      },
    });
    await prisma.issueContact.create({ data: { crmGroupId, issueId: issue.id, contactId: contact.id } });
    await prisma.transfer.create({
      data: {
        crmGroupId,
        kind: 'issue',
        state: 'applied',
        subjectId: issue.id,
        subjectPath: `acme/app#${1_000 + n}`,
        toCrmGroupId: crmGroupId,
        counts: { contacts: {}, organizations: {}, links: {} },
      },
    });
  }
  many = WIDE;
});
afterEach(() => vi.restoreAllMocks());

/**
 * How many statements PostgreSQL gets for a query, when all that is cached has been asked for. The least of a few:
 * the worker asks for work now and then.
 */
async function statements(query: string): Promise<number> {
  const counts: number[] = [];
  for (let run = 0; run < 4; run += 1) {
    const sent = vi.spyOn(pg.Client.prototype, 'query');
    expect((await ask('dev', query)).messages).toEqual([]);
    counts.push(sent.mock.calls.length);
    sent.mockRestore();
  }
  return Math.min(...counts);
}

const CONTACT = 'id firstName organization { id name defaultRate description active }';
const LISTS: readonly (readonly [string, (first: number) => string, number])[] = [
  ['contacts', (n) => `contacts(first: ${n}) { nodes { id firstName } }`, 2],
  [
    'contacts with the names of their organizations',
    (n) => `contacts(first: ${n}) { nodes { organization { id name } } }`,
    2,
  ],
  ['contacts with their organizations', (n) => `contacts(first: ${n}) { nodes { ${CONTACT} } }`, 3],
  ['searched contacts', (n) => `contacts(first: ${n}, search: "wide") { nodes { id } }`, 3],
  [
    'contacts with their issues',
    (n) => `contacts(search: "wide", first: ${n}) { nodes { issues(first: 5) { nodes { title } } } }`,
    4,
  ],
  [
    'contacts with issues, counted, and their contacts',
    (n) => `contacts(search: "wide", first: ${n}) {
    nodes { issues(first: 2) { count nodes { title customerRelationsContacts(first: 2) { nodes { ${CONTACT} } } } } } }`,
    9,
  ],
  ['organizations', (n) => `organizations(first: ${n}) { nodes { id name defaultRate } }`, 2],
  [
    'organizations with their contacts and issues',
    (n) => `organizations(search: "wide", first: ${n}) {
    nodes { contacts(first: 5) { nodes { id } } issues(first: 5) { nodes { id } } } }`,
    5,
  ],
  ['issues', (n) => `issues(first: ${n}) { nodes { id title } }`, 3],
  [
    'issues with their contacts and rights',
    (n) => `issues(first: ${n}) { count nodes {
    userPermissions { setIssueCrmContacts } customerRelationsContacts(first: 3) { nodes { ${CONTACT} } } } }`,
    9,
  ],
  ['transfers', (n) => `customerRelationsTransfers(first: ${n}) { count nodes { id kind subject } }`, 12],
];

describe('the statements of a list', () => {
  test.each(LISTS)('of %s are as many for one row as for all', async (_, list, most) => {
    const query = (first: number): string => `{ group(fullPath: "acme") { ${list(first)} } }`;
    const one = await statements(query(1));
    expect(await statements(query(many))).toBe(one);
    expect(one).toBeLessThanOrEqual(most);
    expect(one).toBeGreaterThan(1);
  });
});
