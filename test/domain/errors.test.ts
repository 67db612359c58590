import { describe, expect, test } from 'vitest';
import { GiveUpError, RetryLaterError } from '../../src/domain/delivery-errors.ts';
import { AppError, fail, hasCode } from '../../src/domain/errors.ts';

describe('an error that somebody can be told about', () => {
  test('carries its code, its data and what caused it', () => {
    const cause = new Error('refused');
    const error = fail('not_found.issue', { reference: 'acme/app#1' }, cause);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'not_found.issue', data: { reference: 'acme/app#1' }, cause });
  });

  test('has no cause where none was given', () => {
    expect('cause' in fail('conflict.stale', { what: 'Ada' })).toBe(false);
  });

  test('does not put its data in its message, which ends up in logs', () => {
    expect(fail('conflict.email_taken', { email: 'ada@example.com', contact: null }).message).toBe(
      'conflict.email_taken',
    );
  });

  test('is told from others by its code', () => {
    const error: unknown = fail('conflict.held', { where: 'acme' });
    expect([hasCode(error, 'conflict.held'), hasCode(error, 'conflict.stale')]).toEqual([true, false]);
    expect(hasCode(new Error('conflict.held'), 'conflict.held')).toBe(false);
    expect(hasCode({ code: 'conflict.held', data: {} }, 'conflict.held')).toBe(false);
  });
});

describe('an error that decides over a delivery', () => {
  test('tried later, names when if the other side did', () => {
    expect(new RetryLaterError('busy', { retryAfterMs: 500 })).toMatchObject({
      message: 'busy',
      retryAfterMs: 500,
    });
    expect(new RetryLaterError('busy').retryAfterMs).toBeNull();
  });

  test('given up, keeps what caused it', () => {
    const cause = new Error('410');
    expect(new GiveUpError('gone', cause)).toMatchObject({ message: 'gone', cause });
  });
});
