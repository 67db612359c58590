import type { Json } from '../block-kit/checks.ts';
import { messageWire } from '../messages.ts';
import type { SlackChannel } from '../state.ts';
import type { Workspace } from '../workspace.ts';
import { ApiError } from './api-error.ts';
import { flagArg, neededArg, pageOf, textArg } from './args.ts';
import type { ApiMethod } from './method.ts';

/** The channel by id; private ones that the bot is not in do not exist for it. */
export function findChannel(workspace: Workspace, id: string): SlackChannel {
  const channel = workspace.channel(id);
  const hidden =
    channel && channel.kind !== 'public' && !channel.members.includes(workspace.options.bot.userId);
  if (!channel || hidden) throw new ApiError('channel_not_found');
  return channel;
}

function channelWire(workspace: Workspace, channel: SlackChannel): Json {
  const direct = channel.kind === 'im';
  const bot = workspace.options.bot.userId;
  return {
    id: channel.id,
    created: 1_700_000_000,
    context_team_id: workspace.options.team.id,
    is_archived: channel.archived,
    is_im: direct,
    ...(direct
      ? { user: channel.members.find((member) => member !== bot) ?? bot, is_open: true }
      : {
          name: channel.name,
          name_normalized: channel.name,
          is_channel: true,
          is_group: false,
          is_mpim: false,
          is_private: channel.kind === 'private',
          is_general: channel.name === 'general',
          is_shared: false,
          is_ext_shared: false,
          is_member: channel.members.includes(bot),
          creator: bot,
          topic: { value: channel.topic, creator: '', last_set: 0 },
          purpose: { value: '', creator: '', last_set: 0 },
          num_members: channel.members.length,
        }),
  };
}

/** Those of the kinds asked for, in Slack's words. */
function ofTypes(channels: SlackChannel[], args: Json): SlackChannel[] {
  const types = (textArg(args, 'types') ?? 'public_channel').split(',').map((type) => type.trim());
  const kinds = { public: 'public_channel', private: 'private_channel', im: 'im' };
  const archived = !flagArg(args, 'exclude_archived');
  return channels.filter((channel) => types.includes(kinds[channel.kind]) && (archived || !channel.archived));
}

function listed(workspace: Workspace, channels: SlackChannel[], args: Json): Json {
  const { page, next } = pageOf(ofTypes(channels, args), args);
  return {
    channels: page.map((channel) => channelWire(workspace, channel)),
    response_metadata: { next_cursor: next },
  };
}

const info: ApiMethod = {
  scope: 'channels:read',
  run: ({ workspace }, args) => ({
    channel: channelWire(workspace, findChannel(workspace, neededArg(args, 'channel'))),
  }),
};

const list: ApiMethod = {
  scope: 'channels:read',
  run({ workspace }, args) {
    const bot = workspace.options.bot.userId;
    const visible = workspace.state.channels.filter(
      (channel) => channel.kind === 'public' || channel.members.includes(bot),
    );
    return listed(workspace, visible, args);
  },
};

const ofUser: ApiMethod = {
  scope: 'channels:read',
  run({ workspace }, args) {
    const bot = workspace.options.bot.userId;
    const user = textArg(args, 'user') ?? bot;
    if (!workspace.user(user)) throw new ApiError('user_not_found');
    const shared = workspace.state.channels.filter(
      (channel) =>
        channel.members.includes(user) && (channel.kind === 'public' || channel.members.includes(bot)),
    );
    return listed(workspace, shared, args);
  },
};

const members: ApiMethod = {
  scope: 'channels:read',
  run({ workspace }, args) {
    const channel = findChannel(workspace, neededArg(args, 'channel'));
    const { page, next } = pageOf(channel.members, args);
    return { members: page, response_metadata: { next_cursor: next } };
  },
};

const open: ApiMethod = {
  scope: 'im:write',
  run({ workspace }, args) {
    const channelId = textArg(args, 'channel');
    const users = (textArg(args, 'users') ?? '').split(',').filter(Boolean);
    const [user] = users;
    if (users.length > 1) throw new ApiError('method_not_supported_for_channel_type');
    if (channelId === undefined && user === undefined) throw new ApiError('no_users');
    if (user !== undefined && !workspace.user(user)) throw new ApiError('user_not_found');
    const channel =
      user === undefined ? findChannel(workspace, channelId ?? '') : workspace.directChannel(user);
    const full = flagArg(args, 'return_im');
    return { channel: full ? channelWire(workspace, channel) : { id: channel.id } };
  },
};

const join: ApiMethod = {
  scope: 'channels:join',
  run({ workspace }, args) {
    const channel = findChannel(workspace, neededArg(args, 'channel'));
    if (channel.archived) throw new ApiError('is_archived');
    if (channel.kind !== 'public') throw new ApiError('method_not_supported_for_channel_type');
    const bot = workspace.options.bot.userId;
    if (!channel.members.includes(bot)) {
      channel.members.push(bot);
      workspace.emit({ kind: 'channel', channel: channel.id });
    }
    return { channel: channelWire(workspace, channel) };
  },
};

const history: ApiMethod = {
  scope: 'channels:history',
  run({ workspace }, args) {
    const channel = findChannel(workspace, neededArg(args, 'channel'));
    if (!channel.members.includes(workspace.options.bot.userId)) throw new ApiError('not_in_channel');
    const oldest = Number(textArg(args, 'oldest') ?? 0);
    const latest = Number(textArg(args, 'latest') ?? Number.POSITIVE_INFINITY);
    const inclusive = flagArg(args, 'inclusive');
    const within = (ts: number): boolean =>
      inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
    const seen = workspace.state.messages.filter(
      (message) =>
        message.channel === channel.id &&
        message.visibility === 'public' &&
        !message.deleted &&
        (message.thread_ts === undefined || message.thread_ts === message.ts) &&
        within(Number(message.ts)),
    );
    const { page, next } = pageOf(seen.reverse(), args);
    const metadata = flagArg(args, 'include_all_metadata');
    return {
      messages: page.map((message) => ({
        ...messageWire(workspace, message),
        ...(metadata && message.metadata ? { metadata: message.metadata } : {}),
      })),
      has_more: next !== '',
      pin_count: 0,
      response_metadata: { next_cursor: next },
    };
  },
};

const replies: ApiMethod = {
  scope: 'channels:history',
  run({ workspace }, args) {
    const channel = findChannel(workspace, neededArg(args, 'channel'));
    const root = neededArg(args, 'ts');
    const thread = workspace.state.messages.filter(
      (message) =>
        message.channel === channel.id &&
        message.visibility === 'public' &&
        !message.deleted &&
        (message.ts === root || message.thread_ts === root),
    );
    if (thread.length === 0) throw new ApiError('thread_not_found');
    const { page, next } = pageOf(thread, args);
    const metadata = flagArg(args, 'include_all_metadata');
    return {
      messages: page.map((message) => ({
        ...messageWire(workspace, message),
        ...(metadata && message.metadata ? { metadata: message.metadata } : {}),
      })),
      has_more: next !== '',
      response_metadata: { next_cursor: next },
    };
  },
};

export const conversationMethods: Record<string, ApiMethod> = {
  'conversations.info': info,
  'conversations.list': list,
  'conversations.members': members,
  'conversations.open': open,
  'conversations.join': join,
  'conversations.history': history,
  'conversations.replies': replies,
  'users.conversations': ofUser,
};
