import { RetryLaterError } from '../domain/delivery-errors.ts';
import { hasCode } from '../domain/errors.ts';
import type { GitLabClient } from './client/contract.ts';
import { GitLabRequestError, requestErrorBehind } from './client/request-error.ts';
import { readAwardPayload } from './reply-message.ts';
import type { OutboundMessage, Sent } from './reply-sender.ts';

/** The answer itself says what became of a comment; nobody waits for hours for a sign beside it. */
const MAX_TRIES = 5;

/**
 * Puts an emoji on a comment that was answered. One that is there already is as good, and one that GitLab refuses is
 * left out: it never counts as failed. Throws RetryLaterError while GitLab gives no answer.
 */
export function createAwardSender(
  client: Pick<GitLabClient, 'awardEmoji'>,
): (message: Pick<OutboundMessage, 'payload' | 'attempt'>, signal: AbortSignal) => Promise<Sent> {
  return async ({ payload, attempt }, signal) => {
    const award = readAwardPayload(payload);
    if (award === null) return { outcome: 'left out: what was stored cannot be read' };
    signal.throwIfAborted();
    try {
      await client.awardEmoji(award.address, award.noteId, award.emoji);
      return { outcome: award.emoji };
    } catch (error) {
      const why = reasonToLeave(error, attempt);
      if (why !== null) return { outcome: why };
      throw hasCode(error, 'unavailable.gitlab') ? later(error) : error;
    }
  };
}

/** Null when another try may help. GitLab says 404 to a second emoji of the same name, older ones 409. */
function reasonToLeave(error: unknown, attempt: number): string | null {
  if (error instanceof GitLabRequestError) {
    return /already been taken/i.test(error.message) || error.status === 409
      ? 'was there already'
      : `left out: ${error.message}`;
  }
  if (requestErrorBehind(error)?.status === 403) return 'left out: the bot may not do so there (403)';
  return attempt < MAX_TRIES ? null : `left out after ${attempt} tries`;
}

function later(error: unknown): RetryLaterError {
  const named = requestErrorBehind(error)?.retryAfterMs ?? null;
  return new RetryLaterError('GitLab gives no answer', {
    ...(named !== null && { retryAfterMs: named }),
    cause: error,
  });
}
