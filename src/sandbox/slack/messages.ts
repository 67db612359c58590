import type { Json } from './block-kit/checks.ts';
import { isObject } from './block-kit/checks.ts';
import type { MessageVia, SlackMessage } from './state.ts';
import type { Workspace } from './workspace.ts';

/** What a new message is made of; the rest is filled in. */
export interface Draft {
  channel: string;
  author: string;
  text: string;
  via: MessageVia;
  blocks?: Json[];
  attachments?: Json[];
  /** Makes the message ephemeral: the person who sees it. */
  onlyFor?: string | undefined;
  threadTs?: string | undefined;
  metadata?: Json | undefined;
  clientMsgId?: string | undefined;
}

const MAX_MESSAGES = 5000;

/** Blocks with the block_id and action_id that Slack makes up where the app gave none. */
export function withIds(blocks: Json[], newId: () => string): Json[] {
  const visit = (value: unknown, top: boolean): unknown => {
    if (Array.isArray(value)) return value.map((entry) => visit(entry, top));
    if (!isObject(value)) return value;
    const copy: Json = Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, visit(entry, false)]),
    );
    if (top && copy['block_id'] === undefined) copy['block_id'] = newId();
    if (copy['action_id'] === undefined && isInteractive(copy['type'])) copy['action_id'] = newId();
    return copy;
  };
  return visit(blocks, true) as Json[];
}

function isInteractive(type: unknown): boolean {
  return (
    typeof type === 'string' &&
    /^(button|overflow|checkboxes|radio_buttons|workflow_button|icon_button|feedback_buttons|file_input|.*picker|.*_select|.*_input)$/.test(
      type,
    )
  );
}

/** Short random-looking id like the ones Slack gives to blocks. */
export function blockIdMaker(workspace: Workspace): () => string {
  return () => workspace.nextId('b').slice(-5);
}

/** Puts a message where it belongs and tells everybody. */
export function addMessage(workspace: Workspace, draft: Draft): SlackMessage {
  const { state } = workspace;
  const message: SlackMessage = {
    ts: workspace.nextTs(),
    channel: draft.channel,
    user: draft.onlyFor ?? null,
    author: draft.author,
    text: draft.text,
    blocks: withIds(draft.blocks ?? [], blockIdMaker(workspace)),
    attachments: draft.attachments ?? [],
    visibility: draft.onlyFor ? 'ephemeral' : 'public',
    via: draft.via,
    ...(draft.threadTs ? { thread_ts: draft.threadTs } : {}),
    ...(draft.metadata ? { metadata: draft.metadata } : {}),
    ...(draft.clientMsgId ? { client_msg_id: draft.clientMsgId } : {}),
  };
  state.messages.push(message);
  if (state.messages.length > MAX_MESSAGES) state.messages.shift();
  workspace.emit({ kind: 'message', message });
  return message;
}

/** The message with that ts, deleted ones included. */
export function findMessage(workspace: Workspace, channel: string, ts: string): SlackMessage | undefined {
  return workspace.state.messages.find((message) => message.channel === channel && message.ts === ts);
}

function replace(workspace: Workspace, old: SlackMessage, next: SlackMessage): SlackMessage {
  const place = workspace.state.messages.findIndex(
    (message) => message.ts === old.ts && message.channel === old.channel,
  );
  workspace.state.messages[place] = next;
  return next;
}

/** Changes a message in place; what someone held of it before stays as it was. */
export function editMessage(
  workspace: Workspace,
  old: SlackMessage,
  change: { text: string; blocks?: Json[]; attachments?: Json[]; metadata?: Json | undefined },
): SlackMessage {
  const next = replace(workspace, old, {
    ...old,
    text: change.text,
    ...(change.blocks ? { blocks: withIds(change.blocks, blockIdMaker(workspace)) } : {}),
    ...(change.attachments ? { attachments: change.attachments } : {}),
    ...(change.metadata ? { metadata: change.metadata } : {}),
    edited: workspace.nextTs(),
  });
  workspace.emit({ kind: 'message_changed', message: next });
  return next;
}

/** Attaches unfurled links. */
export function attachUnfurls(workspace: Workspace, old: SlackMessage, unfurls: Json): SlackMessage {
  const cards = Object.entries(unfurls).map(([address, card]) => {
    const blocks = isObject(card) && Array.isArray(card['blocks']) ? (card['blocks'] as Json[]) : [];
    return [address, { ...(card as Json), blocks: withIds(blocks, blockIdMaker(workspace)) }] as const;
  });
  const next = replace(workspace, old, {
    ...old,
    unfurls: { ...old.unfurls, ...Object.fromEntries(cards) },
  });
  workspace.emit({ kind: 'message_changed', message: next });
  return next;
}

/** The blocks of the cards below a message's links, by address. */
export function unfurledBlocks({ unfurls = {} }: SlackMessage): [address: string, blocks: Json[]][] {
  return Object.entries(unfurls).map(([address, card]) => [address, (card as { blocks: Json[] }).blocks]);
}

/** Marks a message as gone; it stays in the list so that tests can see that it was there. */
export function deleteMessage(workspace: Workspace, old: SlackMessage): void {
  const next = replace(workspace, old, { ...old, deleted: true });
  workspace.emit({ kind: 'message_deleted', message: next });
}

/** A message as the Web API and payloads carry it. */
export function messageWire(workspace: Workspace, message: SlackMessage): Json {
  const { team, bot } = workspace.options;
  const byBot = message.author === bot.userId;
  return {
    type: 'message',
    user: message.author,
    ts: message.ts,
    text: message.text,
    team: team.id,
    ...(byBot ? { bot_id: bot.botId, app_id: workspace.appId } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    ...(message.client_msg_id ? { client_msg_id: message.client_msg_id } : {}),
    ...(message.edited ? { edited: { user: message.author, ts: message.edited } } : {}),
  };
}
