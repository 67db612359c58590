import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { type GroupSettings, getGroupSettings, openSettings } from '../../services/groups/group-settings.ts';
import { type SourceSet, setSource } from '../../services/groups/set-source.ts';
import { arg, type Command, defineCommand } from '../command.ts';
import { groupPath } from '../context.ts';
import type { Inline, Reply, ReplyBlock } from '../reply.ts';

type Result = { readonly settings: GroupSettings; readonly set: SourceSet | null };

/** What is typed in place of a group to set none. */
const NO_SOURCE = 'none';

export const source: Command = defineCommand({
  name: 'source',
  surfaces: {
    slack: {
      words: ['source'],
      asks: (typed, { form, group }) =>
        form || (typed['path'] === undefined && group === null) ? 'group_settings' : null,
    },
  },
  summary: 'Show or set the group that a group takes its contacts from',
  details:
    'With none it takes them from where the groups above it say, else from the topmost one. It cannot be changed ' +
    'once issues there have contacts from a different source.',
  args: z.object({
    path: arg(z.string().optional(), { typed: 'one', hint: 'group', order: 0, needed: true }),
    source: arg(z.string().optional(), { typed: 'one', hint: 'group or none', order: 1 }),
  }),
  examples: [
    '/crm source acme/support acme/platform',
    '/crm source acme/support none',
    '/crm source acme/support',
  ],
  ability: 'settings.edit',
  run: async (context, args): Promise<Result> => {
    const { deps, actor } = context;
    const reference = groupPath(context, args.path);
    if (reference === null) throw fail('input.missing', { field: 'group', usage: source.examples[0] ?? '' });
    const opened = await openSettings(deps, actor, reference);
    if (args.source === undefined) return { settings: await getGroupSettings(deps, opened), set: null };
    const wanted = args.source.toLowerCase() === NO_SOURCE ? null : groupPath(context, args.source);
    const set = await setSource(deps, opened, wanted);
    return { settings: set, set };
  },
  reply: ({ settings, set }): Reply => ({
    tone: set?.changed ? 'ok' : 'info',
    title: title(settings, set),
    blocks: hints(settings, set),
    visibility: 'private',
  }),
});

function title({ group, source: from, crmGroup }: GroupSettings, set: SourceSet | null): Inline {
  const now = set?.changed ? ' now' : '';
  const already = set && !set.changed ? ' already' : now;
  return from === null
    ? [
        { strong: group },
        { text: ` sets no contact source${now}: its contacts are those of ` },
        { strong: crmGroup.fullPath },
        { text: '.' },
      ]
    : [{ strong: group }, { text: ' takes its contacts from ' }, { strong: from }, { text: `${already}.` }];
}

function hints(settings: GroupSettings, set: SourceSet | null): ReplyBlock[] {
  const { crmEnabled, crmGroup, group } = settings;
  const texts: Inline[] = [
    ...(set?.turnedOn ? [`That turned CRM on for ${group}.`] : []),
    ...(set?.former ? [`The contacts of ${set.former} stay there.`] : []),
    ...(crmEnabled ? [] : [`CRM is off for ${group}.`]),
    ...(crmEnabled && !crmGroup.crmEnabled ? [`CRM is off for ${crmGroup.fullPath}.`] : []),
    ...(set ? [] : [[{ text: 'Set it with ' }, { code: `/crm source ${group} path/of/group` }]]),
  ];
  return texts.map((text) => ({ kind: 'hint', text }));
}
