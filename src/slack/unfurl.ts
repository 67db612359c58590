import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { PostedLink } from '../commands/preview-link.ts';
import type { Reply } from '../commands/reply.ts';
import { passing } from './refusals.ts';
import { renderReply } from './render-reply.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import { type Refused, tryAgain } from './try-again.ts';

/** The card under a link; null where somebody who reads along may not see it. */
export type PreviewOf = (posted: PostedLink) => Promise<Reply | null>;

/**
 * Puts cards under links, and tries again while what is wrong may pass; who reads along and what they may see is asked
 * anew each time. Never rejects.
 */
export interface Unfurling {
  shared(body: unknown): Promise<void>;
}

export interface UnfurlingDeps {
  readonly client: WebClient;
  readonly previewOf: PreviewOf;
  readonly log: SlackLog;
  /** Ends the waiting for another try. */
  readonly signal: AbortSignal;
}

/** More links than this in one message are a list, and cards would bury it. */
const MAX_LINKS = 3;
/** Who reads along is asked for one by one; beyond this nobody vouches for all of them. */
const MAX_READERS = 200;
const BOTS_REMEMBERED_MS = 10 * 60_000;

const EVENTS_REMEMBERED = 5_000;
const EVENTS_REMEMBERED_MS = 60 * 60_000;

const schema = z.object({
  event_id: z.string().optional(),
  team_id: z.string().min(1),
  event: z.object({
    channel: z.string().min(1),
    message_ts: z.string().min(1),
    /** `composer` is for the writer alone, before there is a channel: nothing is known of who will read. */
    source: z.literal('conversations_history').optional(),
    links: z.array(z.object({ url: z.string().max(3_000) })).min(1),
  }),
});

export function createUnfurling({ client, previewOf, log, signal }: UnfurlingDeps): Unfurling {
  const readersOf = createReaders(client);
  /** Slack tells of an event again when it heard no answer in time. */
  const taken = new LRUCache<string, true>({ max: EVENTS_REMEMBERED, ttl: EVENTS_REMEMBERED_MS });
  const unfurl = async ({ team_id: teamId, event }: z.output<typeof schema>): Promise<void> => {
    const slackUserIds = await readersOf(event.channel);
    if (slackUserIds === null || slackUserIds.length === 0) return;
    const unfurls: Record<string, { blocks: KnownBlock[] }> = {};
    for (const { url } of event.links) {
      const card = await previewOf({ url, teamId, channelId: event.channel, slackUserIds });
      if (card !== null) unfurls[url] = { blocks: renderReply(card).blocks };
    }
    if (Object.keys(unfurls).length === 0) return;
    await client.chat.unfurl({ channel: event.channel, ts: event.message_ts, unfurls });
  };
  return {
    async shared(body) {
      const { data } = schema.safeParse(body);
      if (data === undefined || data.event.links.length > MAX_LINKS) return;
      const key = data.event_id ?? '';
      if (taken.has(key)) return;
      if (key !== '') taken.set(key, true);
      try {
        await tryAgain(() => unfurl(data).then(done, refused), { what: 'a card under a link', log, signal });
      } catch (error) {
        taken.delete(key);
        log.warn({ err: loggable(error) }, 'slack: a link got no card');
      }
    },
  };
}

const done = (): null => null;
const refused = (error: unknown): Refused => ({ error, may: passing(error) });

/** The people in a channel without bots; null when there are too many. */
function createReaders(client: WebClient): (channel: string) => Promise<readonly string[] | null> {
  const bots = new LRUCache<string, boolean>({ max: 5_000, ttl: BOTS_REMEMBERED_MS });
  const isBot = async (user: string): Promise<boolean> => {
    const known = bots.get(user);
    if (known !== undefined) return known;
    const told = (await client.users.info({ user })).user;
    const bot = told?.is_bot === true || user === 'USLACKBOT';
    bots.set(user, bot);
    return bot;
  };
  return async (channel) => {
    const { members = [], response_metadata: more } = await client.conversations.members({
      channel,
      limit: MAX_READERS + 1,
    });
    if (members.length > MAX_READERS || more?.next_cursor) return null;
    const people: string[] = [];
    for (const member of members) if (!(await isBot(member))) people.push(member);
    return people;
  };
}
