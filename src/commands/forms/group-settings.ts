import { fail } from '../../domain/errors.ts';
import { groupId } from '../../domain/ids.ts';
import { chooseGroup } from '../../services/groups/choose-group.ts';
import { getGroupSettings, openSettings } from '../../services/groups/group-settings.ts';
import { setCrmEnabled } from '../../services/groups/set-crm-enabled.ts';
import { setSource } from '../../services/groups/set-source.ts';
import type { Bound } from '../command.ts';
import { type CommandContext, groupPath } from '../context.ts';
import { type Form, type FormDefinition, type SentForm, textOf, typedText } from '../form.ts';
import type { Reply } from '../reply.ts';
import { chosenGroup, groupOption } from './option.ts';

async function reference(context: CommandContext, typed: Bound) {
  const named = groupPath(context, typedText(typed, 'path') ?? undefined);
  if (named !== null || context.where.surface !== 'slack') return named ?? '';
  return (await chooseGroup(context.deps, context.actor, { named, place: context.where.place })).reference;
}

async function open(context: CommandContext, typed: Bound): Promise<Form> {
  const { deps, actor } = context;
  const opened = await openSettings(deps, actor, await reference(context, typed));
  const settings = await getGroupSettings(deps, opened);
  const source = settings.source === null ? null : await deps.directory.group(settings.source);
  return {
    form: 'group_settings',
    title: 'Group settings',
    submit: 'Save',
    intro: [
      { kind: 'text', text: [{ strong: settings.group }] },
      {
        kind: 'hint',
        text: [{ text: 'Its contacts are those of ' }, { strong: settings.crmGroup.fullPath }, { text: '.' }],
      },
    ],
    fields: [
      {
        kind: 'choice',
        name: 'crm',
        label: 'Contacts and organizations',
        options: [
          { value: 'on', label: 'On' },
          { value: 'off', label: 'Off: nobody sees or changes them there' },
        ],
        value: settings.crmEnabled ? 'on' : 'off',
      },
      {
        kind: 'lookup',
        name: 'source',
        label: 'Takes its contacts from',
        hint: 'Empty: from where the groups above it say, else from the topmost one.',
        of: 'group',
        value: source && groupOption(source.chain[0]),
        optional: true,
      },
    ],
    group: settings.group,
    data: { id: String(opened.target.id) },
  };
}

/** The source first: setting one turns CRM on, and it is what can be refused. */
async function save(context: CommandContext, sent: SentForm): Promise<Reply> {
  const { deps, actor } = context;
  const id = groupId(sent.data['id'] ?? '');
  const opened = await openSettings(deps, actor, id);
  if (sent.touched.has('source')) {
    const chosen = chosenGroup(textOf(sent, 'source'));
    const source = chosen && (await deps.directory.group(chosen));
    if (chosen !== null && !source) throw fail('not_found.group', { reference: '' });
    await setSource(deps, opened, source ? source.chain[0].fullPath : null);
  }
  const enabled = textOf(sent, 'crm') === 'on';
  const set = await setCrmEnabled(deps, { ...opened, actor: { ...opened.actor, position: 1 } }, enabled);
  return {
    tone: 'ok',
    title: [{ text: 'Settings of ' }, { strong: set.group }, { text: ' saved.' }],
    blocks: [
      {
        kind: 'fields',
        fields: [
          { label: 'Contacts and organizations', value: set.crmEnabled ? 'On' : 'Off' },
          { label: 'Contacts of', value: set.crmGroup.fullPath },
        ],
      },
    ],
    visibility: 'private',
  };
}

/** The form with a group's CRM settings. */
export const groupSettingsForm: FormDefinition = {
  name: 'group_settings',
  title: 'Group settings',
  fields: { 'conflict.source_in_use': 'source', 'not_found.group': 'source' },
  open,
  submit: async (context, sent) => ({ kind: 'reply', reply: await save(context, sent) }),
};
