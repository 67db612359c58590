import { z } from 'zod';
import { renderArgument } from '../commands/grammar/render-argument.ts';
import { personInText } from '../commands/person-in-text.ts';
import type { Incoming } from './slack-request.ts';

const id = z.string().min(1).max(64);

const schema = z.object({
  type: z.enum(['shortcut', 'message_action']),
  callback_id: z.string(),
  trigger_id: z.string().min(1),
  action_ts: z.string().min(1),
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.optional() }),
  channel: z.object({ id }).nullish(),
  message: z.object({ text: z.string().default('') }).nullish(),
  response_url: z.string().optional(),
});

/** The command that each shortcut stands for, given what its message says. */
const LINES: Readonly<Record<string, (message: string) => string>> = {
  new_contact: () => 'new contact --form',
  save_as_contact: (message) => savingLine(message),
  link_contacts: (message) => linkingLine(message),
};

/** A shortcut from the menus of Slack; null for one that is none of ours. */
export function fromShortcut(body: unknown): Incoming | null {
  const read = schema.safeParse(body);
  if (!read.success) return null;
  const { callback_id, trigger_id, action_ts, team, enterprise, user, channel } = read.data;
  const line = Object.hasOwn(LINES, callback_id) ? LINES[callback_id] : undefined;
  const teamId = team?.id ?? user.team_id;
  if (line === undefined || teamId === undefined) return null;
  const channelId = channel?.id ?? user.id;
  return {
    request: {
      teamId,
      enterpriseId: enterprise?.id ?? null,
      channelId,
      slackUserId: user.id,
      text: line(read.data.message?.text ?? ''),
      key: ['shortcut', action_ts, user.id, callback_id].join(':').slice(0, 200),
      via: 'button',
    },
    route: {
      teamId,
      channelId,
      slackUserId: user.id,
      responseUrl: read.data.response_url ?? null,
      threadTs: null,
      startsThread: false,
      from: 'message',
    },
    screen: { triggerId: trigger_id, modalId: null, always: true },
  };
}

/** What people see of a message: links by their label, entities decoded. */
function shown(message: string): string {
  return message
    .replace(/<(?:mailto:|tel:)([^|>]*)(?:\|[^>]*)?>/g, '$1')
    .replace(/<(?:https?:[^|>]*)(?:\|([^>]*))?>/g, '$1')
    .replace(/<[@#!][^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

const argument = (text: string): string => renderArgument(text, 'slack');

function option(key: string, value: string | null): string[] {
  return value === null ? [] : [`${key}="${argument(value).replace(/["“”„‟]/g, '')}"`];
}

function savingLine(message: string): string {
  const { first, last, email, phone } = personInText(shown(message));
  return [
    'new contact --form',
    ...option('first', first),
    ...option('last', last),
    ...(email === null ? [] : [email]),
    ...option('phone', phone),
  ].join(' ');
}

const ISSUE_URL = /https?:\/\/[^\s|<>]+\/-\/(?:issues|work_items)\/\d+/;
const ISSUE_SHORT = /(?<![\w./-])[\w.-]+(?:\/[\w.-]+)+#\d+(?!\w)/;

function linkingLine(message: string): string {
  const issue = (ISSUE_URL.exec(message) ?? ISSUE_SHORT.exec(shown(message)))?.[0];
  const { email } = personInText(shown(message));
  return ['link --form', ...(issue === undefined ? [] : [issue]), ...(email === null ? [] : [email])].join(
    ' ',
  );
}
