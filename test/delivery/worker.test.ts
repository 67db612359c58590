import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { backlog } from '../../src/db/queries/backlog.ts';
import type { DeliveryHandler } from '../../src/delivery/handle-delivery.ts';
import { createInbox } from '../../src/delivery/inbox.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../src/delivery/worker.ts';
import { GiveUpError, RetryLaterError } from '../../src/domain/delivery-errors.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { gate } from './gate.ts';
import { keptLog } from './kept-log.ts';
import { manualClock } from './manual-clock.ts';

let test: TestDatabase;
const workers: Worker[] = [];
beforeAll(async () => {
  test = await testDatabase();
});
beforeEach(() => test.empty());
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop({ timeoutMs: 100 })));
});
afterAll(() => test.drop());

function start(gitlab: DeliveryHandler, options: Partial<WorkerOptions> = {}): Worker {
  const { database } = test;
  const worker = startWorker({
    database,
    log: keptLog(),
    handlers: { gitlab },
    senders: {},
    ...options,
  });
  workers.push(worker);
  return worker;
}

async function store(...keys: string[]): Promise<void> {
  const inbox = createInbox({
    database: test.database,
    log: keptLog(),
    onStored: () => {},
  });
  const body = new TextEncoder().encode('{}');
  await Promise.all(
    keys.map((key) => inbox.store({ source: 'gitlab', key, kind: 'note', headers: {}, body })),
  );
}

const row = (key: string) =>
  test.database.prisma.delivery.findUniqueOrThrow({
    where: { source_key: { source: 'gitlab', key } },
  });

/** A handler whose change is one row that names the delivery. */
const leavesMark: DeliveryHandler = async ({ key }) => ({
  outcome: 'marked',
  write: async (tx) => {
    await tx.commandRun.create({
      data: { runKey: key, position: 0, command: 'mark', result: {} },
    });
  },
});

const markCount = () => test.database.prisma.commandRun.count();

