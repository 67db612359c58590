import { setTimeout as wait } from 'node:timers/promises';
import type { Passing } from './refusals.ts';
import { loggable, type SlackLog } from './slack-log.ts';

/** Why a try failed, and whether another may fare better. */
export interface Refused {
  readonly error: unknown;
  readonly may: Passing | null;
}

/** Between tries; longer where Slack asks for it. */
const AGAIN_AFTER_MS = [500, 5_000, 20_000, 60_000] as const;
/** Tries that may have been done all the same: each can be something that comes twice. */
const MAX_UNCLEAR = 3;
/** Slack asks for a minute at most; beyond this nobody waits any more. */
const MAX_WAIT_MS = 120_000;

/**
 * Tries until it is done, while what is wrong may pass: for a few minutes at most or until `signal`, after which it throws
 * the last error.
 * `attempt` gives null when it is done; it learns whether an earlier one may have been done all the same.
 */
export async function tryAgain(
  attempt: (earlier: { mayBeDone: boolean }) => Promise<Refused | null>,
  { what, log, signal }: { what: string; log: SlackLog; signal: AbortSignal },
): Promise<void> {
  let unclear = 0;
  for (const waitMs of [...AGAIN_AFTER_MS, null]) {
    const refused = await attempt({ mayBeDone: unclear > 0 });
    if (refused === null) return;
    const { error, may } = refused;
    if (waitMs === null || may === null || may.afterMs > MAX_WAIT_MS || signal.aborted) throw error;
    if (may.unclear) unclear += 1;
    if (unclear === MAX_UNCLEAR) throw error;
    log.info({ err: loggable(error) }, `slack: ${what} waits for another try`);
    await rest(Math.max(waitMs, may.afterMs), signal);
    if (signal.aborted) throw error;
  }
}

/** Ends early when the program stops; keeps no process alive that has ended otherwise. */
const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal, ref: false }).catch(() => {});
