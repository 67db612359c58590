import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { countOpenIssues } from '../../services/contacts/count-open-issues.ts';
import { type IssueContacts, listIssueContacts } from '../../services/issues/list-contacts.ts';
import { arg, defineCommand } from '../command.ts';
import { type CommandContext, issueOf, issueUrl } from '../context.ts';
import type { Reply, ReplyAction, ReplyBlock } from '../reply.ts';
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
    page: arg(z.coerce.number().int().min(1).max(10_000).default(1), {
      typed: 'option',
      hint: 'number',
      hidden: true,
    }),
  }),
  examples: ['/crm contacts acme/app#1', '@tieline contacts'],
  ability: 'issue.view_contacts',
  run: async (context, args) => {
    if (context.where.surface === 'slack' && args.issue === undefined) {
      throw fail('input.missing', { field: 'issue', usage: '/crm contacts acme/app#1' });
    }
    const found = await listIssueContacts(context.deps, await issueOf(context, args.issue));
    const listed = { ...found, page: args.page - 1 };
    return { ...listed, openIssues: await openIssuesOf(listed, context) };
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
        : [...listOf(found, context), ...(found.frozen ? [FROZEN] : [])];
    return {
      tone: 'info',
      title: [link, { text: ` has ${count(found.contacts.length, 'contact')}.` }],
      blocks: [...aboutIssue(found, context), ...blocks, ...changing(found, context)],
      visibility: 'private',
    };
  },
});

/** With a button for each, more than this do not fit into one message; the e-mails of an issue may link any number. */
const CONTACTS_PER_PAGE = 20;

interface Paged extends IssueContacts {
  /** From 0. */
  readonly page: number;
}

interface Listed extends Paged {
  /** Of those on the page; null where that cannot be told. */
  readonly openIssues: readonly number[] | null;
}

const isPaged = ({ contacts: linked }: Paged, { where }: CommandContext): boolean =>
  where.surface === 'slack' && linked.length > CONTACTS_PER_PAGE;

/** All of them in a note, a page of them in a message. */
function shownOf(found: Paged, context: CommandContext): IssueContacts['contacts'] {
  if (!isPaged(found, context)) return found.contacts;
  const first = found.page * CONTACTS_PER_PAGE;
  return found.contacts.slice(first, first + CONTACTS_PER_PAGE);
}

/** How many open issues each has is for whoever asks: a note has other readers. */
async function openIssuesOf(found: Paged, context: CommandContext): Promise<Listed['openIssues']> {
  if (context.where.surface !== 'slack' || found.of === null) return null;
  const customers = shownOf(found, context).map((contact) => ({ kind: 'contact' as const, contact }));
  return countOpenIssues(context.deps, found.of, customers);
}

function listOf(found: Listed, context: CommandContext): ReplyBlock[] {
  const { contacts: linked, page, openIssues } = found;
  const shown = shownOf(found, context);
  if (shown.length === 0) return [{ kind: 'hint', text: 'There is no such page of them.' }];
  const items = shown.map((contact, index) => contactItem(contact, openIssues?.[index]));
  if (!isPaged(found, context)) return [{ kind: 'list', items }];
  const first = page * CONTACTS_PER_PAGE;
  return [
    { kind: 'list', items },
    { kind: 'hint', text: `${first + 1} to ${first + shown.length} of ${linked.length}.` },
  ];
}

/** The button to the next page, where there is one. */
const next = (found: Listed, context: CommandContext): ReplyAction[] =>
  isPaged(found, context) && (found.page + 1) * CONTACTS_PER_PAGE < found.contacts.length
    ? [{ label: 'More', command: `contacts ${found.reference} page=${found.page + 2}` }]
    : [];

/** On the issue itself everybody has its title before them. */
function aboutIssue({ title, confidential }: IssueContacts, { where }: CommandContext): ReplyBlock[] {
  if (where.surface !== 'slack') return [];
  return [{ kind: 'text', text: [{ text: title }, { text: confidential ? ' · confidential' : '' }] }];
}

/** On Slack, buttons to the next page and to the forms that link and remove. */
function changing(found: Listed, context: CommandContext): ReplyBlock[] {
  const { reference, contacts: linked, frozen } = found;
  if (context.where.surface !== 'slack') return [];
  const forms = [
    { label: 'Link contacts', command: `link ${reference} --form` },
    ...(linked.length === 0 ? [] : [{ label: 'Remove contacts', command: `unlink ${reference} --form` }]),
  ];
  const actions = [...next(found, context), ...(frozen ? [] : forms)];
  return actions.length === 0 ? [] : [{ kind: 'actions', actions }];
}

/** The line that links somebody, as the surface takes it. */
function linking(reference: string, { where, botUsername }: CommandContext): string {
  const command = where.surface === 'slack' ? `/crm link ${reference}` : `@${botUsername} add_contacts`;
  return `${command} ada@example.com`;
}
