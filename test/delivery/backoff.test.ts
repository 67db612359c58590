import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/delivery/backoff.ts';
import { describeError, judge } from '../../src/delivery/verdict.ts';
import { GiveUpError, RetryLaterError } from '../../src/domain/delivery-errors.ts';
import { fail } from '../../src/domain/errors.ts';

const most = () => 1;
const least = () => 0;

describe('the wait before another try', () => {
  it.each([
    ['starts at one second', 1, 1_000],
    ['doubles with every try', 4, 8_000],
    ['stops growing at an hour', 13, 3_600_000],
    ['stays at an hour for any number of tries', 5_000, 3_600_000],
    ['is the first one for a try number that makes no sense', 0, 1_000],
  ])('%s', (_name, attempt, ms) => {
    expect(backoffMs(attempt, most)).toBe(ms);
  });

  it('is never less than half of its full length', () => {
    expect(backoffMs(4, least)).toBe(4_000);
  });
});

describe('a failed try', () => {
  const first = { attempt: 1, maxAttempts: 3, random: most };

  it('is retried after the time the other side asked for', () => {
    const verdict = judge(new RetryLaterError('slow down', { retryAfterMs: 30_000 }), first);
    expect(verdict).toEqual({
      action: 'retry',
      delayMs: 30_000,
      outcome: 'slow down',
    });
  });

  it('waits for the usual time when the other side asks for less', () => {
    const verdict = judge(new RetryLaterError('slow down', { retryAfterMs: 5 }), first);
    expect(verdict).toMatchObject({ action: 'retry', delayMs: 1_000 });
  });

  it('is retried when a platform was not to be had', () => {
    const verdict = judge(fail('unavailable.gitlab', { detail: 'HTTP 502' }), first);
    expect(verdict).toMatchObject({
      action: 'retry',
      outcome: 'unavailable.gitlab: HTTP 502',
    });
  });

  it('is retried when the error is one that nobody foresaw', () => {
    expect(judge(new TypeError('x is undefined'), first).action).toBe('retry');
  });

  it('is not retried when it was given up on purpose', () => {
    expect(judge(new GiveUpError('the channel is gone'), first)).toEqual({
      action: 'fail',
      outcome: 'the channel is gone',
    });
  });

  it('fails for good at the last try, whatever the other side asked for', () => {
    const verdict = judge(new RetryLaterError('slow down', { retryAfterMs: 5 }), { ...first, attempt: 3 });
    expect(verdict).toEqual({
      action: 'fail',
      outcome: 'gave up after 3 tries: slow down',
    });
  });
});

describe('the line about an error', () => {
  it.each([
    ['has one line only', new Error('first\nsecond\u0000'), 'Error: first second'],
    ['names what is no error', 'text', 'something was thrown that is no error'],
    ['names the code of an error of ours', fail('unavailable.database', {}), 'unavailable.database'],
  ])('%s', (_name, error, line) => {
    expect(describeError(error)).toBe(line);
  });

  it('has at most 200 characters', () => {
    expect(describeError(new Error('x'.repeat(5_000)))).toHaveLength(200);
  });
});
