import { type AppError, hasCode } from '../../domain/errors.ts';
import { authorize } from '../../policy/authorize.ts';
import { createContact } from '../../services/contacts/create-contact.ts';
import type { OpenedCrmGroup } from '../../services/groups/open-crm-group.ts';
import type { Bound } from '../command.ts';
import { type CommandContext, groupOf } from '../context.ts';
import { contactCreated, splitName } from '../definitions/create-contact.ts';
import { type Form, type FormDefinition, type FormField, type SentForm, textOf, typedText } from '../form.ts';
import {
  CONTACT_FIELDS,
  type ContactValues,
  contactFields,
  contactProblems,
  organizationNamed,
} from './contact-fields.ts';
import { chosenOrganization } from './option.ts';
import { nullable } from './organization-fields.ts';

function form(
  opened: OpenedCrmGroup,
  { values, notice, lost }: { values: ContactValues; notice?: FormField['notice']; lost?: string },
): Form {
  return {
    form: 'create_contact',
    title: 'New contact',
    submit: 'Create',
    intro: [
      { kind: 'hint', text: [{ text: 'In ' }, { strong: opened.crmGroup.fullPath }] },
      ...(lost === undefined
        ? []
        : [{ kind: 'hint' as const, text: `There is no organization ${lost} here.` }]),
    ],
    fields: contactFields(values, notice),
    group: opened.group.fullPath,
    data: {},
  };
}

async function open(context: CommandContext, typed: Bound): Promise<Form> {
  const opened = await groupOf(context);
  authorize(opened.actor, 'contact.create', opened.crmGroup);
  const words = Array.isArray(typed['name']) ? typed['name'] : [];
  const { first, last } = splitName(words);
  const named = typedText(typed, 'org');
  const organization = named === null ? null : await organizationNamed(context, opened, named);
  return form(opened, {
    values: {
      firstName: typedText(typed, 'first') ?? first ?? null,
      lastName: typedText(typed, 'last') ?? last ?? null,
      email: typedText(typed, 'email'),
      phone: typedText(typed, 'phone'),
      organization,
      note: typedText(typed, 'note'),
    },
    ...(named !== null && organization === null && { lost: named }),
  });
}

/** The form as it was sent, with who has the address already and the way to their card. */
async function taken(
  context: CommandContext,
  opened: OpenedCrmGroup,
  { sent, error }: { sent: SentForm; error: AppError<'conflict.email_taken'> },
): Promise<Form> {
  const { email, contact } = error.data;
  const chosen = nullable(textOf(sent, 'organization'));
  return form(opened, {
    values: {
      firstName: nullable(textOf(sent, 'first_name')),
      lastName: nullable(textOf(sent, 'last_name')),
      email: nullable(textOf(sent, 'email')),
      phone: nullable(textOf(sent, 'phone')),
      organization: chosen === null ? null : await organizationNamed(context, opened, chosen),
      note: nullable(textOf(sent, 'note')),
    },
    notice: {
      text: `Email has already been taken${contact === null ? '' : ` by ${contact}`}. Nothing was created.`,
      actions: [{ label: 'Show that contact', command: `show ${email} group=${opened.group.fullPath}` }],
    },
  });
}

/** The form that creates a contact. An address in use leads to the contact that has it. */
export const createContactForm: FormDefinition = {
  name: 'create_contact',
  title: 'New contact',
  fields: CONTACT_FIELDS,
  open,
  submit: async (context, sent) => {
    const opened = await groupOf(context);
    const problems = contactProblems(sent);
    if (problems) return { kind: 'problems', problems };
    const chosen = nullable(textOf(sent, 'organization'));
    try {
      authorize(opened.actor, 'contact.create', opened.crmGroup);
      const contact = await createContact(context.deps, opened, {
        firstName: textOf(sent, 'first_name'),
        lastName: textOf(sent, 'last_name'),
        email: nullable(textOf(sent, 'email').trim()),
        phone: nullable(textOf(sent, 'phone')),
        description: nullable(textOf(sent, 'note')),
        organizationId: chosen === null ? null : chosenOrganization(chosen),
      });
      return { kind: 'reply', reply: contactCreated(contact) };
    } catch (error) {
      if (!hasCode(error, 'conflict.email_taken')) throw error;
      return { kind: 'form', form: await taken(context, opened, { sent, error }) };
    }
  },
};
