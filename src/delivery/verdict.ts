import { GiveUpError, RetryLaterError } from '../domain/delivery-errors.ts';
import { AppError } from '../domain/errors.ts';
import { backoffMs } from './backoff.ts';

/** What becomes of a row whose try failed. `outcome` is one line for the ledger. */
export type Verdict =
  | { readonly action: 'retry'; readonly delayMs: number; readonly outcome: string }
  | { readonly action: 'fail'; readonly outcome: string };

/** What a verdict depends on beside the error. `random` gives 0 to 1. */
export interface Try {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly random: () => number;
}

/**
 * Everything is tried again until `maxAttempts`, except what was given up on purpose. A time named by the other
 * side is the least to wait: one that keeps saying "in a second" must not use up the tries in as many seconds.
 */
export function judge(error: unknown, { attempt, maxAttempts, random }: Try): Verdict {
  const line = describeError(error);
  if (error instanceof GiveUpError) return { action: 'fail', outcome: line };
  if (attempt >= maxAttempts) {
    return {
      action: 'fail',
      outcome: `gave up after ${attempt} ${attempt === 1 ? 'try' : 'tries'}: ${line}`,
    };
  }
  const asked = error instanceof RetryLaterError ? (error.retryAfterMs ?? 0) : 0;
  return { action: 'retry', delayMs: Math.max(asked, backoffMs(attempt, random)), outcome: line };
}

const MAX_LINE = 200;

/** One line about an error, at most 200 characters, without control characters. */
export function describeError(error: unknown): string {
  return oneLine(wordsOf(error));
}

function wordsOf(error: unknown): string {
  if (error instanceof AppError) {
    const detail = 'detail' in error.data ? `: ${String(error.data.detail)}` : '';
    return `${error.code}${detail}`;
  }
  if (error instanceof GiveUpError || error instanceof RetryLaterError) return error.message;
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return 'something was thrown that is no error';
}

/** The text as one line of at most 200 characters, which the database can hold. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line;
}
