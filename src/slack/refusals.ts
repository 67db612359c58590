import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { ResponseUrlError, secondsToWait } from './response-url.ts';

/** Slack adds block types and rules over time; the words still reach people as plain text. */
export function refusesBlocks(error: unknown): boolean {
  return (
    error instanceof WebAPIPlatformError &&
    ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'].includes(error.data.error)
  );
}

/** Slack takes nothing of ours in the channel; a person by themselves may still be reached. */
export function isShutOut(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && SHUT_OUT.has(error.data.error);
}

const SHUT_OUT = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'restricted_action',
  'user_not_in_channel',
]);

/** A refusal that passes: another try may fare better. */
export interface Passing {
  /** As long as Slack asks for; 0 when it does not say. */
  readonly afterMs: number;
  /** It may have been done all the same: its answer got lost, or never came. */
  readonly unclear: boolean;
}

/** Slack's words for a fault of its own. */
const OWN_FAULTS = new Set([
  'fatal_error',
  'internal_error',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
]);

/** What speaks for another try; null where Slack has said no. */
export function passing(error: unknown): Passing | null {
  if (error instanceof ResponseUrlError) return ofStatus(error.status, error.retryAfterSec, error);
  if (error instanceof WebAPIRateLimitedError) return { afterMs: error.retryAfter * 1000, unclear: false };
  if (error instanceof WebAPIHTTPError)
    return ofStatus(error.statusCode, secondsToWait(error.headers['retry-after']), error);
  if (error instanceof WebAPIPlatformError)
    return OWN_FAULTS.has(error.data.error) ? { afterMs: 0, unclear: false } : null;
  return { afterMs: 0, unclear: !neverArrived(error) };
}

function ofStatus(status: number | null, retryAfterSec: number, error: Error): Passing | null {
  if (status === null) return { afterMs: 0, unclear: !neverArrived(error) };
  if (status !== 429 && status < 500) return null;
  return { afterMs: retryAfterSec * 1000, unclear: false };
}

/** What network faults are called before a request went out. */
const BEFORE_SENDING = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function neverArrived(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; depth += 1) {
    if (BEFORE_SENDING.has(String((cause as { code?: unknown }).code))) return true;
    cause = (cause as { original?: unknown }).original ?? cause.cause;
  }
  return false;
}
