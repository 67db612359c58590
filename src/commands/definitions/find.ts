import { z } from 'zod';
import { searchCustomers } from '../../services/contacts/search-customers.ts';
import { arg, defineCommand } from '../command.ts';
import { groupOf } from '../context.ts';
import type { Reply, ReplyAction, ReplyBlock } from '../reply.ts';
import { contactItem, organizationItem } from '../wording/cards.ts';
import { count } from '../wording/phrases.ts';

const flag = (hint: string) => arg(z.boolean().default(false), { typed: 'flag', hint });

export const find = defineCommand({
  name: 'find',
  surfaces: { slack: { words: ['find'], aliases: [['search'], ['list']], shareable: true } },
  summary: 'Search contacts and organizations',
  details:
    'Every word must occur somewhere: in a name, an e-mail address, the organization or the note. ' +
    'Bare words after /crm search too.',
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
    const found = await searchCustomers(context.deps, await groupOf(context), {
      words: args.words,
      contacts: args.contacts || !either,
      organizations: args.orgs || !either,
      includeInactive: args.inactive,
      after: args.after ?? null,
    });
    return { ...found, args };
  },
  reply: ({ contacts, organizations, moreOrganizations, next, inactive, crmGroup, args }, context): Reply => {
    const shown = contacts.length + organizations.length;
    const words = args.words.join(' ');
    const about = words === '' ? '' : ` for ${words}`;
    const actions: ReplyAction[] =
      next === null ? [] : [{ label: 'More', command: nextPage(context.typed, next) }];
    const blocks: ReplyBlock[] = [
      ...(shown === 0
        ? []
        : [
            {
              kind: 'list' as const,
              items: [...organizations.map(organizationItem), ...contacts.map(contactItem)],
            },
          ]),
      ...(moreOrganizations
        ? [
            {
              kind: 'hint' as const,
              text: [
                { text: 'More organizations match; add ' },
                { code: '--orgs' },
                { text: ' to see them.' },
              ],
            },
          ]
        : []),
      ...(inactive === 0
        ? []
        : [
            {
              kind: 'hint' as const,
              text: [
                { text: `${count(inactive, 'inactive match', 'inactive matches')} left out; add ` },
                { code: '--inactive' },
                { text: ' to see them.' },
              ],
            },
          ]),
      ...(shown === 0
        ? [
            {
              kind: 'hint' as const,
              text: [{ text: 'Create a contact with ' }, { code: '/crm new contact' }],
            },
          ]
        : []),
      ...(actions.length === 0 ? [] : [{ kind: 'actions' as const, actions }]),
    ];
    return {
      tone: shown === 0 ? 'warning' : 'info',
      title:
        shown === 0
          ? `Nothing found${about} in ${crmGroup}.`
          : words === ''
            ? `In ${crmGroup}:`
            : `Found${about} in ${crmGroup}:`,
      blocks,
      visibility: 'private',
    };
  },
});

/** The command that was typed, asking for the page behind a cursor. */
function nextPage(typed: string, cursor: string): string {
  return `${typed.replace(/\s*\bafter=\S+/g, '')} after=${cursor}`;
}
