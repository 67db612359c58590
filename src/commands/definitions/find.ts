import { z } from 'zod';
import { countOpenIssues } from '../../services/contacts/count-open-issues.ts';
import {
  type CustomerFound,
  type CustomersFound,
  MAX_WORDS,
  searchCustomers,
} from '../../services/contacts/search-customers.ts';
import { arg, defineCommand } from '../command.ts';
import { groupOf } from '../context.ts';
import type { Reply, ReplyAction, ReplyItem, Span } from '../reply.ts';
import { contactItem, organizationItem } from '../wording/cards.ts';
import { count } from '../wording/phrases.ts';

const flag = (hint: string) => arg(z.boolean().default(false), { typed: 'flag', hint });

export const find = defineCommand({
  name: 'find',
  surfaces: { slack: { words: ['find'], aliases: [['search'], ['list']], shareable: true } },
  summary: 'Search contacts and organizations',
  details:
    'Every word must occur somewhere: in a name, an e-mail address, the organization or the note. ' +
    'When nothing holds them, names spelled nearly so are shown. Bare words after /crm search too; a number such as C12 or an issue alone is shown.',
  args: z.object({
    words: arg(z.array(z.string()).default([]), { typed: 'each', hint: 'words', order: 0 }),
    contacts: flag('contacts only'),
    orgs: flag('organizations only'),
    inactive: flag('inactive ones too'),
    after: arg(z.string().optional(), { typed: 'option', hint: 'page', hidden: true }),
  }),
  examples: ['/crm find ada', '/crm find lovelace --contacts', '/crm find "analytical engines" --inactive'],
  ability: 'contact.view',
  run: async (context, args) => {
    const either = args.contacts || args.orgs;
    const opened = await groupOf(context);
    const found = await searchCustomers(context.deps, opened, {
      words: args.words,
      contacts: args.contacts || !either,
      organizations: args.orgs || !either,
      includeInactive: args.inactive,
      after: args.after ?? null,
    });
    return { ...found, openIssues: await countOpenIssues(context.deps, opened, found.found), args };
  },
  reply: (result, context): Reply => {
    const { found, next, openIssues, args } = result;
    const actions: ReplyAction[] =
      next === null ? [] : [{ label: 'More', command: nextPage(context.typed, next) }];
    return {
      tone: found.length === 0 ? 'warning' : 'info',
      title: titleOf(result, args.words.join(' ')),
      blocks: [
        ...(found.length === 0
          ? []
          : [{ kind: 'list' as const, items: found.map((one, n) => itemOf(one, openIssues?.[n])) }]),
        ...hintsOf(result).map((text) => ({ kind: 'hint' as const, text })),
        ...(actions.length === 0 ? [] : [{ kind: 'actions' as const, actions }]),
      ],
      visibility: 'private',
    };
  },
});

const itemOf = (found: CustomerFound, openIssues = 0): ReplyItem =>
  found.kind === 'contact'
    ? contactItem(found.contact, openIssues)
    : organizationItem(found.organization, openIssues);

function titleOf({ found, near, crmGroup }: CustomersFound, words: string): string {
  const about = words === '' ? '' : ` for ${words}`;
  if (found.length === 0) return `Nothing found${about} in ${crmGroup}.`;
  if (near) return `Nothing found${about} in ${crmGroup}. Spelled nearly so:`;
  return words === '' ? `In ${crmGroup}:` : `Found${about} in ${crmGroup}:`;
}

/** What the page leaves out, and what to do when it is empty. */
function hintsOf({ found, inactive, wordsLeftOut }: CustomersFound): Span[][] {
  const hints: Span[][] = [];
  if (wordsLeftOut.length > 0) {
    hints.push([
      { text: `Only the first ${MAX_WORDS} words were looked for; left out: ${wordsLeftOut.join(' ')}` },
    ]);
  }
  if (inactive.count > 0) {
    const many = inactive.orMore
      ? `${inactive.count} or more inactive matches`
      : count(inactive.count, 'inactive match', 'inactive matches');
    hints.push([{ text: `${many} left out; add ` }, { code: '--inactive' }, { text: ' to see them.' }]);
  }
  if (found.length === 0) hints.push([{ text: 'Create a contact with ' }, { code: '/crm new contact' }]);
  return hints;
}

/** The command that was typed, asking for the page behind a cursor. */
function nextPage(typed: string, cursor: string): string {
  return `${typed.replace(/\s*\bafter=\S+/g, '')} after=${cursor}`;
}
