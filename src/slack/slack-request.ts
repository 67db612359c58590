import { z } from 'zod';
import { ACTION_PREFIX } from './reply-parts.ts';

/** What a person asked for, whichever way they asked. */
export interface SlackRequest {
  readonly teamId: string;
  readonly enterpriseId: string | null;
  readonly channelId: string;
  readonly slackUserId: string;
  /** What follows `/crm`, as Slack sent it. */
  readonly text: string;
  /** Unique per act of a person within a workspace; a request sent twice has the same key. At most 200 characters. */
  readonly key: string;
  readonly via: 'command' | 'button' | 'mention';
}

/** Where the answer goes. */
export interface ReplyRoute {
  readonly channelId: string;
  readonly slackUserId: string;
  readonly responseUrl: string | null;
  /** The thread to answer in; for `startsThread` it is a message that has no replies yet. */
  readonly threadTs: string | null;
  readonly startsThread: boolean;
  /** What the person acted on: an ephemeral message can be replaced, a public one is left alone. */
  readonly from: 'command' | 'ephemeral' | 'message' | 'mention';
}

export interface Incoming {
  readonly request: SlackRequest;
  readonly route: ReplyRoute;
}

const id = z.string().min(1).max(64);
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());

const commandSchema = z.object({
  team_id: id,
  enterprise_id: optionalId,
  channel_id: id,
  user_id: id,
  text: z.string().default(''),
  trigger_id: z.string().min(1),
  response_url: z.string().optional(),
});

/** A `/crm` typed into a channel; null when the body lacks what every command has. */
export function fromCommand(body: unknown): Incoming | null {
  const read = commandSchema.safeParse(body);
  if (!read.success) return null;
  const { team_id, channel_id, user_id, trigger_id, text } = read.data;
  return {
    request: {
      teamId: team_id,
      enterpriseId: read.data.enterprise_id ?? null,
      channelId: channel_id,
      slackUserId: user_id,
      text,
      key: keyOf(['command', trigger_id]),
      via: 'command',
    },
    route: {
      channelId: channel_id,
      slackUserId: user_id,
      responseUrl: read.data.response_url ?? null,
      threadTs: null,
      startsThread: false,
      from: 'command',
    },
  };
}

const buttonSchema = z.object({
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.optional() }),
  channel: z.object({ id }).nullish(),
  container: z.object({ is_ephemeral: z.boolean().optional(), thread_ts: z.string().optional() }).nullish(),
  response_url: z.string().optional(),
  actions: z.tuple(
    [
      z.object({
        action_id: z.string().startsWith(ACTION_PREFIX),
        value: z.string().min(1),
        action_ts: z.string().min(1),
      }),
    ],
    z.unknown(),
  ),
});

/** A button whose value is a command; null when it is none of those. A press outside a channel answers by DM. */
export function fromButton(body: unknown): Incoming | null {
  const read = buttonSchema.safeParse(body);
  if (!read.success) return null;
  const { user, team, enterprise, channel, container } = read.data;
  const [action] = read.data.actions;
  const teamId = team?.id ?? user.team_id;
  if (teamId === undefined) return null;
  const channelId = channel?.id ?? user.id;
  return {
    request: {
      teamId,
      enterpriseId: enterprise?.id ?? null,
      channelId,
      slackUserId: user.id,
      text: action.value,
      key: keyOf(['button', action.action_ts, user.id, action.action_id]),
      via: 'button',
    },
    route: {
      channelId,
      slackUserId: user.id,
      responseUrl: read.data.response_url ?? null,
      threadTs: container?.thread_ts ?? null,
      startsThread: false,
      from: container?.is_ephemeral === true ? 'ephemeral' : 'message',
    },
  };
}

const mentionSchema = z.object({
  team_id: id,
  enterprise_id: optionalId,
  event_id: z.string().min(1),
  authorizations: z.array(z.object({ user_id: id.nullish() })).optional(),
  event: z.object({
    user: id,
    channel: id,
    ts: z.string().min(1),
    thread_ts: z.string().optional(),
    text: z.string(),
    bot_id: z.string().optional(),
  }),
});

/** `@tieline …` in a message; null when another bot said it. Only what follows the mention counts. */
export function fromMention(body: unknown): Incoming | null {
  const read = mentionSchema.safeParse(body);
  if (!read.success || read.data.event.bot_id !== undefined) return null;
  const { team_id, event, event_id } = read.data;
  const botUserId = read.data.authorizations?.[0]?.user_id ?? null;
  return {
    request: {
      teamId: team_id,
      enterpriseId: read.data.enterprise_id ?? null,
      channelId: event.channel,
      slackUserId: event.user,
      text: afterMention(event.text, botUserId),
      key: keyOf(['mention', event_id]),
      via: 'mention',
    },
    route: {
      channelId: event.channel,
      slackUserId: event.user,
      responseUrl: null,
      threadTs: event.thread_ts ?? event.ts,
      startsThread: event.thread_ts === undefined,
      from: 'mention',
    },
  };
}

function afterMention(text: string, botUserId: string | null): string {
  for (const match of text.matchAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g)) {
    if (botUserId === null || match[1] === botUserId) return text.slice(match.index + match[0].length).trim();
  }
  return text.trim();
}

const keyOf = (parts: readonly string[]): string => parts.join(':').slice(0, 200);
