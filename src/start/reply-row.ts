import type { NewMessage } from '../db/queries/outbox.ts';
import { toJson } from '../domain/json.ts';
import { GITLAB_AWARD_KIND, GITLAB_REPLY_KIND, type ReplyMessage } from '../gitlab/reply-message.ts';

/** A reply as the outbox takes it, with the emoji for what it answers. */
export function replyRows({ dedupeKey, lane, payload, award }: ReplyMessage): NewMessage[] {
  const reply = { kind: GITLAB_REPLY_KIND, dedupeKey, lane, payload: toJson(payload) };
  if (award === null) return [reply];
  return [reply, { ...award, kind: GITLAB_AWARD_KIND, payload: toJson(award.payload) }];
}