describe('handling a delivery', () => {
  it('gives the handler the delivery as it was stored', async () => {
    const inbox = createInbox({
      database: test.database,
      log: keptLog(),
      onStored: () => {},
    });
    const body = new Uint8Array([0, 200, 7]);
    const headers = { 'x-request-id': 'r1' };
    const { deliveryId } = await inbox.store({
      source: 'gitlab',
      key: 'k',
      kind: 'note',
      headers,
      body,
    });
    const seen = vi.fn<DeliveryHandler>(async () => ({ outcome: 'seen' }));
    await start(seen).idle();
    const [delivery] = seen.mock.calls[0] ?? [];
    expect(delivery).toMatchObject({
      id: deliveryId,
      source: 'gitlab',
      key: 'k',
      kind: 'note',
      headers,
      attempt: 1,
    });
    expect([...(delivery?.body ?? [])]).toEqual([0, 200, 7]);
    expect(await row('k')).toMatchObject({
      state: 'done',
      outcome: 'seen',
      attempts: 1,
      leaseToken: null,
    });
  });

  it('happens once for each, under two workers', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`);
    await store(...keys);
    const handler = vi.fn(leavesMark);
    const [one, other] = [start(handler, { concurrency: 8 }), start(handler, { concurrency: 8 })];
    await Promise.all([one.idle(), other.idle()]);
    await one.idle();
    expect(handler).toHaveBeenCalledTimes(200);
    expect(await markCount()).toBe(200);
    expect(
      await test.database.prisma.delivery.count({
        where: { state: 'done', attempts: 1 },
      }),
    ).toBe(200);
  });

  it('makes the change and marks it done together, or neither', async () => {
    await store('k');
    const clock = manualClock();
    const worker = start(
      async (delivery, signal) => {
        const handled = await leavesMark(delivery, signal);
        if (delivery.attempt > 1) return handled;
        return {
          outcome: 'never seen',
          write: async (tx) => {
            await handled.write?.(tx);
            throw new Error('refused at the end');
          },
        };
      },
      { clock },
    );
    await worker.idle();
    expect(await markCount()).toBe(0);
    expect(await row('k')).toMatchObject({
      state: 'pending',
      outcome: 'Error: refused at the end',
    });
    clock.advance(1_000);
    await worker.idle();
    expect(await markCount()).toBe(1);
    expect(await row('k')).toMatchObject({ state: 'done', attempts: 2 });
  });

  it('leaves a source that has no handler to a process that has one', async () => {
    await store('k');
    await start(leavesMark, {
      handlers: { 'gitlab-system': leavesMark },
    }).idle();
    expect(await row('k')).toMatchObject({ state: 'pending', attempts: 0 });
  });

  it('starts without being polled when the worker is woken', async () => {
    const worker = start(leavesMark, { clock: manualClock() });
    await worker.idle();
    await store('k');
    worker.wake();
    await vi.waitFor(async () => expect(await row('k')).toMatchObject({ state: 'done' }), { interval: 5 });
  });

  it('starts at the next poll when nobody wakes the worker', async () => {
    const clock = manualClock();
    await start(leavesMark, { clock }).idle();
    await store('k');
    clock.advance(1_000);
    await vi.waitFor(async () => expect(await row('k')).toMatchObject({ state: 'done' }), { interval: 5 });
  });

  it('is logged with its id, kind, outcome and time, without its body', async () => {
    await store('k');
    const log = keptLog();
    await start(leavesMark, { log }).idle();
    const line = log.lines.find(({ message }) => message === 'handled');
    expect(Object.keys(line?.data ?? {}).sort()).toEqual([
      'attempt',
      'deliveryId',
      'kind',
      'ms',
      'outcome',
      'source',
    ]);
  });
});

describe('a delivery that cannot be handled', () => {
  it('is failed for good after the last try, and kept', async () => {
    await store('k', 'fine');
    const clock = manualClock();
    const handler = vi.fn<DeliveryHandler>(async (delivery, signal) => {
      if (delivery.key === 'k') throw new Error('cannot read it');
      return leavesMark(delivery, signal);
    });
    const worker = start(handler, { clock, maxAttempts: 3, random: () => 0 });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await worker.idle();
      clock.advance(1_000);
    }
    await worker.idle();
    expect(handler).toHaveBeenCalledTimes(4);
    expect(await row('k')).toMatchObject({
      state: 'failed',
      attempts: 3,
      outcome: 'gave up after 3 tries: Error: cannot read it',
    });
    expect(await row('fine')).toMatchObject({ state: 'done' });
    expect(await backlog(test.database)).toMatchObject({
      inboxPending: 0,
      failed: 1,
    });
  });

  it('is not tried again before the time that was asked for', async () => {
    await store('k');
    const clock = manualClock();
    const handler = vi.fn<DeliveryHandler>(async ({ attempt }) => {
      if (attempt === 1) throw new RetryLaterError('rate limited', { retryAfterMs: 30_000 });
      return { outcome: 'done' };
    });
    const worker = start(handler, { clock });
    await worker.idle();
    clock.advance(29_999);
    await worker.idle();
    expect(handler).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await worker.idle();
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('fails at once when the handler gives up', async () => {
    await store('k');
    await start(async () => Promise.reject(new GiveUpError('the project is gone'))).idle();
    expect(await row('k')).toMatchObject({
      state: 'failed',
      attempts: 1,
      outcome: 'the project is gone',
    });
  });

  it('fails unread when it took the process down as often as it may be tried', async () => {
    await store('k');
    await test.database.prisma.delivery.updateMany({
      data: { attempts: 15, leaseUntil: new Date(0) },
    });
    const handler = vi.fn(leavesMark);
    await start(handler).idle();
    expect(handler).not.toHaveBeenCalled();
    expect(await row('k')).toMatchObject({ state: 'failed' });
  });

  it('fails when its body is no longer kept', async () => {
    await store('k');
    await test.database.prisma.delivery.updateMany({ data: { body: null } });
    await start(leavesMark).idle();
    expect(await row('k')).toMatchObject({
      state: 'failed',
      outcome: 'the body is no longer kept',
    });
  });

  it('is taken from a handler that hangs, which is told so', async () => {
    await store('k');
    const clock = manualClock();
    const begun = gate();
    const told = gate();
    const worker = start(
      async ({ attempt }, signal) => {
        if (attempt > 1) return { outcome: 'done' };
        signal.addEventListener('abort', told.open);
        begun.open();
        return new Promise(() => {});
      },
      { clock, maxRunMs: 1_000 },
    );
    await begun.opened;
    clock.advance(1_000);
    await told.opened;
    await vi.waitFor(async () =>
      expect(await row('k')).toMatchObject({
        outcome: 'not done after 1000 ms',
      }),
    );
    clock.advance(1_000);
    await worker.idle();
    expect(await row('k')).toMatchObject({ state: 'done', attempts: 2 });
  });
});

describe('a lease', () => {
  it('that was lost takes the change with it', async () => {
    await store('k');
    const [begun, go] = [gate(), gate()];
    const log = keptLog();
    const worker = start(
      async (delivery, signal) => {
        begun.open();
        await go.opened;
        return leavesMark(delivery, signal);
      },
      { clock: manualClock(), log },
    );
    await begun.opened;
    await test.database.prisma.delivery.updateMany({
      data: { leaseToken: '7d444840-9dc0-11d1-b245-5ffdce74fad2' },
    });
    go.open();
    await vi.waitFor(() =>
      expect(log.lines.map((line) => line.message)).toContain('lost to another process'),
    );
    await worker.idle();
    expect(await markCount()).toBe(0);
    expect(await row('k')).toMatchObject({ state: 'pending', attempts: 1 });
  });

  it('that another process took aborts the handler', async () => {
    await store('k');
    const clock = manualClock();
    const [begun, told] = [gate(), gate()];
    start(
      async (_delivery, signal) => {
        signal.addEventListener('abort', told.open);
        begun.open();
        return new Promise(() => {});
      },
      { clock },
    );
    await begun.opened;
    await test.database.prisma.delivery.updateMany({
      data: { leaseToken: '7d444840-9dc0-11d1-b245-5ffdce74fad2' },
    });
    clock.advance(2_000);
    await told.opened;
  });

  it('that lapsed while this process was stalled is not claimed by it again', async () => {
    await store('k');
    const clock = manualClock();
    const [begun, go] = [gate(), gate()];
    const handler = vi.fn<DeliveryHandler>(async (delivery, signal) => {
      begun.open();
      await go.opened;
      return leavesMark(delivery, signal);
    });
    const worker = start(handler, { clock });
    await begun.opened;
    await test.database.prisma.delivery.updateMany({ data: { leaseUntil: new Date(0) } });
    worker.wake();
    await store('next');
    worker.wake();
    await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(2));
    go.open();
    await worker.idle();
    expect(await row('k')).toMatchObject({ state: 'done', attempts: 1 });
  });

  it('is renewed while a long handler runs, so that no other worker takes the row', async () => {
    await store('k');
    const handler = vi.fn<DeliveryHandler>(async (delivery, signal) => {
      const first = (await row('k')).leaseUntil?.getTime() ?? 0;
      await vi.waitFor(
        async () => expect((await row('k')).leaseUntil?.getTime()).toBeGreaterThan(first + 1_000),
        {
          timeout: 10_000,
          interval: 20,
        },
      );
      return leavesMark(delivery, signal);
    });
    const options = { leaseMs: 600, pollMs: 50 };
    const [one, other] = [start(handler, options), start(handler, options)];
    await Promise.all([one.idle(), other.idle()]);
    await vi.waitFor(async () => expect(await row('k')).toMatchObject({ state: 'done' }), {
      timeout: 10_000,
    });
    expect(handler).toHaveBeenCalledTimes(1);
    expect(await row('k')).toMatchObject({ attempts: 1 });
  });
});

describe('a database that cuts every connection', () => {
  it('costs time, but no delivery and no second change', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`);
    await store(...keys);
    let cut = false;
    start(async (delivery, signal) => {
      const handled = await leavesMark(delivery, signal);
      return {
        outcome: handled.outcome,
        write: async (tx) => {
          await handled.write?.(tx);
          if (delivery.key !== 'key 20' || cut) return;
          cut = true;
          await tx.$queryRaw`
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()`;
          await tx.$queryRaw`SELECT count(pg_terminate_backend(pg_backend_pid()))`;
        },
      };
    });
    await vi.waitFor(
      async () => expect(await test.database.prisma.delivery.count({ where: { state: 'done' } })).toBe(40),
      { timeout: 15_000, interval: 50 },
    );
    expect(cut).toBe(true);
    expect(await markCount()).toBe(40);
  });
});

