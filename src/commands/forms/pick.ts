import { findCustomer } from '../../services/contacts/find-customer.ts';
import type { Command } from '../command.ts';
import { groupOf } from '../context.ts';
import { contacts } from '../definitions/contacts.ts';
import { type FormAnswer, type FormDefinition, textOf } from '../form.ts';
import type { Reply, ReplyBlock } from '../reply.ts';
import { editFormOf } from './edit.ts';
import { openChosen } from './link.ts';

interface Picking {
  readonly name: string;
  readonly title: string;
  readonly submit: string;
}

/** Asks which issue's contacts to list. */
export const pickContactsForm: FormDefinition = {
  name: 'pick_contacts',
  title: 'Contacts of an issue',
  fields: { 'not_found.issue': 'issue' },
  open: async () => ({
    form: 'pick_contacts',
    title: 'Contacts of an issue',
    submit: 'Show',
    intro: [],
    fields: [{ kind: 'lookup', name: 'issue', label: 'Issue', of: 'issue', value: null }],
    group: null,
    data: {},
  }),
  submit: async (context, sent) => {
    const { target } = await openChosen(context, textOf(sent, 'issue'));
    return { kind: 'reply', reply: await contacts.execute(context, { issue: target.reference }) };
  },
};

/** A form that asks which contact or organization is meant, and goes on with the one chosen. */
function pickForm(
  { name, title, submit }: Picking,
  goOn: (...given: Parameters<FormDefinition['submit']>) => Promise<FormAnswer>,
): FormDefinition {
  return {
    name,
    title,
    fields: {},
    open: async (context) => {
      const opened = await groupOf(context);
      return {
        form: name,
        title,
        submit,
        intro: [{ kind: 'hint', text: [{ text: 'In ' }, { strong: opened.crmGroup.fullPath }] }],
        fields: [
          { kind: 'lookup', name: 'customer', label: 'Contact or organization', of: 'customer', value: null },
        ],
        group: opened.group.fullPath,
        data: {},
      };
    },
    submit: goOn,
  };
}

/** Asks whom to edit, then how. */
export const pickEditForm = pickForm(
  { name: 'pick_edit', title: 'Edit', submit: 'Next' },
  async (context, sent) => {
    const opened = await groupOf(context);
    const customer = await findCustomer(context.deps, opened, textOf(sent, 'customer'));
    return { kind: 'form', form: editFormOf(opened, customer) };
  },
);

/** Asks whom a command is about, and runs it. */
export const pickFor = (picking: Picking, command: Command): FormDefinition =>
  pickForm(picking, async (context, sent) => {
    const reference = textOf(sent, 'customer');
    const reply = await command.execute(context, { reference });
    return { kind: 'reply', reply: shareable(reply, command, reference) };
  });

/** With the button that shows it to the channel, where the command's answer may be shown. */
function shareable(reply: Reply, { surfaces: { slack } }: Command, reference: string): Reply {
  if (!slack?.shareable) return reply;
  const share = { label: 'Share', command: `${slack.words.join(' ')} ${reference} --public` };
  const last = reply.blocks.at(-1);
  const blocks: ReplyBlock[] =
    last?.kind === 'actions'
      ? [...reply.blocks.slice(0, -1), { ...last, actions: [...last.actions, share] }]
      : [...reply.blocks, { kind: 'actions', actions: [share] }];
  return { ...reply, blocks };
}
