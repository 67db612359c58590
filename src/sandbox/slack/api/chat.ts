import { isObject, type Json } from '../block-kit/checks.ts';
import {
  addMessage,
  attachUnfurls,
  deleteMessage,
  editMessage,
  findMessage,
  messageWire,
} from '../messages.ts';
import type { SlackChannel, SlackMessage } from '../state.ts';
import type { Workspace } from '../workspace.ts';
import { ApiError, refusePayload } from './api-error.ts';
import { neededArg, objectsArg, textArg } from './args.ts';
import { findChannel } from './conversations.ts';
import type { ApiMethod } from './method.ts';

const MAX_TEXT = 40_000;
const MAX_UPDATE_TEXT = 4000;

interface Content {
  text: string;
  blocks?: Json[];
  attachments?: Json[];
}

/** The content of a message, checked against the limits; an empty one is `no_text`. */
function contentOf(workspace: Workspace, via: string, args: Json): Content {
  const text = typeof args['text'] === 'string' ? args['text'] : '';
  if (text.length > (via === 'chat.update' ? MAX_UPDATE_TEXT : MAX_TEXT)) throw new ApiError('msg_too_long');
  const { blocks, attachments } = args;
  const payload = {
    ...(args['text'] === undefined ? {} : { text }),
    ...(blocks === undefined ? {} : { blocks }),
    ...(attachments === undefined ? {} : { attachments }),
  };
  refusePayload('invalid_blocks', workspace.inspect(via, 'message', payload));
  const content: Content = { text };
  const [blockList, attachmentList] = [objectsArg(args, 'blocks'), objectsArg(args, 'attachments')];
  if (blockList) content.blocks = blockList;
  if (attachmentList) content.attachments = attachmentList;
  const empty = text.trim() === '' && !blockList?.length && !attachmentList?.length;
  if (empty) throw new ApiError('no_text');
  return content;
}

/** The conversation to post to: an id, a name, or a person's id for the direct one. */
function postingChannel(workspace: Workspace, args: Json): SlackChannel {
  const named = neededArg(args, 'channel');
  const person = workspace.user(named);
  const byName = workspace.state.channels.find((entry) => entry.name === named.replace(/^#/, ''));
  const channel = person ? workspace.directChannel(person.id) : findChannel(workspace, byName?.id ?? named);
  if (channel.archived) throw new ApiError('is_archived');
  const member = channel.members.includes(workspace.options.bot.userId);
  const mayPost = member || (channel.kind === 'public' && workspace.scopes.has('chat:write.public'));
  if (!mayPost) throw new ApiError(channel.kind === 'private' ? 'channel_not_found' : 'not_in_channel');
  return channel;
}

function metadataOf(args: Json): Json | undefined {
  const metadata = args['metadata'];
  if (metadata === undefined) return undefined;
  if (isObject(metadata) && typeof metadata['event_type'] === 'string' && isObject(metadata['event_payload']))
    return metadata;
  throw new ApiError('invalid_metadata_format');
}

function ownMessage(workspace: Workspace, args: Json, error: string): SlackMessage {
  const channel = findChannel(workspace, neededArg(args, 'channel'));
  const message = findMessage(workspace, channel.id, neededArg(args, 'ts'));
  if (!message || message.deleted || message.visibility === 'ephemeral')
    throw new ApiError('message_not_found');
  if (message.author !== workspace.options.bot.userId) throw new ApiError(error);
  return message;
}

const postMessage: ApiMethod = {
  scope: 'chat:write',
  run({ workspace }, args) {
    const channel = postingChannel(workspace, args);
    const metadata = metadataOf(args);
    const content = contentOf(workspace, 'chat.postMessage', args);
    const message = addMessage(workspace, {
      ...content,
      channel: channel.id,
      author: workspace.options.bot.userId,
      via: 'chat.postMessage',
      threadTs: textArg(args, 'thread_ts'),
      metadata,
      clientMsgId: textArg(args, 'client_msg_id'),
    });
    return { channel: channel.id, ts: message.ts, message: messageWire(workspace, message) };
  },
};

const postEphemeral: ApiMethod = {
  scope: 'chat:write',
  run({ workspace }, args) {
    const channel = postingChannel(workspace, args);
    const user = neededArg(args, 'user');
    if (!workspace.user(user) || !channel.members.includes(user)) throw new ApiError('user_not_in_channel');
    const message = addMessage(workspace, {
      ...contentOf(workspace, 'chat.postEphemeral', args),
      channel: channel.id,
      author: workspace.options.bot.userId,
      via: 'chat.postEphemeral',
      onlyFor: user,
      threadTs: textArg(args, 'thread_ts'),
    });
    return { message_ts: message.ts };
  },
};

const update: ApiMethod = {
  scope: 'chat:write',
  run({ workspace }, args) {
    const old = ownMessage(workspace, args, 'cant_update_message');
    const content = contentOf(workspace, 'chat.update', args);
    // What is left out stays: a text alone changes what notifications say, and the old blocks remain.
    const text = args['text'] === undefined ? old.text : content.text;
    const message = editMessage(workspace, old, { ...content, text, metadata: metadataOf(args) });
    return {
      channel: message.channel,
      ts: message.ts,
      text: message.text,
      message: messageWire(workspace, message),
    };
  },
};

const remove: ApiMethod = {
  scope: 'chat:write',
  run({ workspace }, args) {
    const message = ownMessage(workspace, args, 'cant_delete_message');
    deleteMessage(workspace, message);
    return { channel: message.channel, ts: message.ts };
  },
};

const unfurl: ApiMethod = {
  scope: 'links:write',
  run({ workspace }, args) {
    const unfurls = args['unfurls'];
    if (!isObject(unfurls)) throw new ApiError('missing_unfurls');
    const found = Object.entries(unfurls).flatMap(([address, attachment]) =>
      workspace
        .inspect('chat.unfurl', 'message', { text: address, attachments: [attachment] })
        .map((violation) => ({ ...violation, path: `/${address.replaceAll('/', '~1')}${violation.path}` })),
    );
    refusePayload('cannot_parse_attachment', found, '/unfurls');
    const channel = workspace.channel(textArg(args, 'channel') ?? '');
    const message = channel && findMessage(workspace, channel.id, textArg(args, 'ts') ?? '');
    if (!message) throw new ApiError('cannot_find_message');
    attachUnfurls(workspace, message, unfurls);
    return {};
  },
};

const getPermalink: ApiMethod = {
  scope: null,
  run({ workspace }, args) {
    const channel = findChannel(workspace, neededArg(args, 'channel'));
    const message = findMessage(workspace, channel.id, neededArg(args, 'message_ts'));
    if (!message || message.deleted) throw new ApiError('message_not_found');
    const permalink = `https://${workspace.options.team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`;
    return { channel: channel.id, permalink };
  },
};

export const chatMethods: Record<string, ApiMethod> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.unfurl': unfurl,
  'chat.getPermalink': getPermalink,
};
