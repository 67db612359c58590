import { z } from 'zod';
import type { Contact, Organization } from '../../domain/customers.ts';
import type { FieldChange } from '../../domain/edits.ts';
import { fail } from '../../domain/errors.ts';
import { editContact } from '../../services/contacts/edit-contact.ts';
import { type Customer, findCustomer } from '../../services/contacts/find-customer.ts';
import type { OpenedCrmGroup } from '../../services/groups/open-crm-group.ts';
import { editOrganization } from '../../services/organizations/edit-organization.ts';
import { arg, defineCommand } from '../command.ts';
import { type CommandContext, groupOf } from '../context.ts';
import { nearest } from '../grammar/near-miss.ts';
import type { Reply } from '../reply.ts';
import { customerName } from '../wording/cards.ts';
import { changeFields } from '../wording/edits.ts';

const value = (hint: string, aliases: readonly string[] = []) =>
  arg(z.string().optional(), { typed: 'option', hint, aliases, clears: true });

const args = z.object({
  reference: arg(z.string(), { typed: 'rest', hint: 'contact or org', order: 0, prefers: 'address' }),
  first: value('name', ['first_name', 'firstname']),
  last: value('name', ['last_name', 'lastname']),
  email: value('e-mail', ['mail', 'e-mail']),
  phone: value('number', ['tel']),
  org: value('organization', ['organization', 'organisation', 'company']),
  note: value('text', ['description', 'notes']),
  name: value('name'),
  rate: value('amount', ['default_rate']),
});

type Given = z.output<typeof args>;
type Key = Exclude<keyof Given, 'reference'>;

const KEYS: Readonly<Record<Customer['kind'], readonly Key[]>> = {
  contact: ['first', 'last', 'email', 'phone', 'org', 'note'],
  organization: ['name', 'rate', 'note'],
};
const ALL_KEYS: readonly Key[] = [...new Set(Object.values(KEYS).flat())];

interface Result {
  readonly customer: Customer;
  readonly changes: readonly FieldChange[];
}

export const edit = defineCommand({
  name: 'edit',
  surfaces: {
    slack: {
      words: ['edit'],
      aliases: [['change'], ['update']],
      asks: (typed) => {
        if (typed['reference'] === undefined) return 'pick_edit';
        return ALL_KEYS.every((key) => typed[key] === undefined) ? 'edit' : null;
      },
    },
  },
  summary: 'Edit a contact or an organization',
  details:
    'A contact has first=, last=, email=, phone=, org= and note=; an organization has name=, rate= and note=. ' +
    'Put quotes around a value of several words. Nothing after the = empties a field, and so does none; ' +
    'in quotes, "none" is a word like any other.',
  args,
  examples: [
    '/crm edit ada@example.com phone="+44 20 7946 0018" org="Analytical Engines Ltd"',
    '/crm edit Ada Lovelace last=King note=none',
    '/crm edit Navy rate=130.50',
  ],
  ability: 'contact.edit',
  run: async (context, given): Promise<Result> => {
    const opened = await groupOf(context);
    const customer = await findCustomer(context.deps, opened, given.reference);
    const keys = KEYS[customer.kind];
    refuseOthers(given, keys);
    return customer.kind === 'contact'
      ? changeContact(context, opened, { contact: customer.contact, given })
      : changeOrganization(context, opened, { organization: customer.organization, given });
  },
  reply: ({ customer, changes }): Reply => customerEdited(customer, changes),
});

/** Says what changed about a customer, if anything did. */
export function customerEdited(customer: Customer, changes: readonly FieldChange[]): Reply {
  const name = { strong: customerName(customer) };
  return {
    tone: changes.length === 0 ? 'info' : 'ok',
    title:
      changes.length === 0
        ? [{ text: 'Nothing to change: ' }, name, { text: ' is so already.' }]
        : [name, { text: ' edited.' }],
    blocks: changes.length === 0 ? [] : [{ kind: 'fields', fields: changeFields(changes) }],
    visibility: 'private',
  };
}

/** A field of the other kind of customer is a mistake that must not be dropped. */
function refuseOthers(given: Given, keys: readonly Key[]): void {
  const other = ALL_KEYS.find((key) => given[key] !== undefined && !keys.includes(key));
  if (other === undefined) return;
  const known = keys.map((key) => `${key}=`);
  throw fail('input.unknown_option', { option: `${other}=`, near: nearest(`${other}=`, known), known });
}

/** Absent stays absent, empty means: empty the field. */
const field = <Name extends string, Value>(
  name: Name,
  text: string | undefined,
  make: (text: string) => Value,
) =>
  (text === undefined ? {} : { [name]: text.trim() === '' ? null : make(text) }) as Partial<
    Record<Name, Value | null>
  >;

const asIs = (text: string): string => text;

async function changeContact(
  { deps }: CommandContext,
  opened: OpenedCrmGroup,
  { contact, given }: { contact: Contact; given: Given },
): Promise<Result> {
  const edited = await editContact(deps, opened, {
    id: contact.id,
    edit: {
      ...field('firstName', given.first, asIs),
      ...field('lastName', given.last, asIs),
      ...field('email', given.email, (text) => text.trim()),
      ...field('phone', given.phone, asIs),
      ...field('organization', given.org, (name) => ({ name })),
      ...field('description', given.note, asIs),
    },
  });
  return { customer: { kind: 'contact', contact: edited.contact }, changes: edited.changes };
}

async function changeOrganization(
  { deps }: CommandContext,
  opened: OpenedCrmGroup,
  { organization, given }: { organization: Organization; given: Given },
): Promise<Result> {
  const edited = await editOrganization(deps, opened, {
    id: organization.id,
    edit: {
      ...field('name', given.name, asIs),
      ...field('defaultRate', given.rate, asIs),
      ...field('description', given.note, asIs),
    },
  });
  return {
    customer: { kind: 'organization', organization: edited.organization },
    changes: edited.changes,
  };
}
