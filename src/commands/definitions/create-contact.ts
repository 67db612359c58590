import { z } from 'zod';
import { type Contact, fullName } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import { createContact } from '../../services/contacts/create-contact.ts';
import { arg, type Bound, defineCommand } from '../command.ts';
import { groupOf } from '../context.ts';
import { CREATING } from '../families.ts';
import type { Reply } from '../reply.ts';
import { contactFields } from '../wording/cards.ts';
import { contactRef } from '../wording/phrases.ts';

const option = (hint: string, aliases: readonly string[] = []) =>
  arg(z.string().optional(), { typed: 'option', hint, aliases });

/** First and last name out of the words typed: the last word is the last name, unless two quoted parts say it. */
export function splitName(words: readonly string[]): { first: string | undefined; last: string | undefined } {
  const last = words.length > 1 ? words.at(-1) : undefined;
  return { first: (last === undefined ? words : words.slice(0, -1)).join(' ') || undefined, last };
}

/** Whether a first or a last name is still to be asked for. */
function lacksName(typed: Bound): boolean {
  const { first, last } = splitName(Array.isArray(typed['name']) ? typed['name'] : []);
  return (typed['first'] ?? first) === undefined || (typed['last'] ?? last) === undefined;
}

export const createContactCommand = defineCommand({
  name: 'create_contact',
  surfaces: {
    slack: {
      words: ['new', 'contact'],
      aliases: [
        ['new', 'person'],
        ['create', 'contact'],
      ],
      asks: (typed, { form }) => (form || lacksName(typed) ? 'create_contact' : null),
    },
  },
  summary: 'Create a contact',
  family: CREATING,
  details: 'Put quotes around a name of several words: "Mary Ann" "van der Berg", or use first= and last=.',
  args: z.object({
    name: arg(z.array(z.string()).default([]), { typed: 'each', hint: 'First Last', order: 0 }),
    email: arg(z.string().optional(), {
      typed: 'option',
      hint: 'e-mail',
      order: 1,
      prefers: 'address',
      aliases: ['mail', 'e-mail'],
    }),
    org: option('organization', ['organization', 'organisation', 'company']),
    phone: option('number', ['tel']),
    note: option('text', ['description', 'notes']),
    first: option('name', ['first_name', 'firstname']),
    last: option('name', ['last_name', 'lastname']),
  }),
  examples: [
    '/crm new contact Grace Hopper grace@example.com org="Navy"',
    '/crm new contact "Mary Ann" "van der Berg" phone="+31 20 555 0101"',
  ],
  ability: 'contact.create',
  run: async (context, args) => {
    const { first, last } = splitName(args.name);
    const firstName = args.first ?? first;
    const lastName = args.last ?? last;
    const usage = createContactCommand.examples[0] ?? '';
    if (firstName === undefined) throw fail('input.missing', { field: 'first and last name', usage });
    if (lastName === undefined) throw fail('input.missing', { field: 'last name', usage });
    return createContact(context.deps, await groupOf(context), {
      firstName,
      lastName,
      email: args.email?.trim() ?? null,
      phone: args.phone ?? null,
      description: args.note ?? null,
      organization: args.org ?? null,
    });
  },
  reply: contactCreated,
});

/** Says that a contact is there now, with its card and what one does next. */
export function contactCreated(contact: Contact): Reply {
  const reference = contactRef(contact);
  return {
    tone: 'ok',
    title: [{ text: 'Contact ' }, { strong: fullName(contact) }, { text: ' created.' }],
    blocks: [
      { kind: 'fields', fields: contactFields(contact) },
      {
        kind: 'hint',
        text: [
          { text: 'Link to an issue with ' },
          { code: `/crm link group/project#1 ${contact.email ?? reference}` },
        ],
      },
    ],
    visibility: 'private',
  };
}
