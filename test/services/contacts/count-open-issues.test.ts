import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { countOpenIssues } from '../../../src/services/contacts/count-open-issues.ts';
import type { Customer } from '../../../src/services/contacts/find-customer.ts';
import { issuesOfCustomer } from '../../../src/services/contacts/list-issues.ts';
import { changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { type Name, type Stage, startStage } from '../../support/services.ts';

const ROWS = 8;
let stage: Stage;
const customers: Customer[] = [];

beforeAll(async () => {
  stage = await startStage();
  const organization = await stage.organization('acme', 'Engines');
  for (let n = 0; n < ROWS - 1; n += 1) {
    const email = `p${n}@example.com`;
    const contact = await stage.contact('acme', `P${n} Wide`, { email, organizationId: organization.id });
    customers.push({ kind: 'contact', contact });
  }
  customers.push({ kind: 'organization', organization });
  // #4 is confidential and #5 closed; the last contact has none.
  const issues = ['acme/app#1', 'acme/app#4', 'acme/app#5', 'acme/support/desk#1', 'acme/app#2'];
  for (const [n, issue] of issues.entries()) {
    const references = Array.from({ length: n + 1 }, (_, at) => `p${at}@example.com`);
    const at = await stage.onIssue('olga', issue);
    await changeContacts(stage.deps, at, { kind: 'add', references, names: false });
  }
});
afterAll(() => stage.close());
afterEach(() => vi.restoreAllMocks());

async function ofCards(name: Name): Promise<number[]> {
  const opened = await stage.inGroup(name, 'acme');
  const totals: number[] = [];
  for (const customer of customers) {
    const query = { customer, includeClosed: false, page: 0 };
    totals.push((await issuesOfCustomer(stage.deps, opened, query)).total);
  }
  return totals;
}

describe('open issues of many customers', () => {
  test.each(['olga', 'rita', 'pia'] as const)(
    'are counted as their cards count them, for %s',
    async (name) => {
      const opened = await stage.inGroup(name, 'acme');
      const counts = await countOpenIssues(stage.deps, opened, customers);
      expect(counts).toEqual(await ofCards(name));
      expect(counts).toEqual([4, 3, 2, 2, 1, 0, 0, 4]);
    },
  );

  test('elsewhere are counted as the role there lets them be read', async () => {
    // As if the project had been moved out of the group, where Pia is a guest.
    const { prisma } = stage.db.database;
    const app = await prisma.project.findFirstOrThrow({ where: { fullPath: 'acme/app' } });
    await prisma.project.update({ where: { id: app.id }, data: { groupId: null } });
    try {
      for (const name of ['pia', 'max'] as const) {
        const opened = await stage.inGroup(name, 'acme');
        expect(await countOpenIssues(stage.deps, opened, customers)).toEqual(await ofCards(name));
      }
      const asGuest = await stage.inGroup('pia', 'acme');
      const { userId } = stage.actor('gus');
      const guest = { ...asGuest, actor: { ...asGuest.actor, userId } };
      const counts = await countOpenIssues(stage.deps, guest, customers);
      expect(counts).toEqual([3, 2, 2, 2, 1, 0, 0, 3]);
      stage.forget();
      stage.gitlab.faults.respond({ path: /members/, status: 503, times: 20 });
      expect(await countOpenIssues(stage.deps, asGuest, customers)).toBeNull();
    } finally {
      stage.gitlab.faults.clear();
      await prisma.project.update({ where: { id: app.id }, data: { groupId: app.groupId } });
    }
  });

  test.each([1, ROWS])('take one statement for %i', async (rows) => {
    const opened = await stage.inGroup('pia', 'acme');
    const sent = vi.spyOn(pg.Client.prototype, 'query');
    await countOpenIssues(stage.deps, opened, customers.slice(0, rows));
    expect(sent).toHaveBeenCalledTimes(1);
  });

  test('are taken away from those who may not view contacts', async () => {
    await expect(
      stage.inGroup('gus', 'acme').then((opened) => countOpenIssues(stage.deps, opened, customers)),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^forbidden|^not_found/) });
  });
});
