import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { type ContactsChanged, changeContacts } from '../../services/issues/change-contacts.ts';
import { type AlsoTyped, arg, type Bound, type Command, defineCommand } from '../command.ts';
import { type CommandContext, issueOf } from '../context.ts';
import { LINKING } from '../families.ts';
import type { Reply } from '../reply.ts';
import { wordContactsChanged } from '../wording/outcomes.ts';

const args = z.object({
  issue: arg(z.string().optional(), {
    typed: 'one',
    hint: 'issue',
    order: 0,
    prefers: 'issue',
    needed: true,
  }),
  contacts: arg(z.array(z.string()).default([]), {
    typed: 'each',
    hint: 'contact',
    order: 1,
    prefers: 'address',
    joins: true,
    needed: true,
  }),
});

/** The form that asks for the issue, the contacts, or both. */
const asksFor =
  (form: string) =>
  (typed: Bound, also: AlsoTyped): string | null =>
    also.form || typed['issue'] === undefined || typed['contacts'] === undefined ? form : null;

/** What is typed to leave an issue without contacts: an empty list could be a slip. */
const isNobody = ([first, ...others]: readonly string[]): boolean =>
  others.length === 0 && first?.toLowerCase() === 'none';

async function change(
  context: CommandContext,
  given: z.output<typeof args> & { kind: 'add' | 'remove' | 'replace'; example: string },
): Promise<ContactsChanged> {
  const onSlack = context.where.surface === 'slack';
  if (onSlack && given.issue === undefined)
    throw fail('input.missing', { field: 'issue', usage: given.example });
  if (given.contacts.length === 0) throw fail('input.missing', { field: 'contact', usage: given.example });
  const clears = given.kind === 'replace' && isNobody(given.contacts);
  return changeContacts(context.deps, await issueOf(context, given.issue), {
    kind: given.kind,
    references: clears ? [] : given.contacts,
    names: onSlack,
  });
}

const reply = (changed: ContactsChanged, context: CommandContext): Reply =>
  wordContactsChanged(changed, context.where.surface === 'gitlab');

/** A usage example that fits the surface the mistake was made on. */
const example = (command: Command, context: CommandContext): string =>
  command.examples.find((text) => text.startsWith('/crm') === (context.where.surface === 'slack')) ?? '';

export const addContacts: Command = defineCommand({
  name: 'add_contacts',
  surfaces: {
    slack: { words: ['link'], aliases: [['add']], asks: asksFor('link') },
    gitlab: { name: 'add_contacts', aliases: ['add'], contacts: 'contacts', addsUp: true },
  },
  summary: 'Link contacts to an issue',
  family: LINKING,
  details: 'At most six are added at a time. Name them by e-mail address, by number or, on Slack, by name.',
  args,
  examples: [
    '/crm link acme/app#1 ada@example.com',
    '/crm link acme/app#1 ada@example.com C12 "Grace Hopper"',
    '@tieline add_contacts [contact:ada@example.com] grace@example.org',
  ],
  ability: 'issue.set_contacts',
  run: (context, given) => change(context, { ...given, kind: 'add', example: example(addContacts, context) }),
  reply,
});

export const removeContacts: Command = defineCommand({
  name: 'remove_contacts',
  surfaces: {
    slack: { words: ['unlink'], aliases: [['remove']], asks: asksFor('unlink') },
    gitlab: { name: 'remove_contacts', aliases: ['remove'], contacts: 'contacts', addsUp: true },
  },
  summary: 'Remove contacts from an issue',
  family: LINKING,
  args,
  examples: ['/crm unlink acme/app#1 ada@example.com', '@tieline remove_contacts [contact:ada@example.com]'],
  ability: 'issue.set_contacts',
  run: (context, given) =>
    change(context, { ...given, kind: 'remove', example: example(removeContacts, context) }),
  reply,
});

export const setContacts: Command = defineCommand({
  name: 'set_contacts',
  surfaces: {
    slack: { words: ['set'], aliases: [['replace']], asks: asksFor('set') },
    gitlab: { name: 'set_contacts', aliases: ['set'], contacts: 'contacts', addsUp: true },
  },
  summary: 'Replace the contacts of an issue',
  family: LINKING,
  details:
    'Those named stay or are added, six at most; the others are removed, unless one of the names is not known. ' +
    'With none in place of names all are removed.',
  args,
  examples: [
    '/crm set acme/app#1 ada@example.com grace@example.org',
    '/crm set acme/app#1 none',
    '@tieline set_contacts [contact:ada@example.com] grace@example.org',
    '@tieline set_contacts none',
  ],
  ability: 'issue.set_contacts',
  run: (context, given) =>
    change(context, { ...given, kind: 'replace', example: example(setContacts, context) }),
  reply,
});
