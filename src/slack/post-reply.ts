import type { WebClient } from '@slack/web-api';
import type { Reply } from '../commands/reply.ts';
import { findPosted, markOf } from './posted-before.ts';
import { isShutOut, refusesBlocks } from './refusals.ts';
import type { RenderedReply } from './render-reply.ts';
import type { ReplyRoute } from './slack-request.ts';

const LITERAL = { parse: 'none', link_names: false } as const;
const QUIET = { ...LITERAL, unfurl_links: false, unfurl_media: false } as const;

/** A reply that goes by the Web API. */
export interface Posting {
  readonly reply: Reply;
  readonly message: RenderedReply;
  /** Found again in the channel by this, where an earlier try may have posted it. */
  readonly key: string;
  readonly since: Date;
  readonly again: boolean;
}

/** Ephemerals in a thread that has no replies yet are shown nowhere, so they go to the channel. */
export function ephemeralPlace(route: ReplyRoute) {
  const inThread = route.threadTs !== null && !route.startsThread;
  return {
    channel: route.channelId,
    user: route.slackUserId,
    ...LITERAL,
    ...(inThread && route.threadTs !== null && { thread_ts: route.threadTs }),
  };
}

/**
 * Posts to where a reply is due; what is for one person goes to them in person where the channel is shut to us. Throws
 * as the client does.
 */
export async function postReply(client: WebClient, route: ReplyRoute, posting: Posting): Promise<void> {
  const { slackUserId } = route;
  // In person everything is private, and Slack shows ephemerals in channels alone.
  const isPrivate = posting.reply.visibility === 'private' && route.channelId !== slackUserId;
  if (!isPrivate) return postForAll(client, route, posting);
  try {
    await inBlocksOrWords(posting.message, (content) =>
      client.chat.postEphemeral({ ...ephemeralPlace(route), ...content }),
    );
  } catch (error) {
    if (!isShutOut(error)) throw error;
    await postForAll(client, { ...route, channelId: slackUserId, threadTs: null }, posting);
  }
}

async function postForAll(
  client: WebClient,
  { channelId: channel, threadTs }: ReplyRoute,
  { message, key, since, again }: Posting,
): Promise<void> {
  if (again && (await findPosted(client, channel, { key, since, threadTs })) !== null) return;
  await inBlocksOrWords(message, (content) =>
    client.chat.postMessage({
      channel,
      ...QUIET,
      metadata: markOf(key),
      ...(threadTs !== null && { thread_ts: threadTs }),
      ...content,
    }),
  );
}

async function inBlocksOrWords(
  message: RenderedReply,
  send: (content: RenderedReply | Pick<RenderedReply, 'text'>) => Promise<unknown>,
): Promise<void> {
  try {
    await send(message);
  } catch (error) {
    if (!refusesBlocks(error)) throw error;
    await send({ text: message.text });
  }
}
