import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Reply } from '../commands/reply.ts';
import { GiveUpError, RetryLaterError } from '../domain/delivery-errors.ts';
import { findPosted, markOf } from './posted-before.ts';
import { refusesBlocks } from './refusals.ts';
import { type RenderedReply, renderReply } from './render-reply.ts';

/** An outbox message of kind `slack.message`, as its sender needs it. */
export interface Notice {
  readonly dedupeKey: string;
  readonly payload: unknown;
  /** From 1; after the first, the message may have been posted already. */
  readonly attempt: number;
  readonly createdAt: Date;
  /** The `remoteRef` of a notice whose place this one takes. */
  readonly edits?: string;
}

/** Posts or edits one notice; `remoteRef` says where it is. Throws RetryLaterError or GiveUpError. */
export type NoticeSender = (notice: Notice) => Promise<{ outcome: string; remoteRef: string }>;

// A reply is our own JSON: only as much of it is checked as keeps rendering from throwing.
const inline = z.union([z.string(), z.array(z.looseObject({}))]);
const payloadSchema = z.object({
  teamId: z.string().min(1),
  channelId: z.string().min(1),
  reply: z
    .looseObject({ title: inline, tone: z.string(), blocks: z.array(z.looseObject({ kind: z.string() })) })
    .transform((reply) => reply as unknown as Reply),
});

/** Slack will never take these, however often asked; docs.slack.dev/reference/methods/chat.postMessage. */
const HOPELESS = new Set([
  'as_user_not_supported',
  'cannot_reply_to_message',
  'channel_not_found',
  'channel_type_not_supported',
  'ekm_access_denied',
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_metadata_format',
  'is_archived',
  'messages_tab_disabled',
  'metadata_too_large',
  'missing_scope',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_permission',
  'no_text',
  'not_in_channel',
  'restricted_action',
  'restricted_action_non_threadable_channel',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
  'team_access_not_granted',
  'user_not_found',
]);

/** Those of them that no other notice for the channel would fare better with. */
const CHANNEL_IS_GONE: Readonly<Record<string, string>> = {
  channel_not_found: 'Slack has no such channel, or the app was removed from it',
  is_archived: 'the channel is archived',
  not_in_channel: 'the app is not in the channel',
};

/** Slack will take nothing for this channel; `why` is for the people in it. */
export class ChannelGoneError extends GiveUpError {
  readonly why: string;

  constructor(why: string, reason: string, cause: unknown) {
    super(reason, cause);
    this.why = why;
  }
}

/** Nobody may edit those any more: the news is posted instead. */
const PAST_EDITING = new Set(['cant_update_message', 'edit_window_closed']);

/** The sender for notices to Slack channels; gets a client of its own. */
export function createNotices(client: WebClient): NoticeSender {
  return async (notice) => {
    const { channelId, message } = read(notice.payload);
    if (notice.edits !== undefined) {
      const place = placeIn(notice.edits, channelId);
      const edited = await orVerdict(edit(client, place, { message, dedupeKey: notice.dedupeKey }));
      if (edited !== null) return { outcome: edited, remoteRef: notice.edits };
    }
    if (notice.attempt > 1) {
      const sought = { key: notice.dedupeKey, since: notice.createdAt };
      const ts = await orVerdict(findPosted(client, channelId, sought));
      if (ts !== null) {
        const remoteRef = refOf({ channel: channelId, ts });
        return { outcome: 'was posted by an earlier try', remoteRef };
      }
    }
    const remoteRef = await orVerdict(post(client, channelId, { message, dedupeKey: notice.dedupeKey }));
    return { outcome: 'posted', remoteRef };
  };
}

interface MessagePlace {
  readonly channel: string;
  readonly ts: string;
}

/** What the outbox keeps of a message: of a person's own conversation Slack alone knows the id. */
const refOf = ({ channel, ts }: MessagePlace): string => `${channel}:${ts}`;

/** Until 2026-11 the `ts` alone was kept. */
function placeIn(ref: string, channelId: string): MessagePlace {
  const [channel = '', ts] = ref.split(':');
  return ts === undefined ? { channel: channelId, ts: channel } : { channel, ts };
}

/** The workspace that a notice is for; empty for what is no notice. */
export function teamOfNotice({ payload }: Notice): string {
  return payloadSchema.safeParse(payload).data?.teamId ?? '';
}

function read(payload: unknown): { channelId: string; message: RenderedReply } {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) throw new GiveUpError('not a slack.message payload', parsed.error);
  try {
    return { channelId: parsed.data.channelId, message: renderReply(parsed.data.reply) };
  } catch (error) {
    throw new GiveUpError('its reply cannot be shown', error);
  }
}

interface Posted {
  readonly message: RenderedReply;
  readonly dedupeKey: string;
}

async function post(client: WebClient, channel: string, posted: Posted): Promise<string> {
  const sent = await withoutBlocksIfRefused(posted, (content) =>
    client.chat.postMessage({ channel, unfurl_links: false, unfurl_media: false, ...content }),
  );
  return refOf({ channel: sent.channel ?? channel, ts: sent.ts ?? '' });
}

/** Edits a message and says what came of it; null when it may not be edited any more. */
async function edit(client: WebClient, place: MessagePlace, posted: Posted): Promise<string | null> {
  try {
    await withoutBlocksIfRefused(posted, (content) =>
      // What is left out would stay: words alone must not leave the old blocks and their buttons.
      client.chat.update({ ...place, blocks: [], ...content }),
    );
    return 'edited';
  } catch (error) {
    const code = error instanceof WebAPIPlatformError ? error.data.error : '';
    if (code === 'message_not_found') return 'the message has been deleted';
    if (PAST_EDITING.has(code)) return null;
    throw error;
  }
}

async function withoutBlocksIfRefused<T>(
  { message, dedupeKey }: Posted,
  send: (content: Content) => Promise<T>,
): Promise<T> {
  const literal = {
    parse: 'none',
    link_names: false,
    metadata: markOf(dedupeKey),
  } as const;
  try {
    return await send({ ...literal, ...message });
  } catch (error) {
    if (!refusesBlocks(error)) throw error;
    return await send({ ...literal, text: message.text });
  }
}

type Content = Pick<RenderedReply, 'text'> & {
  readonly parse: 'none';
  readonly link_names: false;
  readonly metadata: ReturnType<typeof markOf>;
  readonly blocks?: RenderedReply['blocks'];
};

async function orVerdict<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw verdict(error);
  }
}

function verdict(error: unknown): RetryLaterError | GiveUpError {
  if (error instanceof WebAPIRateLimitedError) {
    return new RetryLaterError('Slack: rate limited', {
      retryAfterMs: error.retryAfter * 1000,
      cause: error,
    });
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    const why = CHANNEL_IS_GONE[code];
    if (why !== undefined) return new ChannelGoneError(why, `Slack: ${code}`, error);
    if (HOPELESS.has(code)) return new GiveUpError(`Slack: ${code}`, error);
    return new RetryLaterError(`Slack: ${code}`, { cause: error });
  }
  const reason = error instanceof WebAPIHTTPError ? `HTTP ${error.statusCode}` : 'no answer';
  return new RetryLaterError(`Slack: ${reason}`, { cause: error });
}
