import type { NewMessage } from '../db/queries/outbox.ts';
import { toJson } from '../domain/json.ts';
import { GITLAB_REPLY_KIND, type ReplyMessage } from '../gitlab/reply-message.ts';

/** A reply as the outbox takes it. */
export function replyRow({ dedupeKey, lane, payload }: ReplyMessage): NewMessage {
  return { kind: GITLAB_REPLY_KIND, dedupeKey, lane, payload: toJson(payload) };
}
