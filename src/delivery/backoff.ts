/** How the wait between two tries grows: doubling from `baseMs`, never above `capMs`. */
export interface BackoffScale {
  readonly baseMs: number;
  readonly capMs: number;
}

/** One second at first, one hour at most: 15 tries span about three hours, as long as a maintenance window. */
export const BACKOFF: BackoffScale = { baseMs: 1_000, capMs: 3_600_000 };

/**
 * Milliseconds to wait after try number `attempt` (from 1): half of it fixed, half drawn by `random` (0 to 1), so
 * that rows which failed together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number, scale: BackoffScale = BACKOFF): number {
  const exponent = Math.min(Math.max(attempt, 1) - 1, 40);
  const full = Math.min(scale.capMs, scale.baseMs * 2 ** exponent);
  return Math.round(full / 2 + (full / 2) * random());
}
