import { fail, hasCode } from '../../domain/errors.ts';
import { MAX_CONTACTS_ADDED } from '../../domain/link-plan.ts';
import { issueReference, parseIssueReference } from '../../domain/references.ts';
import { authorize } from '../../policy/authorize.ts';
import { findCustomer } from '../../services/contacts/find-customer.ts';
import { openCrmGroup } from '../../services/groups/open-crm-group.ts';
import { changeContacts } from '../../services/issues/change-contacts.ts';
import { listIssueContacts } from '../../services/issues/list-contacts.ts';
import { type OpenedIssue, openFetchedIssue, openIssue } from '../../services/issues/open-issue.ts';
import type { Bound } from '../command.ts';
import { type CommandContext, groupOf } from '../context.ts';
import { type Form, type FormDefinition, type FormOption, listOf, textOf, typedText } from '../form.ts';
import type { ReplyBlock } from '../reply.ts';
import { wordContactsChanged } from '../wording/outcomes.ts';
import { chosenIssue, contactOption, issueOption } from './option.ts';

type Verb = 'link' | 'unlink' | 'set';

/** An issue that was chosen from a menu. Throws `not_found.issue`. Grants nothing. */
export async function openChosen({ deps, actor }: CommandContext, value: string): Promise<OpenedIssue> {
  const chosen = chosenIssue(value);
  const issue = chosen && (await deps.directory.issue(chosen.projectId, chosen.iid));
  if (!issue) throw fail('not_found.issue', { reference: '' });
  const asked = issueReference({ project: issue.project.fullPath, iid: issue.iid });
  return openFetchedIssue(deps, actor, { ...issue, asked });
}

async function typedIssue(context: CommandContext, typed: Bound): Promise<OpenedIssue | null> {
  const text = typedText(typed, 'issue');
  if (text === null) return null;
  const { deps, actor } = context;
  const opened = await openIssue(deps, actor, parseIssueReference(text, deps.instanceUrl));
  authorize(opened.actor, 'issue.set_contacts', opened.target);
  return opened;
}

/** The contacts that were typed and fit exactly one. */
async function typedContacts(context: CommandContext, group: string, typed: Bound): Promise<FormOption[]> {
  const texts = Array.isArray(typed['contacts']) ? typed['contacts'] : [];
  if (texts.length === 0) return [];
  const opened = await openCrmGroup(context.deps, context.actor, group);
  const found: FormOption[] = [];
  for (const text of texts.slice(0, MAX_CONTACTS_ADDED)) {
    try {
      const customer = await findCustomer(context.deps, opened, text);
      if (customer.kind === 'contact') found.push(contactOption(customer.contact));
    } catch (error) {
      if (!hasCode(error, 'not_found.contact') && !hasCode(error, 'ambiguous.contact')) throw error;
    }
  }
  return found.filter((option, index) => found.findIndex(({ value }) => value === option.value) === index);
}

/** Who is on the issue already. */
async function linkedNow(context: CommandContext, opened: OpenedIssue | null): Promise<FormOption[]> {
  if (!opened) return [];
  const { contacts } = await listIssueContacts(context.deps, opened);
  return contacts.map(contactOption);
}

const WORDS = {
  link: { title: 'Link contacts', submit: 'Link', contacts: 'Contacts to link' },
  unlink: { title: 'Remove contacts', submit: 'Remove', contacts: 'Contacts to remove' },
  set: { title: 'Replace contacts', submit: 'Replace', contacts: 'Contacts of the issue' },
} as const;

const KINDS = { link: 'add', unlink: 'remove', set: 'replace' } as const;
const MOST = { link: MAX_CONTACTS_ADDED, unlink: 50, set: 50 } as const;

/** Those that were typed; to be replaced, those that are there where none was. */
async function chosenFirst(
  context: CommandContext,
  verb: Verb,
  { group, linked, typed }: { group: string | null; linked: readonly FormOption[]; typed: Bound },
): Promise<readonly FormOption[]> {
  const named = group === null ? [] : await typedContacts(context, group, typed);
  if (verb !== 'set' || named.length > 0) return named;
  // A part of them would take the others off.
  return linked.length > MOST.set ? [] : linked;
}

async function open(verb: Verb, context: CommandContext, typed: Bound): Promise<Form> {
  const opened = await typedIssue(context, typed);
  const group =
    opened === null ? (await groupOf(context)).group.fullPath : (opened.target.ownGroup?.fullPath ?? null);
  const linked = await linkedNow(context, opened);
  const intro: ReplyBlock[] =
    linked.length === 0
      ? []
      : [{ kind: 'hint', text: `Linked now: ${linked.map(({ label }) => label).join(', ')}` }];
  const { title, submit, contacts } = WORDS[verb];
  return {
    form: verb,
    title,
    submit,
    intro,
    fields: [
      {
        kind: 'lookup',
        name: 'issue',
        label: 'Issue',
        of: 'issue',
        value:
          opened &&
          issueOption({
            ...opened.issue,
            projectId: opened.issue.project.id,
            reference: opened.target.reference,
          }),
      },
      {
        kind: 'lookups',
        name: 'contacts',
        label: contacts,
        of: 'contact',
        most: MOST[verb],
        values: await chosenFirst(context, verb, { group, linked, typed }),
        ...(verb === 'set' && { hint: 'Those left out are removed from the issue.' }),
      },
    ],
    group,
    data: {},
  };
}

function linkingForm(verb: Verb): FormDefinition {
  return {
    name: verb,
    title: WORDS[verb].title,
    fields: { 'not_found.issue': 'issue' },
    open: (context, typed) => open(verb, context, typed),
    submit: async (context, sent) => {
      const changed = await changeContacts(context.deps, await openChosen(context, textOf(sent, 'issue')), {
        kind: KINDS[verb],
        references: [...listOf(sent, 'contacts')],
        names: true,
      });
      const reply = wordContactsChanged(changed, false);
      const see = { label: 'Contacts of the issue', command: `contacts ${changed.issue.reference}` };
      return {
        kind: 'reply',
        reply: { ...reply, blocks: [...reply.blocks, { kind: 'actions', actions: [see] }] },
      };
    },
  };
}

/** Asks for an issue and the contacts to link to it. */
export const linkForm = linkingForm('link');
/** Asks for an issue and the contacts that it is to have. */
export const setForm = linkingForm('set');
/** Asks for an issue and the contacts to take off it. */
export const unlinkForm = linkingForm('unlink');
