import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { backlog } from '../../src/db/queries/backlog.ts';
import { enqueue, type NewMessage } from '../../src/db/queries/outbox.ts';
import type { Sender } from '../../src/delivery/send-message.ts';
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

function start(send: Sender, options: Partial<WorkerOptions> = {}): Worker {
  const { database } = test;
  const senders = { 'slack.notice': send };
  const worker = startWorker({
    database,
    log: keptLog(),
    handlers: {},
    senders,
    ...options,
  });
  workers.push(worker);
  return worker;
}

const notice = (lane: string, dedupeKey: string, more: Partial<NewMessage> = {}): NewMessage => ({
  kind: 'slack.notice',
  lane,
  dedupeKey,
  payload: { text: dedupeKey },
  ...more,
});

const put = (...messages: NewMessage[]) => test.database.transaction((tx) => enqueue(tx, messages));
const row = (dedupeKey: string) =>
  test.database.prisma.outboxMessage.findUniqueOrThrow({
    where: { dedupeKey },
  });

/** A sender that notes which messages it sent. */
function recorder() {
  const sent: string[] = [];
  const send: Sender = async (message) => {
    sent.push(message.dedupeKey);
    return { remoteRef: `ref of ${message.dedupeKey}` };
  };
  return { sent, send };
}

const everySecond = () => ({ minGapMs: 1_000 });

