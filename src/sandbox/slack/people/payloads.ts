import type { Json } from '../block-kit/checks.ts';
import type { Outgoing, SigningOptions } from '../delivery.ts';
import { messageWire, unfurledBlocks } from '../messages.ts';
import { issueResponseUrl, type ResponseTarget, responseAddress } from '../response-urls.ts';
import type { ShownView, SlackChannel, SlackMessage } from '../state.ts';
import type { Triggers } from '../triggers.ts';
import { viewWire } from '../views.ts';
import type { Workspace } from '../workspace.ts';

/** The verification token of old; apps check the signature instead. */
const TOKEN = 'sandbox-verification-token';

/** What payloads are made with. */
export interface PayloadContext {
  workspace: Workspace;
  triggers: Triggers;
  user: string;
}

/** A slash command's form. */
export function commandForm(
  { workspace, triggers, user }: PayloadContext,
  channel: SlackChannel,
  typed: { command: string; text: string },
): { form: Record<string, string>; responseUrlId: string } {
  const { team } = workspace.options;
  const responseUrl = issueResponseUrl(workspace, { user, channel: channel.id });
  const form = {
    token: TOKEN,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: user,
    user_name: workspace.user(user)?.name ?? user,
    command: typed.command,
    text: typed.text,
    api_app_id: workspace.appId,
    is_enterprise_install: 'false',
    response_url: responseAddress(workspace, responseUrl),
    trigger_id: triggers.issue(user),
  };
  return { form, responseUrlId: responseUrl.id };
}

/** What every interactive payload carries. */
function basics({ workspace, user }: PayloadContext): Json {
  const { team } = workspace.options;
  const name = workspace.user(user)?.name ?? user;
  return {
    token: TOKEN,
    api_app_id: workspace.appId,
    team: { id: team.id, domain: team.domain },
    user: { id: user, username: name, name, team_id: team.id },
    enterprise: null,
    is_enterprise_install: false,
  };
}

function withTrigger(context: PayloadContext): Json {
  return { ...basics(context), trigger_id: context.triggers.issue(context.user) };
}

function answerAddress(context: PayloadContext, target: Omit<ResponseTarget, 'user'>): string {
  const { workspace, user } = context;
  return responseAddress(workspace, issueResponseUrl(workspace, { user, ...target }));
}

function channelPart(workspace: Workspace, id: string): Json {
  return { id, name: workspace.channel(id)?.name ?? id };
}

/** Whether the block is the message's own, or of the card below one of its links. */
function containerKind(message: SlackMessage, blockId: string | undefined): Json {
  const card = unfurledBlocks(message).find(([, blocks]) =>
    blocks.some((block) => block['block_id'] === blockId),
  );
  if (card === undefined) return { type: 'message' };
  return { type: 'message_attachment', attachment_id: 1, is_app_unfurl: true, app_unfurl_url: card[0] };
}

/**
 * Where an action in a block of a message comes from. Slack leaves the message itself out when it is ephemeral.
 */
export function messagePart(context: PayloadContext, message: SlackMessage, blockId?: string): Json {
  const { workspace } = context;
  const ephemeral = message.visibility === 'ephemeral';
  const target = {
    channel: message.channel,
    messageTs: message.ts,
    ...(message.thread_ts ? { threadTs: message.thread_ts } : {}),
  };
  return {
    container: {
      ...containerKind(message, blockId),
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: ephemeral,
      ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    },
    channel: channelPart(workspace, message.channel),
    ...(ephemeral ? {} : { message: messageWire(workspace, message) }),
    response_url: answerAddress(context, target),
  };
}

export function viewPart(view: ShownView): Json {
  return { container: { type: 'view', view_id: view.id }, view: viewWire(view) };
}

/** block_actions. `source` is messagePart or viewPart. */
export function blockActions(
  context: PayloadContext,
  source: Json,
  action: { action: Json; state: Json },
): Json {
  return {
    type: 'block_actions',
    ...withTrigger(context),
    ...source,
    state: { values: action.state },
    actions: [{ ...action.action, action_ts: context.workspace.nextTs() }],
  };
}

export function viewSubmission(context: PayloadContext, view: ShownView): Json {
  return { type: 'view_submission', ...withTrigger(context), view: viewWire(view), response_urls: [] };
}

export function viewClosed(context: PayloadContext, view: ShownView, isCleared: boolean): Json {
  return { type: 'view_closed', ...basics(context), view: viewWire(view), is_cleared: isCleared };
}

export function globalShortcut(context: PayloadContext, callbackId: string): Json {
  return {
    type: 'shortcut',
    ...withTrigger(context),
    callback_id: callbackId,
    action_ts: context.workspace.nextTs(),
  };
}

export function messageAction(context: PayloadContext, callbackId: string, message: SlackMessage): Json {
  const { workspace } = context;
  return {
    type: 'message_action',
    ...withTrigger(context),
    callback_id: callbackId,
    action_ts: workspace.nextTs(),
    message_ts: message.ts,
    channel: channelPart(workspace, message.channel),
    message: messageWire(workspace, message),
    response_url: answerAddress(context, { channel: message.channel, messageTs: message.ts }),
  };
}

export function blockSuggestion(
  context: PayloadContext,
  source: Json,
  query: { actionId: string; blockId: string; value: string },
): Json {
  const { response_url: _url, ...where } = source;
  return {
    type: 'block_suggestion',
    ...basics(context),
    ...where,
    action_id: query.actionId,
    block_id: query.blockId,
    value: query.value,
  };
}

/** An interactive payload as the form that carries it. */
export function asForm(user: string, payload: Json, signing: SigningOptions = {}): Outgoing {
  return {
    kind: String(payload['type']),
    user,
    payload,
    body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
    contentType: 'application/x-www-form-urlencoded',
    signing,
  };
}
