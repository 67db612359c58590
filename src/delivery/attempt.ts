import type { Lease } from '../db/queries/leases.ts';
import { GiveUpError, RetryLaterError } from '../domain/delivery-errors.ts';
import type { DeliveryClock } from './clock.ts';
import { type LeaseKeeper, LeaseLostError } from './lease-keeper.ts';
import type { DeliveryLog } from './log.ts';
import { describeError, judge } from './verdict.ts';

/** One try at one claimed row. Each of the endings resolves to false when the lease was lost meanwhile. */
export interface Attempt {
  readonly lease: Lease;
  readonly number: number;
  /** What the log calls the row: ids and kinds, never contents. */
  readonly label: Readonly<Record<string, string | number>>;
  /** Does the work and records its success; gives the outcome. Throws LeaseLostError when it may not be recorded. */
  readonly work: (signal: AbortSignal) => Promise<string>;
  readonly postpone: (delayMs: number, outcome: string) => Promise<boolean>;
  readonly fail: (outcome: string) => Promise<boolean>;
  readonly release: () => Promise<boolean>;
}

export interface AttemptRules {
  readonly keeper: LeaseKeeper;
  readonly clock: DeliveryClock;
  readonly log: DeliveryLog;
  readonly maxAttempts: number;
  readonly maxRunMs: number;
  readonly random: () => number;
  /** Told that a row comes due in so many milliseconds. */
  readonly onDueIn: (delayMs: number) => void;
}

/** The process is stopping: the row is given back, and the try does not count. */
class StoppedError extends Error {}

/** Runs one try to its end and records it. Never rejects: what cannot be recorded is taken up when the lease lapses. */
export async function runAttempt(attempt: Attempt, rules: AttemptRules, stop: AbortSignal): Promise<void> {
  const { keeper, clock, log } = rules;
  const started = performance.now();
  const controller = new AbortController();
  const onStop = () => controller.abort(new StoppedError());
  stop.addEventListener('abort', onStop);
  keeper.hold(attempt.lease, () => controller.abort(new LeaseLostError()));
  const cancelTimeout = clock.after(rules.maxRunMs, () =>
    controller.abort(new RetryLaterError(`not done after ${rules.maxRunMs} ms`)),
  );
  const facts = () => ({
    ...attempt.label,
    attempt: attempt.number,
    ms: Math.round(performance.now() - started),
  });
  try {
    if (stop.aborted) onStop();
    const outcome = await perform(attempt, rules, controller.signal);
    log.info({ ...facts(), outcome }, 'handled');
  } catch (error) {
    await settle(attempt, rules, error).then(
      (ending) => log[ending.level]({ ...facts(), outcome: ending.outcome }, ending.message),
      (failure) => log.error({ ...facts(), error: describeError(failure) }, 'a try could not be recorded'),
    );
  } finally {
    stop.removeEventListener('abort', onStop);
    cancelTimeout();
    keeper.letGo(attempt.lease);
  }
}

/** A row that was claimed too often without any ending ends here: it may be what brings the process down. */
async function perform(attempt: Attempt, rules: AttemptRules, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  if (attempt.number > rules.maxAttempts) {
    throw new GiveUpError(`gave up after ${rules.maxAttempts} tries: the last one never ended`);
  }
  return attempt.work(signal);
}

interface Ending {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly outcome: string;
}

async function settle(attempt: Attempt, rules: AttemptRules, error: unknown): Promise<Ending> {
  if (error instanceof StoppedError) {
    await attempt.release();
    return { level: 'info', message: 'given back', outcome: 'the process is stopping' };
  }
  if (error instanceof LeaseLostError) return lost(error.message);
  const { maxAttempts, random } = rules;
  const verdict = judge(error, { attempt: attempt.number, maxAttempts, random });
  if (verdict.action === 'fail') {
    const recorded = await attempt.fail(verdict.outcome);
    return recorded
      ? { level: 'error', message: 'failed for good', outcome: verdict.outcome }
      : lost(verdict.outcome);
  }
  const recorded = await attempt.postpone(verdict.delayMs, verdict.outcome);
  if (recorded) rules.onDueIn(verdict.delayMs);
  return recorded
    ? { level: 'warn', message: 'to be tried again', outcome: verdict.outcome }
    : lost(verdict.outcome);
}

const lost = (outcome: string): Ending => ({ level: 'warn', message: 'lost to another process', outcome });

/** The work's result, or the reason of the abort as soon as there is one, even if the work does not listen to it. */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
