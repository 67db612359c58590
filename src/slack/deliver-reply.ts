import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Reply } from '../commands/reply.ts';
import { type RenderedReply, renderReply } from './render-reply.ts';
import { postToResponseUrl } from './response-url.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import type { ReplyRoute } from './slack-request.ts';

/** Brings replies to the person who asked. */
export interface ReplyDelivery {
  /** Says that the answer takes a while; true when the answer may replace this. Never throws. */
  tellWorking(route: ReplyRoute): Promise<boolean>;
  /** Shows the reply; throws when neither the response URL nor the Web API takes it. */
  deliver(route: ReplyRoute, reply: Reply, replacesWorking: boolean): Promise<void>;
}

export interface ReplyDeliveryDeps {
  readonly client: WebClient;
  readonly allowedResponseOrigins: readonly string[];
  readonly log: SlackLog;
}

const WORKING = 'Working on it – this takes a little longer than usual.';

export function createReplyDelivery(deps: ReplyDeliveryDeps): ReplyDelivery {
  const post = (address: string, body: object) =>
    postToResponseUrl(address, body, deps.allowedResponseOrigins);

  async function tellWorking(route: ReplyRoute): Promise<boolean> {
    try {
      if (route.responseUrl === null) {
        await deps.client.chat.postEphemeral({ ...ephemeralPlace(route), text: WORKING });
        return false;
      }
      const replaces = route.from === 'ephemeral';
      const body = { response_type: 'ephemeral', replace_original: replaces, text: WORKING };
      await post(route.responseUrl, body);
      return replaces || route.from === 'command';
    } catch (error) {
      deps.log.warn({ err: loggable(error) }, 'slack: could not say that an answer takes longer');
      return false;
    }
  }

  async function deliver(route: ReplyRoute, reply: Reply, replacesWorking: boolean): Promise<void> {
    const message = renderReply(reply);
    if (route.responseUrl !== null) {
      try {
        await post(route.responseUrl, responseBody(route, reply, { message, replacesWorking }));
        if (replacesWorking && reply.visibility === 'public') await removeWorking(route.responseUrl);
        return;
      } catch (error) {
        deps.log.warn({ err: loggable(error) }, 'slack: response URL failed, posting instead');
      }
    }
    await postThroughApi(deps.client, route, { reply, message });
  }

  /** A public answer cannot take the place of a private line, so that line is removed after it. */
  async function removeWorking(address: string): Promise<void> {
    try {
      await post(address, { delete_original: true });
    } catch (error) {
      deps.log.info({ err: loggable(error) }, 'slack: a line about waiting could not be removed');
    }
  }

  return { tellWorking, deliver };
}

interface Shown {
  readonly message: RenderedReply;
  readonly replacesWorking: boolean;
}

/** A page of results is replaced by what its button gives, except by an error: the page is still wanted then. */
function responseBody(route: ReplyRoute, reply: Reply, { message, replacesWorking }: Shown): object {
  const isPrivate = reply.visibility === 'private';
  const turnsPage = route.from === 'ephemeral' && reply.tone !== 'error';
  return {
    response_type: isPrivate ? 'ephemeral' : 'in_channel',
    replace_original: isPrivate && (replacesWorking || turnsPage),
    ...(route.threadTs !== null && { thread_ts: route.threadTs }),
    ...message,
  };
}

const LITERAL = { parse: 'none', link_names: false } as const;
const QUIET = { ...LITERAL, unfurl_links: false, unfurl_media: false } as const;

/** Ephemerals in a thread that has no replies yet are shown nowhere, so they go to the channel. */
function ephemeralPlace(route: ReplyRoute) {
  const inThread = route.threadTs !== null && !route.startsThread;
  return {
    channel: route.channelId,
    user: route.slackUserId,
    ...LITERAL,
    ...(inThread && route.threadTs !== null && { thread_ts: route.threadTs }),
  };
}

async function postThroughApi(
  client: WebClient,
  route: ReplyRoute,
  { reply, message }: { reply: Reply; message: RenderedReply },
): Promise<void> {
  const send = (content: RenderedReply | Pick<RenderedReply, 'text'>) =>
    // In person everything is private, and Slack shows ephemerals in channels alone.
    reply.visibility === 'private' && route.channelId !== route.slackUserId
      ? client.chat.postEphemeral({ ...ephemeralPlace(route), ...content })
      : client.chat.postMessage({
          channel: route.channelId,
          ...QUIET,
          ...(route.threadTs !== null && { thread_ts: route.threadTs }),
          ...content,
        });
  try {
    await send(message);
  } catch (error) {
    if (!refusesBlocks(error)) throw error;
    await send({ text: message.text });
  }
}

/** Slack adds block types and rules over time; the words still reach people as plain text. */
export function refusesBlocks(error: unknown): boolean {
  return (
    error instanceof WebAPIPlatformError &&
    ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'].includes(error.data.error)
  );
}
