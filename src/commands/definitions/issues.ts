import { z } from 'zod';
import { fullName } from '../../domain/customers.ts';
import {
  type CustomerIssues,
  ISSUES_PER_PAGE,
  listCustomerIssues,
} from '../../services/contacts/list-issues.ts';
import { arg, defineCommand } from '../command.ts';
import { type CommandContext, groupOf } from '../context.ts';
import type { Reply, ReplyBlock } from '../reply.ts';
import { issueItem } from '../wording/cards.ts';
import { contactRef, count, organizationRef } from '../wording/phrases.ts';

export const issues = defineCommand({
  name: 'issues',
  surfaces: {
    slack: {
      words: ['issues'],
      shareable: true,
      asks: (typed) => (typed['reference'] === undefined ? 'pick_issues' : null),
    },
  },
  summary: 'List the issues of a contact or an organization',
  details: 'Open issues that you may read; --closed shows closed ones too.',
  args: z.object({
    reference: arg(z.string(), { typed: 'rest', hint: 'contact or org', order: 0, prefers: 'address' }),
    closed: arg(z.boolean().default(false), { typed: 'flag', hint: 'closed ones too' }),
    page: arg(z.coerce.number().int().min(1).max(10_000).default(1), {
      typed: 'option',
      hint: 'number',
      hidden: true,
    }),
  }),
  examples: ['/crm issues ada@example.com', '/crm issues Navy --closed'],
  ability: 'contact.view',
  run: async (context, args) =>
    listCustomerIssues(context.deps, await groupOf(context), {
      reference: args.reference,
      includeClosed: args.closed,
      page: args.page - 1,
    }),
  reply: (found, context): Reply => ({
    tone: 'info',
    title: [
      { strong: nameOf(found) },
      { text: ` has ${count(found.total, found.includesClosed ? 'issue' : 'open issue')}.` },
    ],
    blocks: blocksOf(found, context),
    visibility: 'private',
  }),
});

const nameOf = ({ customer }: CustomerIssues): string =>
  customer.kind === 'contact' ? fullName(customer.contact) : customer.organization.name;

function blocksOf(found: CustomerIssues, context: CommandContext): ReplyBlock[] {
  const { customer, includesClosed, page, total } = found;
  const reference =
    customer.kind === 'contact' ? contactRef(customer.contact) : organizationRef(customer.organization);
  const command = `issues ${reference}${includesClosed ? ' --closed' : ''}`;
  const actions = [
    ...((page + 1) * ISSUES_PER_PAGE < total
      ? [{ label: 'More', command: `${command} page=${page + 2}` }]
      : []),
    ...(includesClosed ? [] : [{ label: 'Closed ones too', command: `issues ${reference} --closed` }]),
  ];
  return [
    ...(found.issues.length === 0
      ? []
      : [{ kind: 'list' as const, items: found.issues.map((issue) => issueItem(context, issue)) }]),
    ...(actions.length === 0 ? [] : [{ kind: 'actions' as const, actions }]),
  ];
}
