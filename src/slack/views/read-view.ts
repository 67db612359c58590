import { z } from 'zod';
import type { SlackFormSent } from '../../commands/answer-form.ts';
import type { LookupOf, SentForm } from '../../commands/form.ts';
import type { SlackTyping } from '../../commands/suggest.ts';
import { readMemory } from './metadata.ts';
import { FIND_PREFIX, FORM_PREFIX } from './render-form.ts';

const id = z.string().min(1).max(64);
const option = z.object({ value: z.string() });

const state = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
});

const element = z.looseObject({
  initial_value: z.string().optional(),
  initial_option: option.optional(),
  initial_options: z.array(option).optional(),
});

const person = {
  team: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.optional() }),
};

const view = z.object({
  id,
  callback_id: z.string().default(''),
  private_metadata: z.string().default(''),
  blocks: z.array(z.looseObject({ block_id: z.string().optional(), type: z.string() })).default([]),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), state)) }).optional(),
});

const submission = z.object({ ...person, type: z.literal('view_submission'), view });

/** A form that came back, and the view that it came from. */
export interface FormSubmission {
  readonly viewId: string;
  readonly sent: SlackFormSent;
  readonly channelId: string | null;
  /** As Slack keeps it: to show the form again. */
  readonly view: Readonly<Record<string, unknown>>;
}

/** Null for a view that is no form of ours. */
export function readSubmission(body: unknown): FormSubmission | null {
  const read = submission.safeParse(body);
  if (!read.success) return null;
  const { view: shown, user, team } = read.data;
  const memory = readMemory(shown.private_metadata);
  const teamId = team?.id ?? user.team_id;
  if (!memory || teamId === undefined || !shown.callback_id.startsWith(FORM_PREFIX)) return null;
  return {
    viewId: shown.id,
    channelId: memory.channelId,
    view: (body as { view: Record<string, unknown> }).view,
    sent: {
      teamId,
      slackUserId: user.id,
      channelId: memory.channelId ?? user.id,
      key: `form:${memory.key}`,
      form: shown.callback_id.slice(FORM_PREFIX.length),
      group: memory.group,
      sent: { ...sentValues(shown), data: memory.data },
    },
  };
}

type Value = string | readonly string[] | null;

/** Values by field, and those that are others than the form came with. */
function sentValues({ state: given, blocks }: z.output<typeof view>): Pick<SentForm, 'values' | 'touched'> {
  const values: Record<string, Value> = {};
  const touched = new Set<string>();
  for (const [name, actions] of Object.entries(given?.values ?? {})) {
    const [entered] = Object.values(actions);
    if (!entered) continue;
    const value = entryOf(entered);
    values[name] = value;
    const block = blocks.find((candidate) => candidate.block_id === name);
    const before = element.safeParse(block?.['element']);
    if (!before.success || !same(initialOf(before.data), value)) touched.add(name);
  }
  return { values, touched };
}

function entryOf(entered: z.output<typeof state>): Value {
  if (entered.selected_options) return entered.selected_options.map(({ value }) => value);
  if (entered.selected_option) return entered.selected_option.value;
  return entered.value ?? null;
}

function initialOf(shown: z.output<typeof element>): Value {
  if (shown.initial_options) return shown.initial_options.map(({ value }) => value);
  return shown.initial_option?.value ?? shown.initial_value ?? null;
}

const same = (before: Value, after: Value): boolean =>
  JSON.stringify([before ?? []].flat()) === JSON.stringify([after ?? []].flat());

const suggestion = z.object({
  ...person,
  type: z.literal('block_suggestion'),
  action_id: z.string(),
  value: z.string().default(''),
  channel: z.object({ id }).nullish(),
  view: z.object({ private_metadata: z.string().default('') }).nullish(),
});

const LOOKUPS: ReadonlySet<string> = new Set<LookupOf>([
  'contact',
  'organization',
  'customer',
  'group',
  'issue',
]);

/** Null for a menu that is none of ours. */
export function readSuggestion(body: unknown): SlackTyping | null {
  const read = suggestion.safeParse(body);
  if (!read.success) return null;
  const { user, team, action_id, value, channel } = read.data;
  const of = action_id.startsWith(FIND_PREFIX) ? action_id.slice(FIND_PREFIX.length) : '';
  const teamId = team?.id ?? user.team_id;
  if (!LOOKUPS.has(of) || teamId === undefined) return null;
  const memory = readMemory(read.data.view?.private_metadata);
  return {
    teamId,
    slackUserId: user.id,
    channelId: channel?.id ?? memory?.channelId ?? user.id,
    key: 'look-up',
    of: of as LookupOf,
    text: value,
    group: memory?.group ?? null,
  };
}
