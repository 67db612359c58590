import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { type IssueContacts, listIssueContacts } from '../../services/issues/list-contacts.ts';
import { arg, defineCommand } from '../command.ts';
import { type CommandContext, issueOf, issueUrl } from '../context.ts';
import type { Reply, ReplyBlock } from '../reply.ts';
import { contactItem } from '../wording/cards.ts';
import { count } from '../wording/phrases.ts';

const FROZEN: ReplyBlock = {
  kind: 'hint',
  text: 'The issue moved to another hierarchy, and they wait for a decision: until then they cannot be changed.',
};

export const contacts = defineCommand({
  name: 'contacts',
  surfaces: {
    slack: {
      words: ['contacts'],
      shareable: true,
      asks: (typed) => (typed['issue'] === undefined ? 'pick_contacts' : null),
    },
    gitlab: { name: 'contacts' },
  },
  summary: 'List the contacts of an issue',
  args: z.object({
    issue: arg(z.string().optional(), {
      typed: 'one',
      hint: 'issue',
      order: 0,
      prefers: 'issue',
      needed: true,
    }),
  }),
  examples: ['/crm contacts acme/app#1', '@tieline contacts'],
  ability: 'issue.view_contacts',
  run: async (context, args) => {
    if (context.where.surface === 'slack' && args.issue === undefined) {
      throw fail('input.missing', { field: 'issue', usage: '/crm contacts acme/app#1' });
    }
    return listIssueContacts(context.deps, await issueOf(context, args.issue));
  },
  reply: (found, context): Reply => {
    const link = { link: found.reference, href: issueUrl(context, found.reference) };
    const blocks: ReplyBlock[] =
      found.contacts.length === 0
        ? [
            {
              kind: 'hint',
              text: [{ text: 'Link one with ' }, { code: linking(found.reference, context) }],
            },
          ]
        : [{ kind: 'list', items: found.contacts.map(contactItem) }, ...(found.frozen ? [FROZEN] : [])];
    return {
      tone: 'info',
      title: [link, { text: ` has ${count(found.contacts.length, 'contact')}.` }],
      blocks: [...aboutIssue(found, context), ...blocks, ...changing(found, context)],
      visibility: 'private',
    };
  },
});

/** On the issue itself everybody has its title before them. */
function aboutIssue({ title, confidential }: IssueContacts, { where }: CommandContext): ReplyBlock[] {
  if (where.surface !== 'slack') return [];
  return [{ kind: 'text', text: [{ text: title }, { text: confidential ? ' · confidential' : '' }] }];
}

/** On Slack, buttons that open the forms to link and to remove. */
function changing(
  { reference, contacts: linked, frozen }: IssueContacts,
  { where }: CommandContext,
): ReplyBlock[] {
  if (where.surface !== 'slack' || frozen) return [];
  const actions = [
    { label: 'Link contacts', command: `link ${reference} --form` },
    ...(linked.length === 0 ? [] : [{ label: 'Remove contacts', command: `unlink ${reference} --form` }]),
  ];
  return [{ kind: 'actions', actions }];
}

/** The line that links somebody, as the surface takes it. */
function linking(reference: string, { where, botUsername }: CommandContext): string {
  const command = where.surface === 'slack' ? `/crm link ${reference}` : `@${botUsername} add_contacts`;
  return `${command} ada@example.com`;
}
