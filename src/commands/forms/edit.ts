import type { Contact, Organization } from '../../domain/customers.ts';
import { hasCode } from '../../domain/errors.ts';
import { contactId, organizationId } from '../../domain/ids.ts';
import { authorize } from '../../policy/authorize.ts';
import { type ContactEdit, editContact } from '../../services/contacts/edit-contact.ts';
import { type Customer, findCustomer } from '../../services/contacts/find-customer.ts';
import type { OpenedCrmGroup } from '../../services/groups/open-crm-group.ts';
import { editOrganization, type OrganizationEdit } from '../../services/organizations/edit-organization.ts';
import { type CommandContext, groupOf } from '../context.ts';
import { customerEdited } from '../definitions/edit.ts';
import { type Form, type FormDefinition, type FormField, type SentForm, textOf, typedText } from '../form.ts';
import { CONTACT_FIELDS, contactFields, valuesOf } from './contact-fields.ts';
import { chosenOrganization } from './option.ts';
import { nullable, ORGANIZATION_FIELDS, organizationFields } from './organization-fields.ts';

const STATES = [
  { value: 'active', label: 'Active' },
  { value: 'inactive', label: 'Inactive: left out of searches, cannot be linked to more issues' },
];

const stateField = (active: boolean): FormField => ({
  kind: 'choice',
  name: 'state',
  label: 'State',
  options: STATES,
  value: active ? 'active' : 'inactive',
});

const fieldsOf = (customer: Customer): FormField[] =>
  customer.kind === 'contact'
    ? [...contactFields(valuesOf(customer.contact)), stateField(customer.contact.active)]
    : [
        ...organizationFields({
          name: customer.organization.name,
          rate: customer.organization.defaultRate,
          note: customer.organization.description,
        }),
        stateField(customer.organization.active),
      ];

/** The form that edits a customer who was found. Takes the right to edit it. */
export function editFormOf(opened: OpenedCrmGroup, customer: Customer): Form {
  authorize(opened.actor, `${customer.kind}.edit`, opened.crmGroup);
  const row: Contact | Organization = customer.kind === 'contact' ? customer.contact : customer.organization;
  return {
    form: 'edit',
    title: customer.kind === 'contact' ? 'Edit contact' : 'Edit organization',
    submit: 'Save',
    intro: [{ kind: 'hint', text: [{ text: 'In ' }, { strong: opened.crmGroup.fullPath }] }],
    fields: fieldsOf(customer),
    group: opened.group.fullPath,
    data: { kind: customer.kind, id: String(row.id), version: String(row.version) },
  };
}

/** Only what somebody touched is changed; an emptied field is emptied. */
function touchedText(sent: SentForm, field: string): string | null | undefined {
  return sent.touched.has(field) ? nullable(textOf(sent, field)) : undefined;
}

const present = <Fields extends object>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;

const activeOf = (sent: SentForm): boolean | undefined =>
  sent.touched.has('state') ? textOf(sent, 'state') === 'active' : undefined;

function contactEdit(sent: SentForm): ContactEdit {
  const organization = touchedText(sent, 'organization');
  return present({
    firstName: touchedText(sent, 'first_name'),
    lastName: touchedText(sent, 'last_name'),
    email: touchedText(sent, 'email')?.trim() ?? touchedText(sent, 'email'),
    phone: touchedText(sent, 'phone'),
    organization: organization ? { id: chosenOrganization(organization) } : organization,
    description: touchedText(sent, 'note'),
    active: activeOf(sent),
  }) as ContactEdit;
}

function organizationEdit(sent: SentForm): OrganizationEdit {
  return present({
    name: touchedText(sent, 'name'),
    defaultRate: touchedText(sent, 'rate'),
    description: touchedText(sent, 'note'),
    active: activeOf(sent),
  }) as OrganizationEdit;
}

async function save({ deps }: CommandContext, opened: OpenedCrmGroup, sent: SentForm) {
  const { kind, id = '', version = '' } = sent.data;
  if (kind === 'contact') {
    const editing = { id: contactId(id), version: Number(version), edit: contactEdit(sent) };
    const { contact, changes } = await editContact(deps, opened, editing);
    return customerEdited({ kind: 'contact', contact }, changes);
  }
  const editing = { id: organizationId(id), version: Number(version), edit: organizationEdit(sent) };
  const { organization, changes } = await editOrganization(deps, opened, editing);
  return customerEdited({ kind: 'organization', organization }, changes);
}

/** The form that edits a contact or an organization, filled with what it has. */
export const editForm: FormDefinition = {
  name: 'edit',
  title: 'Edit',
  fields: {
    ...CONTACT_FIELDS,
    ...ORGANIZATION_FIELDS,
    'conflict.email_taken': 'email',
    'conflict.name_taken': 'name',
  },
  open: async (context, typed) => {
    const opened = await groupOf(context);
    const customer = await findCustomer(context.deps, opened, typedText(typed, 'reference') ?? '');
    return editFormOf(opened, customer);
  },
  submit: async (context, sent) => {
    const opened = await groupOf(context);
    try {
      return { kind: 'reply', reply: await save(context, opened, sent) };
    } catch (error) {
      if (!hasCode(error, 'conflict.email_taken')) throw error;
      const { email, contact } = error.data;
      const found = await findCustomer(context.deps, opened, `C${sent.data['id']}`);
      const form = editFormOf(opened, found);
      return {
        kind: 'form',
        form: {
          ...form,
          data: sent.data,
          fields: form.fields.map((field) =>
            asSent(field, sent, {
              text: `Email has already been taken${contact === null ? '' : ` by ${contact}`}. Nothing was changed.`,
              actions: [
                { label: 'Show that contact', command: `show ${email} group=${opened.group.fullPath}` },
              ],
            }),
          ),
        },
      };
    }
  },
};

/** A field with what was sent in it, and what is to be said of the address. */
function asSent(field: FormField, sent: SentForm, notice: NonNullable<FormField['notice']>): FormField {
  if (field.kind !== 'line' && field.kind !== 'paragraph') return field;
  const filled = { ...field, value: nullable(textOf(sent, field.name)) };
  return field.name === 'email' ? { ...filled, notice } : filled;
}
