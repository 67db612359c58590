import { WebAPIPlatformError, type WebClient } from '@slack/web-api';

/** The `metadata.event_type` of everything that is looked for again after an answer got lost. */
const EVENT_TYPE = 'tieline_notice';

const PAGE = 200;
const MAX_PAGES = 5;
/** The database's clock and Slack's may differ by this much. */
const CLOCK_SKEW_SEC = 120;

/** What is looked for: the key that its message carries, and when it cannot have been posted yet. */
export interface Sought {
  readonly key: string;
  readonly since: Date;
  /** Where it was to stand in a thread. */
  readonly threadTs?: string | null;
}

/** What a message carries so that it is found again. */
export const markOf = (key: string) => ({ event_type: EVENT_TYPE, event_payload: { key } });

/** The `ts` of the message in a channel that carries a key; null when none is in sight. */
export async function findPosted(client: WebClient, channel: string, sought: Sought): Promise<string | null> {
  const oldest = String(Math.floor(sought.since.getTime() / 1000) - CLOCK_SKEW_SEC);
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const found = await pageOf(client, sought, { channel, oldest, ...(cursor && { cursor }) });
    for (const { metadata, ts } of found?.messages ?? []) {
      if (metadata?.event_type !== EVENT_TYPE) continue;
      const key = (metadata.event_payload as { key?: unknown } | undefined)?.key;
      if (key === sought.key) return ts ?? '';
    }
    cursor = found?.response_metadata?.next_cursor;
    if (!cursor) return null;
  }
  return null;
}

/** A person's own conversation is not to be read by their id. A channel that is gone shows when it is posted to. */
const UNREADABLE = new Set(['missing_scope', 'channel_not_found', 'not_in_channel', 'thread_not_found']);

/** Null where the bot may not read: what comes twice is better than what never comes. */
async function pageOf(
  client: WebClient,
  { threadTs }: Sought,
  where: { channel: string; oldest: string; cursor?: string },
) {
  const asked = { ...where, include_all_metadata: true, limit: PAGE };
  try {
    return threadTs
      ? await client.conversations.replies({ ...asked, ts: threadTs })
      : await client.conversations.history(asked);
  } catch (error) {
    if (error instanceof WebAPIPlatformError && UNREADABLE.has(error.data.error)) return null;
    throw error;
  }
}
