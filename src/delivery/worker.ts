import type { Database } from '../db/client.ts';
import type { FoldRule } from '../db/queries/folding.ts';
import type { Ledger } from '../db/queries/leases.ts';
import type { AttemptRules } from './attempt.ts';
import { type DeliveryClock, systemClock } from './clock.ts';
import { claimDeliveryTasks, type DeliveryHandler, type OnDeliveryFailed } from './handle-delivery.ts';
import { createLeaseKeeper, type LeaseKeeper } from './lease-keeper.ts';
import type { DeliveryLog } from './log.ts';
import { createPacer, type Pace } from './pacer.ts';
import { createPump, type Pump, type Task } from './pump.ts';
import { claimMessageTasks, type LaneRule, type Sender } from './send-message.ts';

/** Handles stored deliveries and sends the outbox's messages. */
export interface Worker {
  /** Looks for work now instead of at the next poll: call it after a commit that stored or enqueued something. */
  wake(): void;
  /** Resolves when nothing that is due is left for this worker and nothing is running. Resting lanes are not due. */
  idle(): Promise<void>;
  /**
   * Claims nothing more and waits for what runs; after `timeoutMs` the rest is aborted and given back, to be tried
   * again by the next process. Gives how many those were.
   */
  stop(options: { timeoutMs: number }): Promise<{ abandoned: number }>;
}

/** `handlers` by source and `senders` by kind: rows that have none are left for a process that has. */
export interface WorkerOptions {
  readonly database: Database;
  readonly log: DeliveryLog;
  readonly handlers: Readonly<Record<string, DeliveryHandler>>;
  readonly senders: Readonly<Record<string, Sender>>;
  /** Called when a delivery is given up. Nothing. */
  readonly onDeliveryFailed?: OnDeliveryFailed;
  readonly lanes?: (lane: string) => LaneRule;
  /** By platform, the word before the dot of a kind: the most it is sent. As much as there is. */
  readonly paces?: Readonly<Record<string, Pace>>;
  /** By kind: when those that wait in a lane go out in one message. None do. */
  readonly folds?: Readonly<Record<string, FoldRule>>;
  readonly clock?: DeliveryClock;
  /** 0 to 1, for the jitter of retries. */
  readonly random?: () => number;
  /** Deliveries at once, and messages at once for each platform. 4. */
  readonly concurrency?: number;
  /** How long a row stays with a process that died. 3.5 s: with the poll, taken up within 5 s. */
  readonly leaseMs?: number;
  /** How often to look when nobody wakes the worker. 1 s. */
  readonly pollMs?: number;
  /** Tries before a row is failed. 15, which spans some three hours. */
  readonly maxAttempts?: number;
  /** Longest try, after which it counts as failed. 2 minutes. */
  readonly maxRunMs?: number;
}

/** Starts looking for work at once. Several workers, in several processes, may share one database. */
export function startWorker(options: WorkerOptions): Worker {
  const crew = createCrew(options);
  return {
    wake: () => crew.wake(),
    async idle() {
      // One pump's work may be the other's next: all were idle only if none of them did anything meanwhile.
      let before: number;
      do {
        before = crew.taskCount();
        for (const pump of crew.pumps) await pump.idle();
      } while (crew.taskCount() !== before);
    },
    async stop({ timeoutMs }) {
      crew.cancelTimers();
      const counts = await Promise.all(crew.pumps.map((pump) => pump.stop(timeoutMs)));
      for (const keeper of crew.keepers) keeper.stop();
      crew.cancelTimers();
      return { abandoned: counts.reduce((sum, count) => sum + count, 0) };
    },
  };
}

interface Crew {
  readonly pumps: readonly Pump[];
  readonly keepers: readonly LeaseKeeper[];
  /** How many tasks have ended so far. */
  taskCount(): number;
  wake(): void;
  cancelTimers(): void;
}

function createCrew(options: WorkerOptions): Crew {
  const { database, log, clock = systemClock, leaseMs = 3_500, concurrency = 4, pollMs = 1_000 } = options;
  const pumps: Pump[] = [];
  let tasks = 0;
  const wake = () => {
    for (const pump of pumps) pump.wake();
  };
  const onTaskEnd = () => {
    tasks += 1;
    wake();
  };
  const timers = createTimers(clock, wake);
  const keeperOf = (ledger: Ledger) => createLeaseKeeper({ database, ledger, leaseMs, clock, log });
  const [inboxKeeper, outboxKeeper] = [keeperOf('deliveries'), keeperOf('outbox')];
  const addPump = (name: string, claim: (limit: number) => Promise<Task[]>) =>
    pumps.push(createPump({ name, claim, concurrency, pollMs, clock, log, onTaskEnd }));

  const inbox = {
    database,
    handlers: options.handlers,
    onFailed: options.onDeliveryFailed ?? (async () => {}),
    leaseMs,
    rules: rulesOf(options, inboxKeeper, timers.set),
    running: new Set<bigint>(),
  };
  addPump('deliveries', (limit) => claimDeliveryTasks(inbox, limit));
  const outbox = {
    database,
    lanes: options.lanes ?? (() => ({ minGapMs: 0 })),
    folds: options.folds ?? {},
    leaseMs,
    rules: rulesOf(options, outboxKeeper, timers.set),
    busyLanes: new Set<string>(),
  };
  for (const [platform, senders] of byPlatform(options.senders)) {
    const pacer = createPacer({ database, platform, clock }, options.paces?.[platform]);
    addPump(platform, (limit) => claimMessageTasks({ ...outbox, senders, pacer }, limit));
  }
  const keepers = [inboxKeeper, outboxKeeper];
  return { pumps, keepers, taskCount: () => tasks, wake, cancelTimers: timers.cancelAll };
}

function rulesOf(
  options: WorkerOptions,
  keeper: LeaseKeeper,
  onDueIn: (delayMs: number) => void,
): AttemptRules {
  const { log, clock = systemClock, maxAttempts = 15, maxRunMs = 120_000, random = Math.random } = options;
  return { keeper, clock, log, maxAttempts, maxRunMs, random, onDueIn };
}

/** Rows that come due later than this are left to the poll. */
const MAX_TIMER_MS = 60_000;

/** Wakes the worker at the times at which it knows rows to come due. */
function createTimers(clock: DeliveryClock, wake: () => void) {
  const pending = new Set<() => void>();
  return {
    set(delayMs: number): void {
      if (delayMs > MAX_TIMER_MS) return;
      const cancel = clock.after(delayMs, () => {
        pending.delete(cancel);
        wake();
      });
      pending.add(cancel);
    },
    cancelAll(): void {
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}

/** Senders by the word before the dot of their kind. Each platform has its own slots: one that hangs holds up no other. */
function byPlatform(senders: Readonly<Record<string, Sender>>): Map<string, Record<string, Sender>> {
  const platforms = new Map<string, Record<string, Sender>>();
  for (const [kind, sender] of Object.entries(senders)) {
    const platform = kind.split('.', 1)[0] ?? kind;
    platforms.set(platform, { ...platforms.get(platform), [kind]: sender });
  }
  return platforms;
}
