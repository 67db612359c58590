import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertDeliveries } from '../../src/db/queries/inbox.ts';
import { forgetBodies } from '../../src/start/retention.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const DAY_MS = 24 * 60 * 60_000;
const NOW = new Date('2026-11-20T12:00:00Z');

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

async function delivery(key: string, days: number, state: string): Promise<void> {
  const { prisma } = db.database;
  const body = Buffer.from('{}');
  await insertDeliveries(prisma, [{ source: 'gitlab', key, kind: 'note', headers: {}, body }]);
  const at = new Date(NOW.getTime() - days * DAY_MS);
  const ended = state === 'pending' ? null : at;
  await prisma.delivery.updateMany({ where: { key }, data: { receivedAt: at, doneAt: ended, state } });
}

test('bodies go a week after they were handled, keys stay, and so does whatever is not done', async () => {
  await delivery('old', 8, 'done');
  await delivery('young', 6, 'done');
  await delivery('failed', 30, 'failed');
  await delivery('pending', 30, 'pending');
  expect(await forgetBodies(db.database, 7 * DAY_MS, NOW)).toBe(1);
  expect(await forgetBodies(db.database, 7 * DAY_MS, NOW)).toBe(0);
  const rows = await db.database.prisma.delivery.findMany({ orderBy: { id: 'asc' } });
  expect(rows.map(({ key, body }) => [key, body !== null])).toEqual([
    ['old', false],
    ['young', true],
    ['failed', true],
    ['pending', true],
  ]);
  const body = Buffer.from('{"again":true}');
  const again = { source: 'gitlab', key: 'old', kind: 'note', headers: {}, body };
  expect(await insertDeliveries(db.database.prisma, [again])).toMatchObject([{ duplicate: true }]);
});

test('all of them, however many', async () => {
  for (let count = 0; count < 3; count += 1) {
    const many = Array.from({ length: 400 }, (_, index) => ({
      source: 'gitlab',
      key: `many-${count}-${index}`,
      kind: 'note',
      headers: {},
      body: Buffer.from('{}'),
    }));
    await insertDeliveries(db.database.prisma, many);
  }
  const at = new Date(NOW.getTime() - 30 * DAY_MS);
  const where = { key: { startsWith: 'many-' } };
  await db.database.prisma.delivery.updateMany({
    where,
    data: { receivedAt: at, doneAt: at, state: 'done' },
  });
  expect(await forgetBodies(db.database, 7 * DAY_MS, NOW)).toBe(1_200);
});
