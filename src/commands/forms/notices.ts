import { fail } from '../../domain/errors.ts';
import { TOPIC_NAMES, TOPICS, USUAL_TOPICS } from '../../domain/topics.ts';
import { authorize, decide } from '../../policy/authorize.ts';
import { chooseGroup, type SlackPlace } from '../../services/groups/choose-group.ts';
import { openCrmGroup } from '../../services/groups/open-crm-group.ts';
import { listSubscriptions, subscribeChannel, unsubscribeChannel } from '../../services/notices/subscribe.ts';
import type { Bound } from '../command.ts';
import { type CommandContext, groupPath } from '../context.ts';
import { wordNotify } from '../definitions/notify.ts';
import { type Form, type FormDefinition, listOf, type SentForm, textOf, typedText } from '../form.ts';
import type { Reply } from '../reply.ts';
import { chosenGroup, groupOption } from './option.ts';

function placeOf({ where }: CommandContext): SlackPlace {
  if (where.surface !== 'slack') throw new Error('notices are set on Slack');
  return where.place;
}

const isInPerson = ({ channelId, slackUserId }: SlackPlace): boolean => channelId === slackUserId;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

async function open(context: CommandContext, typed: Bound): Promise<Form> {
  const { deps, actor } = context;
  const place = placeOf(context);
  const subscriptions = await listSubscriptions(deps, place);
  const named = groupPath(context, typedText(typed, 'path') ?? undefined) ?? subscriptions[0]?.group ?? null;
  const { reference } = await chooseGroup(deps, actor, { named, place });
  const opened = await openCrmGroup(deps, actor, reference);
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const now = subscriptions.find(({ crmGroupId }) => crmGroupId === opened.crmGroup.id);
  const topics = now && now.topics.length > 0 ? now.topics : USUAL_TOPICS;
  const isOwner = decide(opened.actor, 'settings.edit', { ...opened.crmGroup, kind: 'group' }).allowed;
  const offered = TOPIC_NAMES.filter((topic) => isOwner || USUAL_TOPICS.includes(topic));
  const own = isInPerson(place);
  return {
    form: 'notices',
    title: 'Notices',
    submit: 'Save',
    intro: now?.disabledReason ? [{ kind: 'hint', text: `Turned off: ${now.disabledReason}.` }] : [],
    fields: [
      {
        kind: 'lookup',
        name: 'group',
        label: own ? 'Tell me what happens in' : 'Tell this channel what happens in',
        of: 'group',
        value: groupOption(opened.group),
      },
      {
        kind: 'choices',
        name: 'topics',
        label: 'About',
        hint: 'None of them: no notices from there.',
        options: offered.map((topic) => ({ value: topic, label: capital(TOPICS[topic]) })),
        values: topics.filter((topic) => offered.includes(topic)),
        optional: true,
      },
    ],
    group: null,
    data: {},
  };
}

async function save(context: CommandContext, sent: SentForm): Promise<Reply> {
  const { deps, actor } = context;
  const place = placeOf(context);
  const id = chosenGroup(textOf(sent, 'group'));
  if (id === null) throw fail('not_found.group', { reference: '' });
  const chosen = listOf(sent, 'topics');
  const topics = TOPIC_NAMES.filter((topic) => chosen.includes(topic));
  const opened = await openCrmGroup(deps, actor, id);
  if (topics.length === 0) {
    const ended = await unsubscribeChannel(deps, actor, { place, group: opened.group.fullPath });
    return wordNotify({ state: 'off', ended }, { inPerson: isInPerson(place) });
  }
  const all = USUAL_TOPICS.every((topic) => topics.includes(topic)) && topics.length === USUAL_TOPICS.length;
  const set = await subscribeChannel(deps, opened, { place, topics: all ? [] : topics });
  return wordNotify({ state: 'on', ...set }, { inPerson: isInPerson(place) });
}

/** The form with what a channel, or a person in person, is told about. */
export const noticesForm: FormDefinition = {
  name: 'notices',
  title: 'Notices',
  fields: { 'not_found.group': 'group' },
  open,
  submit: async (context, sent) => ({ kind: 'reply', reply: await save(context, sent) }),
};