describe('enqueueing', () => {
  it('tells how many messages were new, and keeps the first of each key', async () => {
    expect(await put(notice('a', '1'), notice('a', '2'), notice('a', '1', { payload: null }))).toBe(2);
    expect(await put(notice('b', '2'), notice('b', '3'))).toBe(1);
    expect(await row('2')).toMatchObject({
      lane: 'a',
      payload: { text: '2' },
      state: 'pending',
    });
  });

  it('goes back with its transaction', async () => {
    const refused = test.database.transaction(async (tx) => {
      await enqueue(tx, [notice('a', '1')]);
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await test.database.prisma.outboxMessage.count()).toBe(0);
  });

  it('of nothing is nothing', async () => {
    expect(await put()).toBe(0);
  });
});

describe('sending', () => {
  it('marks the message sent, with the id that the platform gave it', async () => {
    await put(notice('a', '1'));
    const { send } = recorder();
    await start(send).idle();
    expect(await row('1')).toMatchObject({
      state: 'sent',
      remoteRef: 'ref of 1',
      attempts: 1,
      leaseUntil: null,
    });
  });

  it('gives the sender what was enqueued', async () => {
    await put(
      notice('a', '1', {
        payload: { ids: ['9007199254740993', null], ok: true },
      }),
    );
    const send = vi.fn<Sender>(async () => ({}));
    await start(send).idle();
    expect(send.mock.calls[0]?.[0]).toMatchObject({
      id: (await row('1')).id,
      kind: 'slack.notice',
      dedupeKey: '1',
      lane: 'a',
      payload: { ids: ['9007199254740993', null], ok: true },
      attempt: 1,
      createdAt: expect.any(Date),
    });
  });

  it('leaves a kind that has no sender to a process that has one', async () => {
    await put(notice('a', '1', { kind: 'gitlab.reply' }));
    await start(recorder().send).idle();
    expect(await row('1')).toMatchObject({ state: 'pending', attempts: 0 });
  });

  it('gives up after the last try, and the lane goes on', async () => {
    await put(notice('a', '1'), notice('a', '2'));
    const clock = manualClock();
    const worker = start(
      async ({ dedupeKey }) => {
        if (dedupeKey === '1') throw new Error('refused');
        return {};
      },
      { clock, maxAttempts: 2 },
    );
    await worker.idle();
    expect(await row('2')).toMatchObject({ state: 'pending' });
    clock.advance(1_000);
    await worker.idle();
    expect(await row('1')).toMatchObject({ state: 'failed', attempts: 2 });
    expect(await row('2')).toMatchObject({ state: 'sent' });
  });

  it('waits for the time at which a message is due, without holding up its lane', async () => {
    const clock = manualClock();
    const runAt = new Date(clock.now().getTime() + 5_000);
    await put(notice('a', 'digest', { runAt }), notice('a', 'now'));
    const { sent, send } = recorder();
    const worker = start(send, { clock });
    await worker.idle();
    expect(sent).toEqual(['now']);
    expect(await backlog(test.database)).toMatchObject({
      outboxPending: 1,
      outboxOldestSec: 0,
    });
    clock.advance(5_000);
    await worker.idle();
    expect(sent).toEqual(['now', 'digest']);
  });
});

describe('a lane', () => {
  it('keeps its order and never sends two at once, under two workers', async () => {
    const lanes = ['a', 'b', 'c', 'd', 'e'];
    const messages = Array.from({ length: 100 }, (_, index) => notice(lanes[index % 5] ?? 'a', `${index}`));
    await put(...messages);
    const busy = new Set<string>();
    const sent = new Map<string, bigint[]>(lanes.map((lane) => [lane, []]));
    let overlaps = 0;
    const send: Sender = async ({ lane, id }) => {
      if (busy.has(lane)) overlaps += 1;
      busy.add(lane);
      // A turn of the event loop with a query in it, so that the other worker gets its chance.
      await test.database.prisma.$queryRaw`SELECT 1`;
      sent.get(lane)?.push(id);
      busy.delete(lane);
      return {};
    };
    const [one, other] = [start(send, { pollMs: 20 }), start(send, { pollMs: 20 })];
    await vi.waitFor(
      async () =>
        expect(
          await test.database.prisma.outboxMessage.count({
            where: { state: 'sent' },
          }),
        ).toBe(100),
      { timeout: 15_000, interval: 20 },
    );
    await Promise.all([one.idle(), other.idle()]);
    expect(overlaps).toBe(0);
    for (const ids of sent.values()) expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    expect([...sent.values()].flat()).toHaveLength(100);
  });

  it('rests between two messages', async () => {
    await put(notice('a', '1'), notice('a', '2'), notice('b', '3'));
    const clock = manualClock();
    const { sent, send } = recorder();
    const worker = start(send, { clock, lanes: everySecond });
    await worker.idle();
    expect([...sent].sort()).toEqual(['1', '3']);
    clock.advance(999);
    await worker.idle();
    expect(sent).toHaveLength(2);
    clock.advance(1);
    await worker.idle();
    expect(sent[2]).toBe('2');
  });

  it('rests for every process, also before a message that comes later', async () => {
    await put(notice('a', '1'));
    const clock = manualClock();
    const { sent, send } = recorder();
    await start(send, { clock, lanes: everySecond }).idle();
    await put(notice('a', '2'));
    const other = start(send, { clock, lanes: everySecond });
    await other.idle();
    expect(sent).toEqual(['1']);
    clock.advance(1_000);
    await other.idle();
    await Promise.all(workers.map((worker) => worker.idle()));
    expect(sent).toEqual(['1', '2']);
  });

  it('is paced by real time to within a moment', async () => {
    await put(notice('a', '1'), notice('a', '2'), notice('a', '3'));
    const times: number[] = [];
    const send: Sender = async () => {
      times.push(performance.now());
      return {};
    };
    start(send, { lanes: () => ({ minGapMs: 200 }), pollMs: 60_000 });
    await vi.waitFor(() => expect(times).toHaveLength(3), {
      timeout: 5_000,
      interval: 10,
    });
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...gaps)).toBeLessThan(1_000);
  });

  it('is held as a whole when its first message has to wait, and no other lane is', async () => {
    await put(notice('a', '1'), notice('a', '2'), notice('b', '3'));
    const clock = manualClock();
    const sent: string[] = [];
    const send: Sender = async ({ dedupeKey, attempt }) => {
      if (dedupeKey === '1' && attempt === 1) throw new RetryLaterError('429', { retryAfterMs: 20_000 });
      sent.push(dedupeKey);
      return {};
    };
    const worker = start(send, { clock });
    await worker.idle();
    clock.advance(19_999);
    await worker.idle();
    expect(sent).toEqual(['3']);
    clock.advance(1);
    await worker.idle();
    expect(sent).toEqual(['3', '1', '2']);
  });

  it('goes on when a message is given up', async () => {
    await put(notice('a', '1'), notice('a', '2'));
    const worker = start(async ({ dedupeKey }) => {
      if (dedupeKey === '1') throw new GiveUpError('channel_not_found');
      return { outcome: 'posted' };
    });
    await worker.idle();
    expect(await row('1')).toMatchObject({
      state: 'failed',
      outcome: 'channel_not_found',
    });
    expect(await row('2')).toMatchObject({ state: 'sent', outcome: 'posted' });
  });

  it('stays busy when a message with a lower id is committed after the one being sent', async () => {
    const [begun, go, enqueued, commit] = [gate(), gate(), gate(), gate()];
    const sent: string[] = [];
    const slow = test.database.transaction(async (tx) => {
      await enqueue(tx, [notice('a', 'low')]);
      enqueued.open();
      await commit.opened;
    });
    await enqueued.opened;
    await put(notice('a', 'high'));
    const worker = start(async ({ dedupeKey }) => {
      begun.open();
      if (dedupeKey === 'high') await go.opened;
      sent.push(dedupeKey);
      return {};
    });
    await begun.opened;
    commit.open();
    await slow;
    // Another worker looks once, from beginning to end, while the lane is busy.
    await start(async ({ dedupeKey }) => ({
      outcome: `${sent.push(dedupeKey)}`,
    })).idle();
    expect(sent).toEqual([]);
    go.open();
    await worker.idle();
    await Promise.all(workers.map((one) => one.idle()));
    expect(sent).toEqual(['high', 'low']);
  });
});

describe('platforms', () => {
  it('do not hold each other up: one that hangs has its own slots', async () => {
    const replies = Array.from({ length: 20 }, (_, index) =>
      notice(`issue ${index}`, `r${index}`, { kind: 'gitlab.reply' }),
    );
    await put(...replies, notice('a', '1'));
    const { sent, send } = recorder();
    const senders = {
      'gitlab.reply': () => new Promise<never>(() => {}),
      'slack.notice': send,
    };
    start(send, { senders });
    await vi.waitFor(() => expect(sent).toEqual(['1']));
  });
});
