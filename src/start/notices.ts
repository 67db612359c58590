import { wordNotice } from '../commands/wording/notices.ts';
import type { Sender } from '../delivery/send-message.ts';
import { fromJson, type Json } from '../domain/json.ts';
import type { NoticePayload } from '../services/notices/announce.ts';
import type { NoticeSender } from '../slack/notices.ts';

/** Sends notices to Slack: worded only now, from the data that the change left in the outbox. */
export function noticeSender(send: NoticeSender, instanceUrl: string): Sender {
  return (message) => {
    const payload = fromJson<NoticePayload>(message.payload as Json);
    const { teamId, channelId } = payload;
    return send({
      dedupeKey: message.dedupeKey,
      payload: { teamId, channelId, reply: wordNotice(payload, instanceUrl) },
      attempt: message.attempt,
      createdAt: message.createdAt,
    });
  };
}
