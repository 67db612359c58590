import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replayLedgerEntry } from '../../src/db/queries/ledger.ts';
import { enqueue, type NewMessage } from '../../src/db/queries/outbox.ts';
import type { Sender } from '../../src/delivery/send-message.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../src/delivery/worker.ts';
import { GiveUpError, RetryLaterError } from '../../src/domain/delivery-errors.ts';
import type { Json } from '../../src/domain/json.ts';
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

const FOLDS = { 'slack.notice': { atLeast: 3, atMost: 5 } };

function start(send: Sender, options: Partial<WorkerOptions> = {}): Worker {
  const worker = startWorker({
    database: test.database,
    log: keptLog(),
    handlers: {},
    senders: { 'slack.notice': send, 'slack.edit': send },
    folds: FOLDS,
    ...options,
  });
  workers.push(worker);
  return worker;
}

const put = (names: string, more: Partial<NewMessage> = {}) =>
  test.database.transaction((tx) =>
    enqueue(
      tx,
      names.split(' ').map((name) => ({
        kind: 'slack.notice',
        lane: 'a',
        dedupeKey: name,
        payload: name,
        ...more,
      })),
    ),
  );

/** A sender that notes what went out together. */
function recorder(trouble: (sent: Json[]) => void = () => {}) {
  const sent: string[] = [];
  const send: Sender = async ({ payload, folded }) => {
    trouble([payload, ...folded]);
    sent.push([payload, ...folded].join('+'));
    return { outcome: 'posted', remoteRef: `ref of ${payload}` };
  };
  return { sent, send };
}

const rows = async () =>
  (await test.database.prisma.outboxMessage.findMany({ orderBy: { id: 'asc' } })).map(
    ({ dedupeKey, state, outcome, remoteRef }) => `${dedupeKey} ${state}: ${outcome} at ${remoteRef}`,
  );
const idOf = async (dedupeKey: string): Promise<bigint> =>
  (await test.database.prisma.outboxMessage.findUniqueOrThrow({ where: { dedupeKey } })).id;

describe('messages that wait for one place', () => {
  it('go out one by one while they are few', async () => {
    await put('1 2');
    const { sent, send } = recorder();
    await start(send).idle();
    expect(sent).toEqual(['1', '2']);
  });

  it('go out in one when they are more, and the ledger says of each in which', async () => {
    await put('1 2 3');
    const { sent, send } = recorder();
    await start(send).idle();
    expect(sent).toEqual(['1+2+3']);
    const id = await idOf('1');
    expect(await rows()).toEqual([
      '1 sent: posted at ref of 1',
      `2 sent: in message ${id}: posted at ref of 1`,
      `3 sent: in message ${id}: posted at ref of 1`,
    ]);
  });

  it('go out in several when one cannot hold them all, nothing lost and in order', async () => {
    await put('1 2 3 4 5 6 7 8 9');
    const { sent, send } = recorder();
    await start(send).idle();
    expect(sent).toEqual(['1+2+3+4+5', '6+7+8+9']);
  });

  it('leave those of other places and kinds alone, and those that later news will edit', async () => {
    await put('1 2');
    await put('other', { lane: 'b' });
    await put('held', { about: 'transfer:1' });
    await put('edit', { kind: 'slack.edit' });
    await put('3 4');
    const { sent, send } = recorder();
    await start(send).idle();
    expect(sent.filter((line) => line !== 'other')).toEqual(['1+2+3+4', 'held', 'edit']);
  });

  it('are not taken in by one that later news will edit', async () => {
    await put('held', { about: 'transfer:1' });
    await put('1 2 3');
    const { sent, send } = recorder();
    await start(send).idle();
    expect(sent).toEqual(['held', '1+2+3']);
  });

  it('that are not due yet wait for their time', async () => {
    await put('1 2');
    await put('later', { runAt: new Date(Date.now() + 3_600_000) });
    const { sent, send } = recorder();
    await start(send).idle();
    expect(sent).toEqual(['1', '2']);
  });

  it('rest once for all of them', async () => {
    const clock = manualClock();
    await put('1 2 3 4 5 6');
    const { sent, send } = recorder();
    const worker = start(send, { clock, lanes: () => ({ minGapMs: 1_000 }) });
    await worker.idle();
    expect(sent).toEqual(['1+2+3+4+5']);
    clock.advance(1_000);
    await worker.idle();
    expect(sent).toEqual(['1+2+3+4+5', '6']);
  });
});

describe('a message that holds others and meets trouble', () => {
  it('holds the same at every try, whatever came in meanwhile', async () => {
    const clock = manualClock();
    await put('1 2 3');
    let tries = 0;
    const { sent, send } = recorder(() => {
      tries += 1;
      if (tries < 3) throw new RetryLaterError('rate limited');
    });
    const worker = start(send, { clock });
    await worker.idle();
    await put('4 5');
    for (let n = 0; n < 2; n += 1) {
      clock.advance(60_000);
      await worker.idle();
    }
    expect(sent).toEqual(['1+2+3', '4', '5']);
  });

  it('takes none in at a second try: it may have been posted without', async () => {
    const clock = manualClock();
    await put('1');
    let tries = 0;
    const { sent, send } = recorder(() => {
      tries += 1;
      if (tries === 1) throw new RetryLaterError('no answer');
    });
    const worker = start(send, { clock });
    await worker.idle();
    await put('2 3 4');
    clock.advance(60_000);
    await worker.idle();
    expect(sent).toEqual(['1', '2+3+4']);
  });

  it('fails with all of them, and all are sent when it is replayed', async () => {
    await put('1 2 3');
    const refused = recorder(() => {
      throw new GiveUpError('is_archived');
    });
    await start(refused.send).idle();
    const id = await idOf('1');
    expect(await rows()).toEqual([
      '1 failed: is_archived at null',
      `2 failed: in message ${id}: is_archived at null`,
      `3 failed: in message ${id}: is_archived at null`,
    ]);
    await Promise.all(workers.splice(0).map((worker) => worker.stop({ timeoutMs: 100 })));
    expect(await replayLedgerEntry(test.database, { direction: 'out', id: await idOf('3') })).toBe(true);
    expect(await replayLedgerEntry(test.database, { direction: 'out', id })).toBe(true);
    const { sent, send } = recorder();
    await start(send).idle();
    expect(sent.sort()).toEqual(['1+2', '3']);
    expect((await rows()).every((line) => line.includes(' sent: '))).toBe(true);
  });

  it('is sent with the same by the next process when this one dies', async () => {
    await put('1 2 3');
    const stuck = gate();
    const dying = start(
      async () => {
        stuck.open();
        return new Promise(() => {});
      },
      { leaseMs: 300 },
    );
    await stuck.opened;
    await put('4');
    await dying.stop({ timeoutMs: 0 });
    const { sent, send } = recorder();
    await start(send).idle();
    expect(sent).toEqual(['1+2+3', '4']);
  });

  it('is sent once by several processes at once, nothing lost', async () => {
    const { sent, send } = recorder();
    const names = Array.from({ length: 40 }, (_, n) => `n${n}`);
    await put(names.join(' '));
    const all = [start(send), start(send), start(send)];
    await Promise.all(all.map((worker) => worker.idle()));
    await Promise.all(all.map((worker) => worker.idle()));
    expect(sent.flatMap((line) => line.split('+'))).toEqual(names);
  });
});
