import type { DeliveryClock } from './clock.ts';
import type { DeliveryLog } from './log.ts';
import { describeError } from './verdict.ts';

/** One claimed row, ready to be worked on. `run` never rejects and ends soon after `stop` is aborted. */
export interface Task {
  run(stop: AbortSignal): Promise<void>;
}

/** Claims rows and runs them, a bounded number at a time. */
export interface Pump {
  /** Looks for work now. Calls while it looks are one more look. */
  wake(): void;
  /** Resolves once a look that began after this call found nothing, with nothing running. */
  idle(): Promise<void>;
  /** Claims no more, waits up to `timeoutMs`, aborts what still runs, and gives how many that were. */
  stop(timeoutMs: number): Promise<number>;
}

export interface PumpDeps {
  readonly name: string;
  readonly claim: (limit: number) => Promise<Task[]>;
  readonly concurrency: number;
  readonly pollMs: number;
  readonly clock: DeliveryClock;
  readonly log: DeliveryLog;
  /** Called after every task, whatever came of it; wakes the pump. */
  readonly onTaskEnd: () => void;
}

/** How long stopped tasks may take to give their rows back. */
const RELEASE_MS = 1_000;

/** Starts looking at once, then whenever woken, and every `pollMs` at the latest. A failed look waits for the next poll. */
export function createPump(deps: PumpDeps): Pump {
  const running = new Set<Promise<void>>();
  const waiters = new Set<() => void>();
  const stopController = new AbortController();
  let stopping = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let cancelPoll: (() => void) | null = null;

  function start(task: Task): void {
    const done = task.run(stopController.signal).finally(() => {
      running.delete(done);
      deps.onTaskEnd();
    });
    running.add(done);
  }

  /** Claims until there is nothing to claim or no room; tells those who wait when nothing is left at all. */
  async function look(): Promise<void> {
    while (!stopping) {
      lookAgain = false;
      const room = deps.concurrency - running.size;
      if (room <= 0) return;
      const tasks = await deps.claim(room);
      for (const task of tasks) start(task);
      if (lookAgain || tasks.length === room) continue;
      if (running.size === 0) release();
      return;
    }
  }

  async function lookAndPoll(): Promise<void> {
    try {
      await look();
    } catch (error) {
      deps.log.warn({ pump: deps.name, error: describeError(error) }, 'work could not be claimed');
    } finally {
      looking = null;
      poll();
      // A wake that came after the last look, before this line.
      if (lookAgain) wake();
    }
  }

  function release(): void {
    for (const resolve of waiters) resolve();
    waiters.clear();
  }

  function poll(): void {
    cancelPoll?.();
    cancelPoll = stopping ? null : deps.clock.after(deps.pollMs, wake);
  }

  function wake(): void {
    lookAgain = true;
    if (!stopping) looking ??= lookAndPoll();
  }

  async function stop(timeoutMs: number): Promise<number> {
    stopping = true;
    cancelPoll?.();
    await within(timeoutMs, drained());
    const abandoned = running.size;
    stopController.abort();
    await within(RELEASE_MS, drained());
    release();
    return abandoned;
  }

  /** A claim under way when the pump is stopped still brings rows: they are awaited too. */
  async function drained(): Promise<void> {
    await looking;
    await Promise.all(running);
  }

  wake();
  return {
    wake,
    stop,
    idle: () =>
      new Promise((resolve) => {
        if (stopping) return resolve();
        waiters.add(resolve);
        wake();
      }),
  };
}

/** Waits for `work`, but no longer than `ms` of real time: a stop must not hang on a clock that stands still. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
