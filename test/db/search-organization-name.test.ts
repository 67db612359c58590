import { afterAll, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';

const { database, empty, drop } = await testDatabase();
const { prisma } = database;
afterAll(drop);

const organization = (id: bigint, name: string, crmGroupId = 1n) =>
  prisma.organization.create({ data: { crmGroupId, id, name } });
const contact = (id: bigint, organizationId: bigint | null) =>
  prisma.contact.create({
    data: { crmGroupId: 1n, id, firstName: 'Ada', lastName: `No ${id}`, organizationId },
  });
/** The organization's name beside each contact, and whether search finds the contact by it. */
const names = async (): Promise<(string | null)[]> => {
  const rows = await prisma.$queryRaw<{ name: string | null; found: boolean }[]>`
    SELECT organization_name AS name,
      organization_name IS NULL OR search_text LIKE tieline_contains(organization_name) AS found
    FROM contacts ORDER BY id`;
  expect(rows.every((row) => row.found)).toBe(true);
  return rows.map((row) => row.name);
};

beforeEach(async () => {
  await empty();
  for (const id of [1n, 2n]) {
    await prisma.group.create({
      data: { id, rootId: id, fullPath: `g${id}`, name: `G${id}`, checkedAt: new Date(0) },
    });
  }
  await organization(1n, 'Navy');
  await organization(2n, 'Army');
});

test('a contact has the name of its organization from the start', async () => {
  await contact(1n, 1n);
  await contact(2n, null);
  expect(await names()).toEqual(['Navy', null]);
});

test('a rename reaches every contact of the organization and no other', async () => {
  await contact(1n, 1n);
  await contact(2n, 1n);
  await contact(3n, 2n);
  await prisma.organization.updateMany({ where: { id: 1n }, data: { name: 'Marine' } });
  expect(await names()).toEqual(['Marine', 'Marine', 'Army']);
});

test('joining another organization, or none, changes the name', async () => {
  await contact(1n, 1n);
  await contact(2n, 1n);
  await prisma.contact.updateMany({ where: { id: 1n }, data: { organizationId: 2n } });
  await prisma.contact.updateMany({ where: { id: 2n }, data: { organizationId: null } });
  expect(await names()).toEqual(['Army', null]);
});

test('an organization that comes after its contacts within a transaction names them', async () => {
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET CONSTRAINTS ALL DEFERRED`;
    await tx.$executeRaw`INSERT INTO contacts (crm_group_id, id, first_name, last_name, organization_id)
      VALUES (1, 1, 'Ada', 'Early', 9)`;
    await tx.$executeRaw`INSERT INTO organizations (crm_group_id, id, name) VALUES (1, 9, 'Late')`;
  });
  expect(await names()).toEqual(['Late']);
});

test('a whole group of both can be moved in either order', async () => {
  await contact(1n, 1n);
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET CONSTRAINTS ALL DEFERRED`;
    await tx.$executeRaw`UPDATE contacts SET crm_group_id = 2`;
    await tx.$executeRaw`UPDATE organizations SET crm_group_id = 2`;
  });
  expect(await names()).toEqual(['Navy']);
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET CONSTRAINTS ALL DEFERRED`;
    await tx.$executeRaw`UPDATE organizations SET crm_group_id = 1, name = upper(name)`;
    await tx.$executeRaw`UPDATE contacts SET crm_group_id = 1`;
  });
  expect(await names()).toEqual(['NAVY']);
});

test('contacts that join while the organization is renamed end with its new name', async () => {
  await Promise.all([
    ...Array.from({ length: 20 }, (_, index) => contact(BigInt(index + 1), 1n)),
    ...['Fleet', 'Armada'].map((name) =>
      database.transaction((tx) => tx.organization.updateMany({ where: { id: 1n }, data: { name } })),
    ),
  ]);
  const [{ name } = { name: '' }] = await prisma.organization.findMany({ where: { id: 1n } });
  expect(new Set(await names())).toEqual(new Set([name]));
});
