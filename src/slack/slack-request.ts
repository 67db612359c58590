import { z } from 'zod';
import { ACTION_PREFIX } from './reply-parts.ts';
import { readMemory } from './views/metadata.ts';
import { FIND_PREFIX, THEN_PREFIX } from './views/render-form.ts';

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
  readonly teamId: string;
  readonly channelId: string;
  readonly slackUserId: string;
  readonly responseUrl: string | null;
  /** The thread to answer in; for `startsThread` it is a message that has no replies yet. */
  readonly threadTs: string | null;
  readonly startsThread: boolean;
  /** What the person acted on: an ephemeral message can be replaced, a public one is left alone. */
  readonly from: 'command' | 'ephemeral' | 'message' | 'mention';
}

/** What can be opened or changed on the person's screen in answer. */
export interface Screen {
  /** Opens one modal within three seconds; null where there is none, as in a mention. */
  readonly triggerId: string | null;
  /** The modal that was acted in: the answer takes its place. */
  readonly modalId: string | null;
  /** Words are shown in a modal too: there is no message to answer beside. */
  readonly always: boolean;
}

export interface Incoming {
  readonly request: SlackRequest;
  readonly route: ReplyRoute;
  readonly screen: Screen;
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
      teamId: team_id,
      channelId: channel_id,
      slackUserId: user_id,
      responseUrl: read.data.response_url ?? null,
      threadTs: null,
      startsThread: false,
      from: 'command',
    },
    screen: { triggerId: trigger_id, modalId: null, always: false },
  };
}

const buttonSchema = z.object({
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.optional() }),
  channel: z.object({ id }).nullish(),
  container: z.object({ is_ephemeral: z.boolean().optional(), thread_ts: z.string().optional() }).nullish(),
  response_url: z.string().optional(),
  trigger_id: z.string().optional(),
  view: z.object({ id, type: z.string(), private_metadata: z.string().default('') }).nullish(),
  actions: z.tuple(
    [
      z.object({
        action_id: z.string(),
        block_id: z.string().optional(),
        value: z.string().min(1).optional(),
        selected_option: z.object({ value: z.string().min(1) }).nullish(),
        action_ts: z.string().min(1),
      }),
    ],
    z.unknown(),
  ),
});

/** A button or a choice whose value is a command; null when it is none of those. */
export function fromButton(body: unknown): Incoming | null {
  const read = buttonSchema.safeParse(body);
  if (!read.success) return null;
  const { user, team, enterprise, channel, container, view } = read.data;
  const [action] = read.data.actions;
  const teamId = team?.id ?? user.team_id;
  const text = commandOf(action);
  if (teamId === undefined || text === undefined) return null;
  const channelId = channel?.id ?? readMemory(view?.private_metadata)?.channelId ?? user.id;
  return {
    request: {
      teamId,
      enterpriseId: enterprise?.id ?? null,
      channelId,
      slackUserId: user.id,
      text,
      key: keyOf(['button', action.action_ts, user.id, action.action_id]),
      via: 'button',
    },
    route: {
      teamId,
      channelId,
      slackUserId: user.id,
      responseUrl: read.data.response_url ?? null,
      threadTs: container?.thread_ts ?? null,
      startsThread: false,
      from: container?.is_ephemeral === true ? 'ephemeral' : 'message',
    },
    screen: {
      triggerId: read.data.trigger_id ?? null,
      modalId: view?.type === 'modal' ? view.id : null,
      always: view !== null && view !== undefined,
    },
  };
}

/** The command that a button stands for, or that a choice completes; undefined for what is none of ours. */
function commandOf(action: {
  action_id: string;
  block_id?: string | undefined;
  value?: string | undefined;
  selected_option?: { value: string } | null | undefined;
}): string | undefined {
  const { action_id, block_id = '', value, selected_option } = action;
  if (action_id.startsWith(ACTION_PREFIX)) return value;
  if (!action_id.startsWith(FIND_PREFIX) || !block_id.startsWith(THEN_PREFIX)) return undefined;
  return selected_option ? `${block_id.slice(THEN_PREFIX.length)} ${selected_option.value}` : undefined;
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
      teamId: read.data.team_id,
      channelId: event.channel,
      slackUserId: event.user,
      responseUrl: null,
      threadTs: event.thread_ts ?? event.ts,
      startsThread: event.thread_ts === undefined,
      from: 'mention',
    },
    screen: { triggerId: null, modalId: null, always: false },
  };
}

function afterMention(text: string, botUserId: string | null): string {
  for (const match of text.matchAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g)) {
    if (botUserId === null || match[1] === botUserId) return text.slice(match.index + match[0].length).trim();
  }
  return text.trim();
}

const teamSchema = z.object({
  team_id: z.string().optional(),
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ team_id: z.string().optional() }).nullish().catch(null),
});

/** The workspace that a request came from; empty when it does not say. */
export function teamOf(body: unknown): string {
  const { data } = teamSchema.safeParse(body);
  return data?.team_id ?? data?.team?.id ?? data?.user?.team_id ?? '';
}

const keyOf = (parts: readonly string[]): string => parts.join(':').slice(0, 200);
