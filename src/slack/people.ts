import type { WebClient } from '@slack/web-api';
import type { Reply } from '../commands/reply.ts';
import { renderReply } from './render-reply.ts';
import { loggable, type SlackLog } from './slack-log.ts';

/** People by themselves, outside any channel. Nothing in here throws. */
export interface People {
  /** What somebody is called, for other people; their id where Slack does not say. */
  nameOf(teamId: string, slackUserId: string): Promise<string>;
  /** Writes to somebody in person. */
  tell(teamId: string, slackUserId: string, reply: Reply): Promise<void>;
}

/** Names of people, and words to them. */
export function createPeople(client: WebClient, log: SlackLog): People {
  return {
    nameOf: async (_teamId, slackUserId) => {
      try {
        const { user } = await client.users.info({ user: slackUserId });
        const full = user?.profile?.real_name ?? user?.real_name;
        return full ? `${full} (@${user?.name ?? slackUserId})` : `@${user?.name ?? slackUserId}`;
      } catch (error) {
        log.info({ err: loggable(error) }, 'slack: no answer about a name');
        return slackUserId;
      }
    },
    tell: async (_teamId, slackUserId, reply) => {
      try {
        await client.chat.postMessage({
          channel: slackUserId,
          parse: 'none',
          link_names: false,
          unfurl_links: false,
          unfurl_media: false,
          ...renderReply(reply),
        });
      } catch (error) {
        log.warn({ err: loggable(error) }, 'slack: somebody could not be told in person');
      }
    },
  };
}