describe('stopping', () => {
  it('waits for what runs and claims nothing more', async () => {
    await store('k', 'later');
    const [begun, go] = [gate(), gate()];
    const worker = start(
      async (delivery, signal) => {
        begun.open();
        await go.opened;
        return leavesMark(delivery, signal);
      },
      { concurrency: 1 },
    );
    await begun.opened;
    const stopped = worker.stop({ timeoutMs: 10_000 });
    go.open();
    expect(await stopped).toEqual({ abandoned: 0 });
    expect(await markCount()).toBe(1);
    expect(
      await test.database.prisma.delivery.count({
        where: { state: 'pending', attempts: 0 },
      }),
    ).toBe(1);
  });

  it('gives back what does not end in time, at once and as if untried', async () => {
    await store('k');
    const begun = gate();
    const worker = start(async () => {
      begun.open();
      return new Promise(() => {});
    });
    await begun.opened;
    expect(await worker.stop({ timeoutMs: 10 })).toEqual({ abandoned: 1 });
    expect(await row('k')).toMatchObject({
      state: 'pending',
      attempts: 0,
      leaseUntil: null,
      leaseToken: null,
    });
    await start(leavesMark).idle();
    expect(await row('k')).toMatchObject({ state: 'done', attempts: 1 });
  });

  it('lets nobody wait for a stopped worker', async () => {
    const worker = start(leavesMark);
    await worker.stop({ timeoutMs: 10 });
    await store('k');
    await worker.idle();
    expect(await row('k')).toMatchObject({ state: 'pending' });
  });
});
