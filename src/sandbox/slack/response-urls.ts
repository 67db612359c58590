import { randomBytes } from 'node:crypto';
import { isObject, type Json } from './block-kit/checks.ts';
import { addMessage, deleteMessage, editMessage, findMessage } from './messages.ts';
import type { ResponseUrl, SlackMessage } from './state.ts';
import type { Workspace } from './workspace.ts';

const LIFE_MS = 30 * 60 * 1000;
const MAX_USES = 5;

/** Where an answer is to go. */
export interface ResponseTarget {
  user: string;
  channel: string;
  messageTs?: string;
  threadTs?: string;
}

/** Hands out a response address: five uses within thirty minutes. */
export function issueResponseUrl(workspace: Workspace, target: ResponseTarget): ResponseUrl {
  const { state } = workspace;
  const entry: ResponseUrl = {
    id: `${workspace.options.team.id}-${randomBytes(12).toString('hex')}`,
    user: target.user,
    channel: target.channel,
    messageTs: target.messageTs ?? null,
    threadTs: target.threadTs ?? null,
    uses: 0,
    expiresAt: workspace.now() + LIFE_MS,
  };
  state.responseUrls = state.responseUrls.filter((known) => known.expiresAt > workspace.now() - LIFE_MS);
  state.responseUrls.push(entry);
  return entry;
}

export function responseAddress(workspace: Workspace, entry: ResponseUrl): string {
  return `${workspace.url}/response/${entry.id}`;
}

/** Takes an answer sent to a response address and gives back what Slack would: a status and a word. */
export function receiveResponse(
  workspace: Workspace,
  id: string,
  payload: unknown,
): { status: number; body: string } {
  const entry = workspace.state.responseUrls.find((known) => known.id === id);
  if (!entry || workspace.now() > entry.expiresAt) return { status: 404, body: 'expired_url' };
  if (entry.uses >= MAX_USES) return { status: 404, body: 'used_url' };
  if (!isObject(payload)) return { status: 400, body: 'invalid_payload' };
  const content = contentOf(payload);
  const removes = isSet(payload['delete_original']);
  const empty = content.text.trim() === '' && !content.blocks?.length && !content.attachments?.length;
  if (empty && !removes) return { status: 400, body: 'no_text' };
  if (!empty && workspace.inspect('response_url', 'message', shown(payload)).length > 0)
    return { status: 400, body: 'invalid_blocks' };
  entry.uses += 1;
  applyResponse(workspace, entry, payload);
  return { status: 200, body: 'ok' };
}

function isSet(value: unknown): boolean {
  return value === true || value === 'true';
}

function shown(payload: Json): Json {
  const { text, blocks, attachments } = payload;
  return Object.fromEntries(
    Object.entries({ text, blocks, attachments }).filter(([, value]) => value !== undefined),
  );
}

function contentOf(payload: Json): { text: string; blocks?: Json[]; attachments?: Json[] } {
  const { text, blocks, attachments } = payload;
  return {
    text: typeof text === 'string' ? text : '',
    ...(Array.isArray(blocks) ? { blocks: blocks.filter(isObject) } : {}),
    ...(Array.isArray(attachments) ? { attachments: attachments.filter(isObject) } : {}),
  };
}

function applyResponse(workspace: Workspace, entry: ResponseUrl, payload: Json): void {
  const content = contentOf(payload);
  const original = originalOf(workspace, entry);
  if (isSet(payload['delete_original']) && original) deleteMessage(workspace, original);
  else if (isSet(payload['replace_original']) && original) {
    editMessage(workspace, original, { ...content, blocks: content.blocks ?? [] });
    return;
  }
  if (content.text === '' && !content.blocks?.length && !content.attachments?.length) return;
  const thread = typeof payload['thread_ts'] === 'string' ? payload['thread_ts'] : entry.threadTs;
  const message = addMessage(workspace, {
    ...content,
    channel: entry.channel,
    author: workspace.options.bot.userId,
    via: 'response_url',
    ...(payload['response_type'] === 'in_channel' ? {} : { onlyFor: entry.user }),
    threadTs: thread ?? undefined,
  });
  entry.messageTs ??= message.ts;
}

function originalOf(workspace: Workspace, entry: ResponseUrl): SlackMessage | undefined {
  const message =
    entry.messageTs === null ? undefined : findMessage(workspace, entry.channel, entry.messageTs);
  return message?.deleted ? undefined : message;
}
