import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { openSettings } from '../../services/groups/group-settings.ts';
import { type SettingsSet, setCrmEnabled } from '../../services/groups/set-crm-enabled.ts';
import { type AlsoTyped, arg, type Bound, type Command, defineCommand } from '../command.ts';
import { type CommandContext, groupPath } from '../context.ts';
import { SWITCHING } from '../families.ts';
import type { Reply, ReplyAction, ReplyBlock } from '../reply.ts';

const args = z.object({
  path: arg(z.string().optional(), { typed: 'one', hint: 'group', order: 0, needed: true }),
});

/** Without a group the form shows what is set. */
const asks = (typed: Bound, { form, group }: AlsoTyped): string | null =>
  form || (typed['path'] === undefined && group === null) ? 'group_settings' : null;

async function turn(
  context: CommandContext,
  { path, on, usage }: { path: string | undefined; on: boolean; usage: string },
): Promise<SettingsSet> {
  const { deps, actor } = context;
  const reference = groupPath(context, path);
  if (reference === null) throw fail('input.missing', { field: 'group', usage });
  return setCrmEnabled(deps, await openSettings(deps, actor, reference), on);
}

function switchAction({ group, crmEnabled }: SettingsSet): ReplyAction {
  return crmEnabled
    ? {
        label: 'Turn off',
        command: `disable ${group}`,
        style: 'danger',
        confirm: `Turn CRM off for ${group}? Nobody will see or change contacts there, owners included. Nothing is deleted.`,
      }
    : { label: 'Turn on', command: `enable ${group}` };
}

function consequences({ changed, group, crmEnabled, crmGroup }: SettingsSet): ReplyBlock[] {
  if (crmEnabled) {
    return crmGroup.crmEnabled
      ? []
      : [{ kind: 'hint', text: `Its contacts are those of ${crmGroup.fullPath}, where CRM is off.` }];
  }
  if (!changed) return [];
  const holds = crmGroup.fullPath === group;
  return [
    {
      kind: 'hint',
      text: holds
        ? 'Nobody sees or changes its contacts, there or in the groups that take theirs from it. Nothing was deleted.'
        : 'Nobody sees or changes the contacts of its issues. Nothing was deleted; groups below it have settings of their own.',
    },
  ];
}

const reply = (set: SettingsSet): Reply => ({
  tone: set.changed ? 'ok' : 'info',
  title: [
    { text: `CRM is ${set.crmEnabled ? 'on' : 'off'} for ` },
    { strong: set.group },
    { text: set.changed ? ' now.' : ' already.' },
  ],
  blocks: [...consequences(set), { kind: 'actions', actions: [switchAction(set)] }],
  visibility: 'private',
});

export const enable: Command = defineCommand({
  name: 'enable',
  surfaces: { slack: { words: ['enable'], asks } },
  summary: 'Turn CRM on for a group',
  family: SWITCHING,
  details: 'Each group has a setting of its own. On where nothing was ever set.',
  args,
  examples: ['/crm enable acme/support', '/crm enable acme'],
  ability: 'settings.edit',
  run: (context, { path }) => turn(context, { path, on: true, usage: enable.examples[0] ?? '' }),
  reply,
});

export const disable: Command = defineCommand({
  name: 'disable',
  surfaces: { slack: { words: ['disable'], asks } },
  summary: 'Turn CRM off for a group',
  family: SWITCHING,
  details:
    'Nobody sees or changes contacts there then, owners included; nothing is deleted, and the contact source stays.',
  args,
  examples: ['/crm disable acme/support', '/crm disable acme'],
  ability: 'settings.edit',
  run: (context, { path }) => turn(context, { path, on: false, usage: disable.examples[0] ?? '' }),
  reply,
});
