import { z } from 'zod';
import { customerAddress } from '../../domain/customer-address.ts';
import { decide } from '../../policy/authorize.ts';
import { findCustomer } from '../../services/contacts/find-customer.ts';
import { type CustomerIssues, issuesOfCustomer } from '../../services/contacts/list-issues.ts';
import { noteSeen } from '../../services/home/note-seen.ts';
import { arg, defineCommand } from '../command.ts';
import { type CommandContext, groupOf } from '../context.ts';
import type { Reply, ReplyAction, ReplyBlock, ReplyField } from '../reply.ts';
import {
  contactFields,
  customerName,
  customerRef,
  issueItem,
  organizationFields,
  stateAction,
} from '../wording/cards.ts';
import { count } from '../wording/phrases.ts';

/** How many open issues a card names itself. */
const ISSUES_ON_CARD = 3;

export const show = defineCommand({
  name: 'show',
  surfaces: {
    slack: {
      words: ['show'],
      shareable: true,
      asks: (typed) => (typed['reference'] === undefined ? 'pick_show' : null),
    },
  },
  summary: 'Show the card of a contact or an organization',
  details: 'Name it by e-mail address, by number (C12 or O3), or by a name that fits exactly one.',
  args: z.object({
    reference: arg(z.string(), { typed: 'rest', hint: 'contact or org', order: 0, prefers: 'address' }),
  }),
  examples: ['/crm show ada@example.com', '/crm show Ada Lovelace', '/crm show C12'],
  ability: 'contact.view',
  run: async (context, args) => {
    const opened = await groupOf(context);
    const customer = await findCustomer(context.deps, opened, args.reference);
    const { where } = context;
    if (where.surface === 'slack') await noteSeen(context.deps, opened, { place: where.place, customer });
    const found = await issuesOfCustomer(context.deps, opened, { customer, includeClosed: false, page: 0 });
    const { allowed } = decide(opened.actor, `${customer.kind}.edit`, opened.crmGroup);
    return { ...found, mayEdit: allowed, crmGroup: opened.crmGroup.fullPath };
  },
  reply: (found, context): Reply => ({
    tone: 'info',
    title: [{ strong: customerName(found.customer) }],
    blocks: card(found, context),
    visibility: 'private',
  }),
});

interface Card extends CustomerIssues {
  readonly mayEdit: boolean;
  readonly crmGroup: string;
}

/** A link that unfurls into the card where everybody may see it; none where nobody said how to reach Tieline. */
function linkField({ customer, crmGroup }: Card, { deps }: CommandContext): ReplyField[] {
  if (deps.publicUrl === undefined) return [];
  const href = customerAddress({ group: crmGroup, reference: customerRef(customer) }, deps.publicUrl);
  return [{ label: 'Link', value: [{ link: href, href }] }];
}

function card(found: Card, context: CommandContext): ReplyBlock[] {
  const { customer, issues, total } = found;
  const reference = customerRef(customer);
  const fields =
    customer.kind === 'contact' ? contactFields(customer.contact) : organizationFields(customer.organization);
  const buttons: ReplyAction[] = [{ label: 'Issues', command: `issues ${reference}` }];
  if (customer.kind === 'organization') {
    buttons.push({
      label: 'Contacts',
      command: `find "${customer.organization.name.replaceAll('"', ' ')}" --contacts`,
    });
  } else if (customer.contact.active) {
    buttons.push({ label: 'Link to an issue', command: `link ${reference} --form` });
  }
  if (found.mayEdit) buttons.push({ label: 'Edit', command: `edit ${reference}` }, stateAction(customer));
  return [
    { kind: 'fields', fields: [...fields, ...linkField(found, context)] },
    { kind: 'hint', text: total === 0 ? 'No open issues' : `${count(total, 'open issue')}:` },
    ...(issues.length === 0
      ? []
      : [
          {
            kind: 'list' as const,
            items: issues.slice(0, ISSUES_ON_CARD).map((issue) => issueItem(context, issue)),
          },
        ]),
    { kind: 'actions', actions: buttons },
  ];
}
