import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { TOPIC_NAMES, type Topic } from '../../domain/topics.ts';
import { chooseGroup, type SlackPlace } from '../../services/groups/choose-group.ts';
import { openCrmGroup } from '../../services/groups/open-crm-group.ts';
import { listSubscriptions, subscribeChannel, unsubscribeChannel } from '../../services/notices/subscribe.ts';
import { arg, defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import type { Reply, ReplyBlock } from '../reply.ts';
import { count } from '../wording/phrases.ts';
import { aboutTopics } from '../wording/topics.ts';

/** The topics named in `--only links,transfers`; an unknown one is refused with those there are. */
function topicsIn(only: string | undefined): Topic[] {
  const words = (only ?? '')
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((word) => word !== '' && word !== 'all');
  for (const word of words) {
    if (!TOPIC_NAMES.some((topic) => topic === word)) {
      throw fail('input.unknown_option', { option: word, near: null, known: TOPIC_NAMES });
    }
  }
  return TOPIC_NAMES.filter((topic) => words.includes(topic));
}

function placeOf({ where }: CommandContext): { place: SlackPlace; group: string | null } {
  if (where.surface !== 'slack') throw new Error('notify is a Slack command');
  return where;
}

export const notify = defineCommand({
  name: 'notify',
  surfaces: {
    slack: {
      words: ['notify'],
      aliases: [['notifications'], ['subscribe']],
      asks: (_typed, { form }) => (form ? 'notices' : null),
    },
  },
  summary: 'Tell this channel what happens in a group, or stop',
  details: `With --only it hears of some things alone: ${TOPIC_NAMES.join(', ')}. The last is for Owners, and only told where it is named. Without on or off it says what is set.`,
  args: z.object({
    state: arg(z.string().optional(), { typed: 'one', hint: 'on|off', order: 0 }),
    path: arg(z.string().optional(), { typed: 'one', hint: 'group', order: 1 }),
    only: arg(z.string().optional(), { typed: 'option', hint: 'topics' }),
  }),
  examples: ['/crm notify on', '/crm notify on acme --only links,transfers', '/crm notify off'],
  ability: 'contact.view',
  run: async (context, args): Promise<Result> => {
    const { deps, actor } = context;
    const { place, group } = placeOf(context);
    const named = args.path ?? group;
    const state = args.state?.toLowerCase() ?? 'show';
    const topics = topicsIn(args.only);
    if (state === 'off')
      return { state, ended: await unsubscribeChannel(deps, actor, { place, group: named }) };
    if (state === 'on') {
      const { reference } = await chooseGroup(deps, actor, { named, place });
      return {
        state,
        ...(await subscribeChannel(deps, await openCrmGroup(deps, actor, reference), { place, topics })),
      };
    }
    if (state !== 'show')
      throw fail('input.invalid', { field: 'notify', rule: 'notify.state', example: '/crm notify on' });
    return { state, subscriptions: await listSubscriptions(deps, place) };
  },
  reply: (result): Reply => wordNotify(result),
});

/** Says what a channel is told about now, or somebody in person. */
export const wordNotify = (result: Result, { inPerson = false } = {}): Reply => ({
  ...(inPerson && result.state !== 'show' ? wordsInPerson(result) : words(result)),
  visibility: 'private',
});

type Result =
  | { state: 'off'; ended: number }
  | { state: 'on'; group: string; topics: readonly Topic[] }
  | { state: 'show'; subscriptions: Awaited<ReturnType<typeof listSubscriptions>> };

const CHANGE = { label: 'Change', command: 'notify --form' };

function wordsInPerson(result: Exclude<Result, { state: 'show' }>): Pick<Reply, 'tone' | 'title' | 'blocks'> {
  if (result.state === 'off') {
    const none = result.ended === 0;
    const title = none ? 'You had no notices in person.' : 'You get no more notices in person from there.';
    return { tone: none ? 'info' : 'ok', title, blocks: [] };
  }
  return {
    tone: 'ok',
    title: [{ text: 'You will hear what happens in ' }, { strong: result.group }, { text: '.' }],
    blocks: [
      { kind: 'text', text: `You are told about ${aboutTopics(result.topics)}.` },
      { kind: 'hint', text: 'Change it, or stop it, on the home tab under My notices.' },
    ],
  };
}

function words(result: Result): Pick<Reply, 'tone' | 'title' | 'blocks'> {
  const stop: ReplyBlock = { kind: 'hint', text: [{ text: 'Stop with ' }, { code: '/crm notify off' }] };
  switch (result.state) {
    case 'off':
      return {
        tone: result.ended === 0 ? 'info' : 'ok',
        title:
          result.ended === 0
            ? 'This channel had no notices turned on.'
            : `${count(result.ended, 'subscription')} ended: this channel is told nothing more.`,
        blocks: [],
      };
    case 'on':
      return {
        tone: 'ok',
        title: [{ text: 'This channel will hear what happens in ' }, { strong: result.group }, { text: '.' }],
        blocks: [{ kind: 'text', text: `It is told about ${aboutTopics(result.topics)}.` }, stop],
      };
    case 'show':
      return {
        tone: 'info',
        title:
          result.subscriptions.length === 0
            ? 'This channel has no notices turned on.'
            : 'This channel hears what happens in:',
        blocks:
          result.subscriptions.length === 0
            ? [
                { kind: 'hint', text: [{ text: 'Turn them on with ' }, { code: '/crm notify on' }] },
                { kind: 'actions', actions: [CHANGE] },
              ]
            : [
                {
                  kind: 'list',
                  items: result.subscriptions.map(({ group, topics, disabledReason }) => ({
                    text: [{ strong: group }],
                    detail: disabledReason === null ? aboutTopics(topics) : `turned off: ${disabledReason}`,
                  })),
                },
                stop,
                { kind: 'actions', actions: [CHANGE] },
              ],
      };
  }
}
