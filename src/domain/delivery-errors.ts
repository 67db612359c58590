/**
 * "Not now": the row is tried again after `retryAfterMs` at the earliest, or after the usual back-off when the
 * other side named no time. Counts as an attempt. `reason` is one line for the ledger, without message bodies.
 */
export class RetryLaterError extends Error {
  readonly retryAfterMs: number | null;

  constructor(reason: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RetryLaterError';
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** "Never": the row is marked failed at once, with `reason` as its outcome. It stays in the ledger, replayable. */
export class GiveUpError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'GiveUpError';
  }
}
