import { isObject, type Json } from '../block-kit/checks.ts';
import type { Outcome } from '../delivery.ts';
import { addMessage } from '../messages.ts';
import type { Workspace } from '../workspace.ts';

/** Slack's own voice. */
const SLACKBOT = 'USLACKBOT';

/** Tells a person in Slack's name that something went wrong. */
export function tellFailure(
  workspace: Workspace,
  where: { user: string; channel: string },
  text: string,
): void {
  addMessage(workspace, {
    channel: where.channel,
    author: SLACKBOT,
    text,
    via: 'slack_error',
    onlyFor: where.user,
  });
}

/** Shows what a command's acknowledgement says: nothing, a text, or a message; or that it failed. */
export function showCommandAck(
  workspace: Workspace,
  where: { user: string; channel: string; command: string; responseUrlId: string },
  outcome: Outcome,
): void {
  const failed = (error: string): void =>
    tellFailure(workspace, where, `${where.command} failed with the error "${error}"`);
  if (outcome.error) {
    failed(outcome.error);
    return;
  }
  const { body } = outcome;
  if (typeof body === 'string' ? body.trim() === '' : !isObject(body) || Object.keys(body).length === 0)
    return;
  const payload: Json = typeof body === 'string' ? { text: body } : (body as Json);
  if (workspace.inspect('command_ack', 'message', shownParts(payload)).length > 0) {
    failed('invalid_blocks');
    return;
  }
  const { text, blocks, attachments } = payload;
  const message = addMessage(workspace, {
    channel: where.channel,
    author: workspace.options.bot.userId,
    text: typeof text === 'string' ? text : '',
    blocks: Array.isArray(blocks) ? blocks.filter(isObject) : [],
    attachments: Array.isArray(attachments) ? attachments.filter(isObject) : [],
    via: 'command_ack',
    ...(payload['response_type'] === 'in_channel' ? {} : { onlyFor: where.user }),
  });
  const address = workspace.state.responseUrls.find((entry) => entry.id === where.responseUrlId);
  if (address) address.messageTs ??= message.ts;
}

function shownParts({ text, blocks, attachments }: Json): Json {
  return Object.fromEntries(
    Object.entries({ text, blocks, attachments }).filter(([, value]) => value !== undefined),
  );
}
