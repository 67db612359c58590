import { wordNotice, wordNoticesEnded } from '../commands/wording/notices.ts';
import type { Sender } from '../delivery/send-message.ts';
import { fromJson, type Json } from '../domain/json.ts';
import type { ServiceDeps } from '../services/deps.ts';
import type { NoticePayload } from '../services/notices/announce.ts';
import { disableChannel } from '../services/notices/disable-channel.ts';
import type { SlackEdge } from '../slack/edge.ts';
import { ChannelGoneError } from '../slack/notices.ts';

/** The part of the Slack edge that notices need. */
export type NoticeEdge = Pick<SlackEdge, 'notices' | 'people'>;

/**
 * Sends notices to Slack: worded only now, from the data that the change left in the outbox. A channel that Slack
 * takes nothing for is sent no more until somebody turns its notices on again, and whoever had done so is told.
 */
export function noticeSender({ notices: send, people }: NoticeEdge, services: ServiceDeps): Sender {
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
      if (error instanceof ChannelGoneError) {
        const ended = await disableChannel(services, { teamId, channelId }, error.why);
        for (const { slackUserId, group } of ended) {
          await people.tell(teamId, slackUserId, wordNoticesEnded({ group, why: error.why }));
        }
      }
      throw error;
    }
  };
}
