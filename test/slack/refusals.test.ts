import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { expect, test } from 'vitest';
import { passing } from '../../src/slack/refusals.ts';
import { ResponseUrlError } from '../../src/slack/response-url.ts';

const said = (error: string) => new WebAPIPlatformError({ ok: false, error });
const answered = (status: number, headers: Record<string, string> = {}) =>
  new WebAPIHTTPError(status, '', headers);
const unreachable = (code: string) =>
  new Error('fetch failed', { cause: Object.assign(new Error(), { code }) });

test.each<[string, unknown, ReturnType<typeof passing>]>([
  ['a 429 passes after what it asks for', new WebAPIRateLimitedError(7), { afterMs: 7_000, unclear: false }],
  ['a 503 passes', answered(503), { afterMs: 0, unclear: false }],
  [
    'a 503 that names a wait passes after it',
    answered(503, { 'retry-after': '9' }),
    { afterMs: 9_000, unclear: false },
  ],
  [
    'a wait that is no number of seconds is none',
    answered(502, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }),
    { afterMs: 0, unclear: false },
  ],
  ['a 404 does not pass', answered(404), null],
  ['a fault that Slack calls its own passes', said('internal_error'), { afterMs: 0, unclear: false }],
  ['a refusal does not pass', said('not_in_channel'), null],
  [
    'a response URL that asks to wait passes',
    new ResponseUrlError('busy', { status: 429, retryAfterSec: 3 }),
    { afterMs: 3_000, unclear: false },
  ],
  ['a response URL that is used up does not pass', new ResponseUrlError('gone', { status: 404 }), null],
  ['a request that never went out passes', unreachable('ECONNREFUSED'), { afterMs: 0, unclear: false }],
  [
    'a request whose answer was lost may have been done',
    unreachable('ECONNRESET'),
    { afterMs: 0, unclear: true },
  ],
])('%s', (_, error, expected) => {
  expect(passing(error)).toEqual(expected);
});
