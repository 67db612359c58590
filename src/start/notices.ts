import { wordNotice } from '../commands/wording/notices.ts';
import type { Sender } from '../delivery/send-message.ts';
import { fromJson, type Json } from '../domain/json.ts';
import type { ServiceDeps } from '../services/deps.ts';
import type { NoticePayload } from '../services/notices/announce.ts';
import { disableChannel } from '../services/notices/disable-channel.ts';
import { ChannelGoneError, type NoticeSender } from '../slack/notices.ts';

/**
 * Sends notices to Slack: worded only now, from the data that the change left in the outbox. A channel that Slack
 * takes nothing for is sent no more until somebody turns its notices on again.
 */
export function noticeSender(send: NoticeSender, services: ServiceDeps): Sender {
  return async (message) => {
    const payload = fromJson<NoticePayload>(message.payload as Json);
    const { teamId, channelId } = payload;
    try {
      return await send({
        dedupeKey: message.dedupeKey,
        payload: { teamId, channelId, reply: wordNotice(payload, services.instanceUrl) },
        attempt: message.attempt,
        createdAt: message.createdAt,
      });
    } catch (error) {
      if (error instanceof ChannelGoneError) await disableChannel(services, { teamId, channelId }, error.why);
      throw error;
    }
  };
}
