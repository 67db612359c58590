import type { Contact } from '../../domain/customers.ts';
import { hasCode } from '../../domain/errors.ts';
import { parseDescription, parseEmail, parseName, parsePhone } from '../../domain/values.ts';
import { findCustomer } from '../../services/contacts/find-customer.ts';
import type { OpenedCrmGroup } from '../../services/groups/open-crm-group.ts';
import type { CommandContext } from '../context.ts';
import { type FormField, type FormOption, problemsOf, type SentForm, textOf } from '../form.ts';

/** What a contact's form holds. */
export interface ContactValues {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly organization: FormOption | null;
  readonly note: string | null;
}

/** Where problems with a contact are shown in its form. */
export const CONTACT_FIELDS = {
  'first name': 'first_name',
  'last name': 'last_name',
  'e-mail': 'email',
  phone: 'phone',
  description: 'note',
  'not_found.organization': 'organization',
  'input.foreign_organization': 'organization',
} as const;

/** Everything that is wrong with a sent contact at once, by field; null when nothing is. */
export const contactProblems = (sent: SentForm): Record<string, string> | null =>
  problemsOf(CONTACT_FIELDS, [
    () => parseName('first name', textOf(sent, 'first_name')),
    () => parseName('last name', textOf(sent, 'last_name')),
    () => parseEmail(textOf(sent, 'email').trim()),
    () => parsePhone(textOf(sent, 'phone')),
    () => parseDescription(textOf(sent, 'note')),
  ]);

/** The fields of a contact's form; `notice` is said below the address. */
export function contactFields(values: ContactValues, notice?: FormField['notice']): FormField[] {
  return [
    { kind: 'line', name: 'first_name', label: 'First name', value: values.firstName },
    { kind: 'line', name: 'last_name', label: 'Last name', value: values.lastName },
    {
      kind: 'line',
      name: 'email',
      label: 'E-mail',
      value: values.email,
      example: 'ada@example.com',
      optional: true,
      ...(notice && { notice }),
    },
    {
      kind: 'line',
      name: 'phone',
      label: 'Phone',
      value: values.phone,
      example: '+44 20 7946 0018',
      optional: true,
    },
    {
      kind: 'lookup',
      name: 'organization',
      label: 'Organization',
      of: 'organization',
      value: values.organization,
      optional: true,
    },
    { kind: 'paragraph', name: 'note', label: 'Note', value: values.note, optional: true },
  ];
}

/** The values of a contact that exists. */
export const valuesOf = (contact: Contact): ContactValues => ({
  firstName: contact.firstName,
  lastName: contact.lastName,
  email: contact.email,
  phone: contact.phone,
  organization: contact.organization && {
    value: `O${contact.organization.id}`,
    label: contact.organization.name,
  },
  note: contact.description,
});

/** The organization named by `O3` or a name; null when the group has none such, or several. */
export async function organizationNamed(
  { deps }: CommandContext,
  opened: OpenedCrmGroup,
  reference: string,
): Promise<FormOption | null> {
  try {
    const found = await findCustomer(deps, opened, reference);
    if (found.kind !== 'organization') return null;
    const { id, name } = found.organization;
    return { value: `O${id}`, label: name };
  } catch (error) {
    if (hasCode(error, 'not_found.contact') || hasCode(error, 'not_found.organization')) return null;
    if (hasCode(error, 'ambiguous.contact')) return null;
    throw error;
  }
}
