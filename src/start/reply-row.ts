import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '../db/client.ts';
import { enqueue, findMessage, type NewMessage } from '../db/queries/outbox.ts';
import { toJson } from '../domain/json.ts';
import {
  GITLAB_AWARD_KIND,
  GITLAB_REPLY_KIND,
  type ReplyMessage,
  readReplyPayload,
} from '../gitlab/reply-message.ts';

/**
 * Leaves an answer for the worker to send, once for each comment. Where the first one was a refusal and the comment has
 * been carried out now, because its webhook came again, that note is edited. What only members may read never goes into
 * a note that everybody can.
 */
export async function enqueueReply(tx: Tx, message: ReplyMessage): Promise<void> {
  const rows = replyRows(message);
  if ((await enqueue(tx, rows)) > 0) return;
  const earlier = await findMessage(tx, message.dedupeKey);
  const told = earlier && readReplyPayload(earlier.payload);
  if (!told || !isRefusal(told.reply.tone)) return;
  // As it comes back out of the database.
  const reply = JSON.stringify(message.payload.reply);
  if (isDeepStrictEqual(told.reply, JSON.parse(reply))) return;
  const edits = told.internal === message.payload.internal ? { edits: message.dedupeKey } : {};
  const suffix = `#${createHash('sha256').update(reply).digest('hex').slice(0, 16)}`;
  await enqueue(
    tx,
    replyRows({
      ...message,
      dedupeKey: message.dedupeKey + suffix,
      payload: { ...message.payload, ...edits },
      award: message.award && { ...message.award, dedupeKey: message.award.dedupeKey + suffix },
    }),
  );
}

const isRefusal = (tone: string): boolean => tone === 'error' || tone === 'warning';

/** A reply as the outbox takes it, with the emoji for what it answers. */
function replyRows({ dedupeKey, lane, payload, award }: ReplyMessage): NewMessage[] {
  const reply = { kind: GITLAB_REPLY_KIND, dedupeKey, lane, payload: toJson(payload) };
  if (award === null) return [reply];
  return [reply, { ...award, kind: GITLAB_AWARD_KIND, payload: toJson(award.payload) }];
}
