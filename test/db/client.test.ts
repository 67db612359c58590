import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, SEARCHES_AT_ONCE, type Tx } from '../../src/db/client.ts';
import { constraintOf } from '../../src/db/errors.ts';
import { createStatementNames } from '../../src/db/statement-names.ts';
import { hasCode } from '../../src/domain/errors.ts';
import { testDatabase } from '../support/database.ts';
import { asDatabase, runOn } from '../support/databases.ts';

const { database, connectionString, empty, drop } = await testDatabase();
const { prisma } = database;
afterAll(drop);
beforeEach(async () => {
  await prisma.group.create({
    data: { id: 1n, rootId: 1n, fullPath: 'acme', name: 'Acme', checkedAt: new Date() },
  });
});
afterEach(empty);

const isUnavailable = (error: unknown) => hasCode(error, 'unavailable.database');
const addOrganization = (name: string, tx: Tx = prisma) =>
  tx.organization.create({ data: { crmGroupId: 1n, name } });
const nameOf = async (id: bigint) => (await prisma.organization.findFirstOrThrow({ where: { id } })).name;

/** Resolves when as many callers have arrived as it was made for; later ones pass at once. */
function meetingOf(count: number): () => Promise<void> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === count) open();
    return opened;
  };
}

describe('transaction', () => {
  test('what it wrote is gone when it throws, and the error comes out unchanged', async () => {
    const mistake = new Error('mistake');
    const attempt = database.transaction(async (tx) => {
      await addOrganization('Navy', tx);
      throw mistake;
    });
    await expect(attempt).rejects.toBe(mistake);
    expect(await prisma.organization.count()).toBe(0);
  });

  test('the loser of a serialization conflict runs again and both changes stay', async () => {
    const { id } = await addOrganization('x');
    const bothHaveRead = meetingOf(2);
    let runs = 0;
    const append = (letter: string) =>
      database.transaction(
        async (tx) => {
          runs += 1;
          const { name } = await tx.organization.findFirstOrThrow({ where: { id } });
          await bothHaveRead();
          await tx.organization.updateMany({ where: { id }, data: { name: name + letter } });
        },
        { isolation: 'Serializable' },
      );
    await Promise.all([append('a'), append('b')]);
    expect([...(await nameOf(id))].sort()).toEqual(['a', 'b', 'x']);
    expect(runs).toBe(3);
  });

  test('the loser of a deadlock in raw statements runs again', async () => {
    const one = await addOrganization('one');
    const two = await addOrganization('two');
    const bothHoldARow = meetingOf(2);
    const touch = (tx: Tx, id: bigint) =>
      tx.$executeRaw`UPDATE organizations SET version = version + 1 WHERE id = ${id}`;
    const touchBoth = (first: bigint, second: bigint) =>
      database.transaction(async (tx) => {
        await touch(tx, first);
        await bothHoldARow();
        await touch(tx, second);
      });
    await Promise.all([touchBoth(one.id, two.id), touchBoth(two.id, one.id)]);
    const rows = await prisma.organization.findMany({ select: { version: true } });
    expect(rows).toEqual([{ version: 3 }, { version: 3 }]);
  });

  test('a conflict that does not end is given up as unavailable', async () => {
    let runs = 0;
    const attempt = database.transaction(async (tx) => {
      runs += 1;
      await tx.$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`;
    });
    await expect(attempt).rejects.toSatisfy(isUnavailable);
    expect(runs).toBe(6);
  });

  test('one that takes longer than it may is unavailable and leaves nothing', async () => {
    const attempt = database.transaction(
      async (tx) => {
        await addOrganization('slow', tx);
        await tx.$executeRaw`SELECT pg_sleep(0.3)`;
        await addOrganization('slower', tx);
      },
      { timeoutMs: 100 },
    );
    await expect(attempt).rejects.toSatisfy(isUnavailable);
    expect(await prisma.organization.count()).toBe(0);
  });

  test('a connection that is cut is unavailable, and the next transaction works', async () => {
    const attempt = database.transaction(async (tx) => {
      const [backend] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      await runOn(connectionString, `SELECT pg_terminate_backend(${backend?.pid})`);
      await addOrganization('never', tx);
    });
    await expect(attempt).rejects.toSatisfy(isUnavailable);
    await database.transaction((tx) => addOrganization('after', tx));
    expect(await prisma.organization.count()).toBe(1);
  });

  test.each([
    ['no server at that port', 'postgresql://postgres@127.0.0.1:1/tieline'],
    ['no socket at that place', 'postgresql://postgres@localhost/tieline?host=/tmp/no-such-directory'],
    ['no such database', asDatabase(connectionString, 'tieline_none')],
  ])('%s is unavailable, in a transaction or not', async (_name, nowhere) => {
    const unreachable = createDatabase({ connectionString: nowhere, maxConnections: 1 });
    for (const attempt of [
      unreachable.transaction((tx) => tx.organization.count()),
      unreachable.prisma.organization.count(),
      unreachable.prisma.$queryRaw`SELECT 1`,
    ]) {
      await expect(attempt).rejects.toSatisfy(isUnavailable);
    }
    await unreachable.close();
  });

  test('a query whose connection is cut is unavailable outside of a transaction too', async () => {
    const attempt = prisma.$executeRaw`SELECT pg_terminate_backend(pg_backend_pid())`;
    await expect(attempt).rejects.toSatisfy(isUnavailable);
    expect(await prisma.organization.count()).toBe(0);
  });
});

describe('constraintOf', () => {
  const failureOf = (work: Promise<unknown>) => work.then(() => null, constraintOf);

  test('names the unique index that the client met', async () => {
    await addOrganization('Navy');
    expect(await failureOf(addOrganization('NAVY'))).toBe('organizations_crm_group_id_lower_name_key');
  });

  test('names the unique index that a raw statement met', async () => {
    await addOrganization('Navy');
    const insert = prisma.$executeRaw`INSERT INTO organizations (crm_group_id, name) VALUES (1, 'navy')`;
    expect(await failureOf(insert)).toBe('organizations_crm_group_id_lower_name_key');
  });

  test('names the foreign key that is missing its row, by client and by statement', async () => {
    const person = { crmGroupId: 99n, firstName: 'Ada', lastName: 'Lovelace' };
    const insert = prisma.$executeRaw`
      INSERT INTO contacts (crm_group_id, first_name, last_name) VALUES (99, 'Ada', 'Lovelace')`;
    expect(await failureOf(prisma.contact.create({ data: person }))).toBe('contacts_crm_group_id_fkey');
    expect(await failureOf(insert)).toBe('contacts_crm_group_id_fkey');
  });

  test('names the check that refused a value, by client and by statement', async () => {
    const insert = prisma.$executeRaw`INSERT INTO organizations (crm_group_id, name) VALUES (1, '')`;
    expect(await failureOf(addOrganization(''))).toBe('organizations_name_check');
    expect(await failureOf(insert)).toBe('organizations_name_check');
  });

  test('is null for what is no constraint', async () => {
    expect(await failureOf(prisma.$queryRaw`SELECT 1 / 0`)).toBeNull();
    expect(constraintOf(new Error('other'))).toBeNull();
    expect(constraintOf(null)).toBeNull();
  });
});

describe('statement names', () => {
  test('a statement gets its name when it comes again, and keeps it', () => {
    const nameFor = createStatementNames();
    const names = [1, 2, 3].map(() => nameFor({ sql: 'SELECT 1' }));
    expect(names).toEqual(['', 'tieline_1', 'tieline_1']);
  });

  test('there are never more names than the limit', () => {
    const nameFor = createStatementNames(10);
    const texts = Array.from({ length: 5_000 }, (_, index) => `SELECT ${index}`);
    const names = texts.flatMap((sql) => [nameFor({ sql }), nameFor({ sql })]);
    expect(new Set(names.filter((name) => name !== '')).size).toBe(10);
  });

  test('a few searches are made at once, and leave room for what is no search', async () => {
    const busy = { name: 'busy', text: 'SELECT pg_backend_pid() AS pid, pg_sleep(0.01)' };
    const done: number[] = [];
    const searches = Array.from({ length: 4 * SEARCHES_AT_ONCE }, async (_, index) => {
      const [row] = await database.search<{ pid: number }>(busy, []);
      done.push(index);
      return row?.pid;
    });
    await database.read({ name: 'quick', text: 'SELECT 1' }, []);
    expect(done.length).toBeLessThan(2 * SEARCHES_AT_ONCE);
    expect(new Set(await Promise.all(searches)).size).toBe(SEARCHES_AT_ONCE);
    expect(done.slice(0, SEARCHES_AT_ONCE).every((index) => index < 2 * SEARCHES_AT_ONCE)).toBe(true);
  });

  test('the server keeps a repeated statement prepared', async () => {
    const single = createDatabase({ connectionString, maxConnections: 1 });
    for (let count = 0; count < 3; count += 1) await single.prisma.organization.count();
    const kept = await single.prisma.$queryRaw<{ name: string }[]>`
      SELECT name FROM pg_prepared_statements WHERE statement LIKE '%organizations%'`;
    expect(kept).toEqual([{ name: 'tieline_1' }]);
    await single.close();
  });
});
