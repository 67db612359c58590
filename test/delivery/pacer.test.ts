import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { enqueue } from '../../src/db/queries/outbox.ts';
import { createPacer } from '../../src/delivery/pacer.ts';
import type { Sender } from '../../src/delivery/send-message.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../src/delivery/worker.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { keptLog } from './kept-log.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

let test: TestDatabase;
let clock: ManualClock;
const workers: Worker[] = [];
beforeAll(async () => {
  test = await testDatabase();
});
beforeEach(async () => {
  await test.empty();
  clock = manualClock();
});
afterEach(stopAll);
afterAll(() => test.drop());

async function stopAll(): Promise<void> {
  await Promise.all(workers.splice(0).map((worker) => worker.stop({ timeoutMs: 100 })));
}

const PACES = { gitlab: { most: 5, perMs: 60_000 } };

function start(send: Sender, options: Partial<WorkerOptions> = {}): Worker {
  const worker = startWorker({
    database: test.database,
    log: keptLog(),
    handlers: {},
    senders: { 'gitlab.reply': send, 'slack.notice': send },
    paces: PACES,
    clock,
    ...options,
  });
  workers.push(worker);
  return worker;
}

const put = (kind: string, keys: readonly string[], laneOf = (key: string) => key) =>
  test.database.transaction((tx) =>
    enqueue(
      tx,
      keys.map((key) => ({ kind, lane: laneOf(key), dedupeKey: key, payload: {} })),
    ),
  );

function recorder() {
  const sent: string[] = [];
  const send: Sender = async ({ dedupeKey }) => {
    sent.push(dedupeKey);
    return {};
  };
  return { sent, send };
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `m${String(index).padStart(3, '0')}`);

describe('a platform with a pace', () => {
  it('is sent so many in any minute and no more, and the rest when there is room again', async () => {
    const { sent, send } = recorder();
    await put('gitlab.reply', numbered(12));
    const worker = start(send);
    await worker.idle();
    expect(sent).toHaveLength(5);
    clock.advance(59_000);
    await worker.idle();
    expect(sent).toHaveLength(5);
    clock.advance(1_001);
    await vi.waitFor(() => expect(sent).toHaveLength(10));
    clock.advance(60_001);
    await vi.waitFor(() => expect(sent).toHaveLength(12));
    expect(new Set(sent).size).toBe(12);
  });

  it('keeps the order within a lane', async () => {
    const { sent, send } = recorder();
    await put('gitlab.reply', numbered(11), () => 'one issue');
    const worker = start(send);
    for (const due of [5, 10, 11]) {
      await vi.waitFor(() => expect(sent).toHaveLength(due));
      await worker.idle();
      clock.advance(60_001);
    }
    expect(sent).toEqual(numbered(11));
  });

  it('remembers after a restart what it was sent', async () => {
    const before = recorder();
    await put('gitlab.reply', numbered(8));
    await start(before.send).idle();
    await stopAll();
    const after = recorder();
    const worker = start(after.send);
    await worker.idle();
    expect([before.sent.length, after.sent.length]).toEqual([5, 0]);
    clock.advance(60_001);
    await vi.waitFor(() => expect(after.sent).toHaveLength(3));
  });

  it('counts what ends while the database is asked', async () => {
    const pacer = createPacer({ database: test.database, platform: 'gitlab', clock }, PACES.gitlab);
    const end = pacer.begin();
    const room = pacer.room(10, () => {});
    end();
    expect(await room).toBe(4);
    expect(await pacer.room(10, () => {})).toBe(5);
  });

  it('shares its pace between processes', async () => {
    const first = recorder();
    const second = recorder();
    await put('gitlab.reply', numbered(5));
    await start(first.send).idle();
    await put('gitlab.reply', ['late']);
    await start(second.send).idle();
    expect(second.sent).toEqual([]);
  });

  it('holds up no other platform', async () => {
    const { sent, send } = recorder();
    await put('gitlab.reply', numbered(6));
    await put('slack.notice', ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const worker = start(send);
    await worker.idle();
    expect(sent.filter((key) => !key.startsWith('m'))).toHaveLength(7);
    expect(sent.filter((key) => key.startsWith('m'))).toHaveLength(5);
  });
});
