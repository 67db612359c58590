import type { Tx } from '../../db/client.ts';
import { lockContact, updateContact } from '../../db/queries/edit-customers.ts';
import { type Contact, fullName } from '../../domain/customers.ts';
import {
  type ContactField,
  type ContactValues,
  contactChanges,
  type FieldChange,
} from '../../domain/edits.ts';
import { fail } from '../../domain/errors.ts';
import type { CrmEvent } from '../../domain/events.ts';
import type { ContactId } from '../../domain/ids.ts';
import { parseDescription, parseEmail, parseName, parsePhone } from '../../domain/values.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { type Overtaken, overtakenBy, staleError } from '../edits/meanwhile.ts';
import { recordEdit } from '../edits/record-edit.ts';
import { loadHoldingGroup, requireCrmCapable } from '../groups/holding-group.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { once } from '../once.ts';
import { type OrganizationChoice, resolveOrganization } from '../organizations/resolve-organization.ts';

/** An absent field stays as it is; null empties it. */
export interface ContactEdit {
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly description?: string | null;
  readonly organization?: OrganizationChoice | null;
  readonly active?: boolean;
}

export interface ContactEditing {
  readonly id: ContactId;
  readonly edit: ContactEdit;
  /** The version that the editor saw; absent when they saw none, and edit whatever is there. */
  readonly version?: number;
}

export interface ContactEdited {
  readonly contact: Contact;
  /** Empty when everything was as asked already. */
  readonly changes: readonly FieldChange[];
}

/**
 * Edits a contact of the crm group. Throws `conflict.stale` with what changed meanwhile when its version is no
 * longer the one seen, `input.invalid`, `input.foreign_organization`, `conflict.email_taken`,
 * `conflict.not_crm_capable` or `not_found.contact`. Takes `contact.edit`.
 */
export async function editContact(
  deps: ServiceDeps,
  opened: Pick<OpenedCrmGroup, 'actor' | 'crmGroup'>,
  editing: ContactEditing,
): Promise<ContactEdited> {
  const { actor } = opened;
  const outcome = await once<({ kind: 'edited' } & ContactEdited) | Overtaken>(deps, actor, {
    command: 'edit_contact',
    run: async (tx) => {
      const crmGroup = await loadHoldingGroup(tx, opened.crmGroup.id);
      authorize(actor, 'contact.edit', crmGroup);
      const { id, version } = editing;
      const before = await lockContact(tx, crmGroup.id, id);
      if (!before) throw fail('not_found.contact', { reference: `C${id}`, nearest: null });
      const values = await edited(tx, before, editing.edit);
      const changes = contactChanges(before, values);
      if (changes.length === 0) return { kind: 'edited', contact: before, changes };
      if (version !== undefined && version !== before.version) {
        const subject = { kind: 'contact', id } as const;
        return overtakenBy(tx, crmGroup.id, { subject, version, what: fullName(before) });
      }
      await requireCrmCapable(tx, crmGroup, 'contacts');
      const now = deps.now();
      const contact = await updateContact(tx, before, { values, now });
      await recordEdit(tx, actor, {
        crmGroupId: crmGroup.id,
        subject: { kind: 'contact', id },
        versions: { before: before.version, after: contact.version },
        changes,
        now,
        eventOf: (some) => eventOf(before, contact, some),
      });
      return { kind: 'edited', contact, changes };
    },
  });
  if (outcome.kind === 'overtaken') throw await staleError(deps, outcome);
  return { contact: outcome.contact, changes: outcome.changes };
}

/** Values that are not touched are not judged again: they were once good enough. */
async function edited(tx: Tx, before: Contact, edit: ContactEdit): Promise<ContactValues> {
  const { organization } = edit;
  const kept = organization === null ? null : before.organization;
  return {
    active: edit.active ?? before.active,
    organization: organization ? await resolveOrganization(tx, before.crmGroupId, organization) : kept,
    firstName:
      edit.firstName === undefined ? before.firstName : parseName('first name', edit.firstName ?? ''),
    lastName: edit.lastName === undefined ? before.lastName : parseName('last name', edit.lastName ?? ''),
    email: edit.email === undefined ? before.email : parseEmail(edit.email),
    phone: edit.phone === undefined ? before.phone : parsePhone(edit.phone),
    description: edit.description === undefined ? before.description : parseDescription(edit.description),
  };
}

function eventOf(before: Contact, after: Contact, changes: readonly FieldChange[]): CrmEvent {
  const { id, firstName, lastName, active } = after;
  const contact = { id, firstName, lastName };
  const fields = changes.map((change) => change.field as ContactField);
  if (fields.includes('active')) {
    return { kind: active ? 'contact.activated' : 'contact.deactivated', contact };
  }
  const formerly = fullName(before);
  return {
    kind: 'contact.edited',
    contact,
    formerly: formerly === fullName(contact) ? null : formerly,
    fields,
  };
}
