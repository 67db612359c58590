import { z } from 'zod';
import { editContact } from '../../services/contacts/edit-contact.ts';
import { type Customer, findCustomer } from '../../services/contacts/find-customer.ts';
import { editOrganization } from '../../services/organizations/edit-organization.ts';
import { arg, type Bound, type Command, defineCommand } from '../command.ts';
import { type CommandContext, groupOf } from '../context.ts';
import { ACTIVITY } from '../families.ts';
import type { Reply, ReplyBlock } from '../reply.ts';
import { customerName, stateAction } from '../wording/cards.ts';

const args = z.object({
  reference: arg(z.string(), { typed: 'rest', hint: 'contact or org', order: 0, prefers: 'address' }),
});

const asksFor =
  (form: string) =>
  (typed: Bound): string | null =>
    typed['reference'] === undefined ? form : null;

interface Result {
  readonly customer: Customer;
  readonly changed: boolean;
}

async function setActive(
  context: CommandContext,
  { reference, active }: { reference: string; active: boolean },
): Promise<Result> {
  const { deps } = context;
  const opened = await groupOf(context);
  const customer = await findCustomer(deps, opened, reference);
  const edit = { active };
  if (customer.kind === 'contact') {
    const { contact, changes } = await editContact(deps, opened, { id: customer.contact.id, edit });
    return { customer: { kind: 'contact', contact }, changed: changes.length > 0 };
  }
  const { organization, changes } = await editOrganization(deps, opened, {
    id: customer.organization.id,
    edit,
  });
  return { customer: { kind: 'organization', organization }, changed: changes.length > 0 };
}

const KEPT: Readonly<Record<Customer['kind'], string>> = {
  contact: 'Its issues keep it; it cannot be linked to more.',
  organization: 'Its contacts stay as they are.',
};

function reply({ customer, changed }: Result): Reply {
  const { active } = customer.kind === 'contact' ? customer.contact : customer.organization;
  const state = active ? 'active' : 'inactive';
  const kept: ReplyBlock[] = changed && !active ? [{ kind: 'hint', text: KEPT[customer.kind] }] : [];
  return {
    tone: changed ? 'ok' : 'info',
    title: [{ strong: customerName(customer) }, { text: ` is ${state} ${changed ? 'now' : 'already'}.` }],
    blocks: [...kept, { kind: 'actions', actions: [stateAction(customer)] }],
    visibility: 'private',
  };
}

export const activate: Command = defineCommand({
  name: 'activate',
  surfaces: { slack: { words: ['activate'], aliases: [['reactivate']], asks: asksFor('pick_activate') } },
  summary: 'Make a contact or an organization active again',
  family: ACTIVITY,
  args,
  examples: ['/crm activate ada@example.com', '/crm activate O3'],
  ability: 'contact.edit',
  run: (context, { reference }) => setActive(context, { reference, active: true }),
  reply,
});

export const deactivate: Command = defineCommand({
  name: 'deactivate',
  surfaces: { slack: { words: ['deactivate'], asks: asksFor('pick_deactivate') } },
  summary: 'Make a contact or an organization inactive',
  family: ACTIVITY,
  details: 'An inactive contact stays on its issues and cannot be linked to more. Searches leave it out.',
  args,
  examples: ['/crm deactivate ada@example.com', '/crm deactivate Navy'],
  ability: 'contact.edit',
  run: (context, { reference }) => setActive(context, { reference, active: false }),
  reply,
});
