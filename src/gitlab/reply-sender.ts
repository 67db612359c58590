import { GiveUpError, RetryLaterError } from '../domain/delivery-errors.ts';
import { hasCode } from '../domain/errors.ts';
import type { GitLabClient } from './client/contract.ts';
import type { GitLabLog } from './client/log.ts';
import { GitLabRequestError, requestErrorBehind } from './client/request-error.ts';
import { renderReply } from './render-reply.ts';
import { markerOf, type ReadReplyPayload, readReplyPayload } from './reply-message.ts';

/** An outbox row as the worker hands it over; `attempt` is 1 the first time. */
export interface OutboundMessage {
  readonly id: bigint;
  readonly kind: string;
  readonly dedupeKey: string;
  readonly payload: unknown;
  readonly attempt: number;
}

export interface Sent {
  readonly outcome?: string;
  /** The note's id. */
  readonly remoteRef?: string;
}

export interface ReplySenderDeps {
  readonly client: Pick<
    GitLabClient,
    'createNote' | 'replyInDiscussion' | 'updateNote' | 'latestNotes' | 'currentUser'
  >;
  readonly log: GitLabLog;
}

/** A reply that was made and is not among this many latest notes is taken for not made. */
const SEARCHED_NOTES = 300;

/**
 * Sends replies as notes, in the discussion they answer. Made exactly once: every note ends with its own marker,
 * and a second try looks for that before it writes; a later answer takes the place of the first. Throws GiveUpError for what will never work, RetryLaterError
 * (with the time that GitLab named) for what may.
 */
export function createReplySender({
  client,
  log,
}: ReplySenderDeps): (message: OutboundMessage, signal: AbortSignal) => Promise<Sent> {
  return async (message, signal) => {
    const payload = readReplyPayload(message.payload);
    if (payload === null) throw new GiveUpError('the stored reply cannot be read');
    const { edits } = payload;
    const marker = markerOf(edits ?? message.dedupeKey);
    const body = `${renderReply(payload.reply)}\n\n${marker}`;
    try {
      const mayBeThere = edits !== null || message.attempt > 1;
      const earlier = mayBeThere ? await findNote(client, payload, marker) : null;
      signal.throwIfAborted();
      if (earlier !== null) {
        if (edits !== null) await client.updateNote(payload.address, earlier, body);
        return { outcome: edits === null ? 'was there already' : 'edited', remoteRef: String(earlier) };
      }
      const noteId = await post(client, payload, body);
      if (noteId === null) throw new GiveUpError('GitLab took the reply for quick actions and made no note');
      log.info({ message: message.dedupeKey, note: String(noteId) }, 'reply sent');
      return { outcome: 'sent', remoteRef: String(noteId) };
    } catch (error) {
      throw verdict(error);
    }
  };
}

/** Only the bot's own note counts: anybody can write a marker. */
async function findNote(
  client: ReplySenderDeps['client'],
  { address }: ReadReplyPayload,
  marker: string,
): Promise<bigint | null> {
  const self = await client.currentUser();
  const notes = await client.latestNotes(address, SEARCHED_NOTES);
  const own = notes.find((note) => note.author.id === self.id && note.body.trimEnd().endsWith(marker));
  return own?.id ?? null;
}

function post(
  client: ReplySenderDeps['client'],
  { address, discussionId, internal }: ReadReplyPayload,
  body: string,
): Promise<bigint | null> {
  return discussionId === null
    ? client.createNote(address, { body, internal })
    : client.replyInDiscussion(address, discussionId, { body, internal });
}

function verdict(error: unknown): unknown {
  const request = requestErrorBehind(error);
  if (request?.status === 404) {
    return new GiveUpError('the issue or the discussion is gone, or not visible to the bot', error);
  }
  if (request?.status === 403)
    return new GiveUpError(`the bot may not comment there: ${request.message}`, error);
  if (error instanceof GitLabRequestError) return new GiveUpError(`refused: ${error.message}`, error);
  if (!hasCode(error, 'unavailable.gitlab')) return error;
  const named = request?.retryAfterMs ?? null;
  return new RetryLaterError(error.data.detail, {
    ...(named !== null && { retryAfterMs: named }),
    cause: error,
  });
}
