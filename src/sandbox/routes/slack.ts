import type { FastifyInstance } from 'fastify';
import type { Outcome } from '../slack/delivery.ts';
import { placedOn } from '../slack/people/form-values.ts';
import type { Person } from '../slack/people/person.ts';
import type { SlackChannel, SlackMessage } from '../slack/state.ts';
import { type RouteContext, slackIdOf } from './context.ts';
import { BadInput, Fields } from './input.ts';

const MAX_CALLS = 200;

interface Scene {
  person: Person;
  /** As the person can name it to Slack. */
  channel: string;
}

function channelNamed({ slack }: RouteContext, named: string): SlackChannel {
  const wanted = named.replace(/^#/, '');
  const found = slack.channels().find((channel) => channel.id === wanted || channel.name === wanted);
  if (found) return found;
  const names = slack.channels().flatMap((channel) => (channel.kind === 'im' ? [] : [`#${channel.name}`]));
  throw new BadInput(`There is no channel ${named}. There is: ${names.join(', ')}.`);
}

/** The bot's id in place of a channel names somebody's own conversation with it. */
const isDirect = ({ world }: RouteContext, named: string): boolean => named === world.slack.botUserId;

function sceneOf(context: RouteContext, fields: Fields): Scene {
  const id = slackIdOf(context, fields.text('user'));
  const person = context.slack.as(id);
  const named = fields.text('channel');
  if (isDirect(context, named)) return { person, channel: named };
  const channel = channelNamed(context, named);
  if (!channel.members.includes(id)) throw new BadInput(`This person is not in #${channel.name}.`);
  return { person, channel: channel.id };
}

/** The id of the channel that messages are asked of; null for one that nobody has opened yet. */
function channelAsked(context: RouteContext, named: string, user: string | null): string | null {
  if (!isDirect(context, named)) return channelNamed(context, named).id;
  if (user === null) throw new BadInput('Whose conversation with the bot? Name a user.');
  const own = context.slack.channels().find(({ kind, members }) => kind === 'im' && members.includes(user));
  return own?.id ?? null;
}

/** How Tieline took it. What it says comes as messages. */
function told({ status, ackMs, error }: Outcome) {
  return { ok: error === null, status, ackMs, error };
}

function messagesFor(context: RouteContext, fields: Fields): SlackMessage[] {
  const channel = fields.optional('channel');
  const user = fields.optional('user');
  const userId = user === undefined ? null : slackIdOf(context, user);
  const channelId = channel === undefined ? undefined : channelAsked(context, channel, userId);
  return context.slack
    .messages()
    .filter((message) => !message.deleted)
    .filter((message) => channelId === undefined || message.channel === channelId)
    .filter((message) => userId === null || message.user === null || message.user === userId);
}

/** The message with this ts that the person sees and that has the button. */
function messageWith(context: RouteContext, fields: Fields, user: string): SlackMessage {
  const ts = fields.text('messageTs');
  const actionId = fields.text('actionId');
  const message = context.slack.messages().find((entry) => entry.ts === ts && !entry.deleted);
  if (!message || (message.user !== null && message.user !== user)) {
    throw new BadInput('This message is not there any more.');
  }
  if (!placedOn(message).some((placed) => placed.actionId === actionId)) {
    throw new BadInput(`This message has no ${actionId}.`);
  }
  return message;
}

/** The two log books in one, newest last: what Slack sent to Tieline and what Tieline asked of Slack. */
function calls({ slack }: RouteContext) {
  const inward = slack.interactions().map(({ kind, user, payload, body, ...rest }) => ({
    direction: 'in' as const,
    name: kind,
    user,
    sent: payload,
    answered: body,
    ...rest,
  }));
  const outward = slack.requests().map(({ method, args, ...rest }) => ({
    direction: 'out' as const,
    name: method,
    sent: args,
    ...rest,
  }));
  return [...inward, ...outward].sort((left, right) => left.at - right.at).slice(-MAX_CALLS);
}

/** `/sandbox/api/slack/*`: what is said in the workspace, and people who say and press things in it. */
export function addSlackRoutes(app: FastifyInstance, context: RouteContext): void {
  const base = '/sandbox/api/slack';
  app.get(`${base}/messages`, async (request) => messagesFor(context, new Fields(request.query)));
  app.get(`${base}/calls`, async () => calls(context));
  app.post(`${base}/command`, async (request) => {
    const fields = new Fields(request.body);
    const { person, channel } = sceneOf(context, fields);
    const text = fields.text('text');
    return told(await person.command(channel, text.startsWith('/') ? text : `/crm ${text}`));
  });
  app.post(`${base}/message`, async (request) => {
    const fields = new Fields(request.body);
    const { person, channel } = sceneOf(context, fields);
    const threadTs = fields.optional('threadTs');
    const { message } = await person.post(
      channel,
      fields.body('text'),
      threadTs === undefined ? {} : { threadTs },
    );
    return message;
  });
  app.post(`${base}/click`, async (request) => {
    const fields = new Fields(request.body);
    const user = slackIdOf(context, fields.text('user'));
    const message = messageWith(context, fields, user);
    const value = fields.optional('value');
    const options = value === undefined ? {} : { value };
    return told(await context.slack.as(user).click(message, fields.text('actionId'), options));
  });
}
