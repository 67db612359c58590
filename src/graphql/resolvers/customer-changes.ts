import { createContact } from '../../services/contacts/create-contact.ts';
import { editContact } from '../../services/contacts/edit-contact.ts';
import { openForCreation, openHolder } from '../../services/groups/open-holder.ts';
import { createOrganization } from '../../services/organizations/create-organization.ts';
import { editOrganization } from '../../services/organizations/edit-organization.ts';
import { organizationsOfContacts } from '../../services/organizations/get-organizations.ts';
import type { ApiContext } from '../context.ts';
import { notAvailable } from '../errors.ts';
import { contactErrors, organizationErrors, rateText, strictEmail } from '../field-errors.ts';
import { parseContactId, parseGroupId, parseOrganizationId } from '../global-ids.ts';
import { toContactNode, toOrganizationNode } from '../nodes.ts';

interface Input<Values> {
  readonly input: Values & { readonly clientMutationId?: string | null };
}

type Text = string | null;

interface ContactFields {
  readonly firstName?: Text;
  readonly lastName?: Text;
  readonly phone?: Text;
  readonly email?: Text;
  readonly description?: Text;
  readonly organizationId?: Text;
}

interface OrganizationFields {
  readonly name?: Text;
  readonly defaultRate?: number | null;
  readonly description?: Text;
}

/** The fields that are there, null or not: an absent one must stay absent. */
function present<Fields extends object>(fields: Fields): { [Key in keyof Fields]: Fields[Key] } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

async function contactCreate(
  _: unknown,
  { input }: Input<ContactFields & { groupId: string; firstName: string; lastName: string }>,
  context: ApiContext,
) {
  const { clientMutationId = null, groupId, organizationId, email, ...fields } = input;
  const actor = context.nextWriter();
  const group = parseGroupId(groupId);
  const organization = organizationId ? parseOrganizationId(organizationId) : null;
  try {
    const opened = await openForCreation(context.deps, actor, { group, customers: 'contacts' });
    const values = { ...fields, email: strictEmail(email) ?? null, organizationId: organization };
    const contact = await createContact(context.deps, opened, values);
    return { contact: toContactNode(contact), errors: [], clientMutationId };
  } catch (error) {
    return { contact: null, errors: contactErrors(error, input), clientMutationId };
  }
}

async function contactUpdate(
  _: unknown,
  { input }: Input<ContactFields & { id: string; active?: boolean | null }>,
  context: ApiContext,
) {
  const { clientMutationId = null, id, organizationId, email, active, ...fields } = input;
  const actor = context.nextWriter();
  const contactId = parseContactId(id);
  const organization = organizationId ? { id: parseOrganizationId(organizationId) } : organizationId;
  try {
    const opened = await openHolder(context.deps, actor, { kind: 'contact', id: contactId });
    const edit = present({ ...fields, email: strictEmail(email), organization, active: active ?? undefined });
    const { contact } = await editContact(context.deps, opened, {
      id: contactId,
      edit: edit as Parameters<typeof editContact>[2]['edit'],
    });
    return { contact: toContactNode(contact), errors: [], clientMutationId };
  } catch (error) {
    return { contact: null, errors: contactErrors(error, input), clientMutationId };
  }
}

async function organizationCreate(
  _: unknown,
  { input }: Input<OrganizationFields & { groupId: string; name: string }>,
  context: ApiContext,
) {
  const { clientMutationId = null, groupId, name, defaultRate, description = null } = input;
  const actor = context.nextWriter();
  const group = parseGroupId(groupId);
  try {
    const opened = await openForCreation(context.deps, actor, { group, customers: 'organizations' });
    const values = { name, description, defaultRate: rateText(defaultRate) ?? null };
    const organization = await createOrganization(context.deps, opened, values);
    return { organization: toOrganizationNode(organization), errors: [], clientMutationId };
  } catch (error) {
    return { organization: null, errors: organizationErrors(error, input), clientMutationId };
  }
}

/** GitLab's payload cannot be without an organization: one that could not be changed is given as it is. */
async function organizationUpdate(
  _: unknown,
  { input }: Input<OrganizationFields & { id: string; active?: boolean | null }>,
  context: ApiContext,
) {
  const { clientMutationId = null, id, defaultRate, active, ...fields } = input;
  const actor = context.nextWriter();
  const organizationId = parseOrganizationId(id);
  const opened = await openHolder(context.deps, actor, { kind: 'organization', id: organizationId });
  try {
    const edit = present({ ...fields, defaultRate: rateText(defaultRate), active: active ?? undefined });
    const { organization } = await editOrganization(context.deps, opened, {
      id: organizationId,
      edit: edit as Parameters<typeof editOrganization>[2]['edit'],
    });
    return { organization: toOrganizationNode(organization), errors: [], clientMutationId };
  } catch (error) {
    const errors = organizationErrors(error, input);
    const key = { crmGroupId: opened.crmGroup.id, id: organizationId };
    const [current] = await organizationsOfContacts(context.deps, [key]);
    if (!current) throw notAvailable();
    return { organization: toOrganizationNode(current), errors, clientMutationId };
  }
}

/** Creating and editing customers. */
export const CUSTOMER_CHANGES = {
  customerRelationsContactCreate: contactCreate,
  customerRelationsContactUpdate: contactUpdate,
  customerRelationsOrganizationCreate: organizationCreate,
  customerRelationsOrganizationUpdate: organizationUpdate,
};
