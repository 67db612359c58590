import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createInbox, type IncomingDelivery } from '../../src/delivery/inbox.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { keptLog } from './kept-log.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
beforeEach(() => test.empty());
afterAll(() => test.drop());

const incoming = (key: string, more: Partial<IncomingDelivery> = {}): IncomingDelivery => ({
  source: 'gitlab',
  key,
  kind: 'note',
  headers: { 'x-gitlab-event': 'Note Hook' },
  body: new TextEncoder().encode(`{"key":"${key}"}`),
  ...more,
});

function inbox() {
  let batches = 0;
  const stored = createInbox({
    database: test.database,
    log: keptLog(),
    onStored: () => {
      batches += 1;
    },
  });
  return { store: stored.store, batchCount: () => batches };
}

describe('storing a delivery', () => {
  it('keeps it as it came, pending', async () => {
    const body = new Uint8Array([0, 255, 10, 92, 39]);
    const { deliveryId, duplicate } = await inbox().store(incoming('k1', { body, headers: { a: 'ü"\\' } }));
    const row = await test.database.prisma.delivery.findUniqueOrThrow({
      where: { id: deliveryId },
    });
    expect(duplicate).toBe(false);
    expect(row).toMatchObject({
      source: 'gitlab',
      key: 'k1',
      kind: 'note',
      state: 'pending',
      attempts: 0,
    });
    expect(row.headers).toEqual({ a: 'ü"\\' });
    expect(Buffer.from(row.body ?? [])).toEqual(Buffer.from(body));
  });

  it('answers a second one with the id of the first', async () => {
    const { store } = inbox();
    const first = await store(incoming('k1'));
    expect(await store(incoming('k1'))).toEqual({
      deliveryId: first.deliveryId,
      duplicate: true,
    });
  });

  it('takes the same key from another source as another delivery', async () => {
    const { store } = inbox();
    const answers = await Promise.all([
      store(incoming('k1')),
      store(incoming('k1', { source: 'gitlab-system' })),
    ]);
    expect(answers.map((answer) => answer.duplicate)).toEqual([false, false]);
  });

  it('stores a thousand at once in few batches, each key once', async () => {
    const { store, batchCount } = inbox();
    await store(incoming('key 0'));
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => store(incoming(`key ${index % 800}`))),
    );
    expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(799);
    expect(new Set(answers.map((answer) => answer.deliveryId)).size).toBe(800);
    expect(await test.database.prisma.delivery.count()).toBe(800);
    expect(batchCount()).toBeLessThan(10);
  });

  it('lets two processes store the same keys in opposite order', async () => {
    const [one, other] = [inbox(), inbox()];
    const keys = Array.from({ length: 300 }, (_, index) => `key ${index}`);
    const answers = await Promise.all([
      ...keys.map((key) => one.store(incoming(key))),
      ...[...keys].reverse().map((key) => other.store(incoming(key))),
    ]);
    expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(300);
    expect(await test.database.prisma.delivery.count()).toBe(300);
  });

  it('rejects a row that the database refuses, and its twins, but none beside it', async () => {
    const { store } = inbox();
    const jobs = Array.from({ length: 60 }, (_, index) =>
      store(incoming(`key ${index}`, index === 30 ? { kind: 'no\u0000te' } : {})),
    );
    jobs.push(store(incoming('key 30')));
    const results = await Promise.allSettled(jobs);
    const rejected = results.flatMap((result, index) => (result.status === 'rejected' ? [index] : []));
    expect(rejected).toEqual([30, 60]);
    expect(await test.database.prisma.delivery.count()).toBe(59);
  });

  it('stores large bodies whole', async () => {
    const { store } = inbox();
    const bodies = [1, 2, 3].map((seed) => Buffer.alloc(6 * 1024 * 1024, `${seed} body `));
    const answers = await Promise.all(bodies.map((body, index) => store(incoming(`big ${index}`, { body }))));
    for (const [index, { deliveryId }] of answers.entries()) {
      const row = await test.database.prisma.delivery.findUniqueOrThrow({
        where: { id: deliveryId },
      });
      expect(digest(row.body ?? new Uint8Array())).toBe(digest(bodies[index] ?? new Uint8Array()));
    }
  });

  it('rejects, and does not hang, when the database is closed', async () => {
    const closed = await testDatabase();
    const { store } = createInbox({
      database: closed.database,
      log: keptLog(),
      onStored: () => {},
    });
    await closed.drop();
    const results = await Promise.allSettled([
      store(incoming('a')),
      store(incoming('b')),
      store(incoming('c')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
