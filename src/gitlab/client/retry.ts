/** A call and all its tries together take no longer than this. */
export const MAX_CALL_MS = 8_000;
export const MAX_TRIES = 4;
const BASE_DELAY_MS = 200;

/**
 * What a 429 without `Retry-After` stands for: GitLab's per-endpoint limits count by the minute and name no time
 * (gitlab.com/gitlab-org/gitlab/-/issues/365728).
 */
const UNNAMED_LIMIT_MS = 60_000;

const RETRIED_STATUSES = new Set([429, 502, 503, 504]);

/** True for an answer that another try may better. */
export function isRetriedStatus(status: number): boolean {
  return RETRIED_STATUSES.has(status);
}

/** How long GitLab wants to be left alone, in ms; null when it did not say and the status does not tell. */
export function retryAfterMs(status: number, headers: Headers, now: number): number | null {
  const named = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(named)) return Number(named) * 1_000;
  const date = Date.parse(named);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  return status === 429 ? UNNAMED_LIMIT_MS : null;
}

/** Exponential, between half and one and a half of the nominal wait, so that callers do not come back together. */
export function backoffMs(tryCount: number, random: () => number): number {
  return BASE_DELAY_MS * 2 ** (tryCount - 1) * (0.5 + random());
}
