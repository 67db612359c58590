import type { Contact, Organization } from '../../domain/customers.ts';
import type {
  ContactValues,
  FieldChange,
  FieldValue,
  FieldValues,
  OrganizationValues,
} from '../../domain/edits.ts';
import { fail } from '../../domain/errors.ts';
import {
  type ContactId,
  type GitLabUserId,
  type GroupId,
  gitLabUserId,
  type OrganizationId,
} from '../../domain/ids.ts';
import { fromJson, type Json } from '../../domain/json.ts';
import type { Tx } from '../client.ts';
import { constraintOf } from '../errors.ts';
import { contactsByEmail, contactsById, organizationById, organizationByName } from './customers.ts';

/** A contact, its row locked until the transaction ends; null when the crm group has none of this id. */
export async function lockContact(tx: Tx, crmGroup: GroupId, id: ContactId): Promise<Contact | null> {
  await tx.$queryRaw`SELECT id FROM contacts WHERE crm_group_id = ${crmGroup} AND id = ${id} FOR UPDATE`;
  return (await contactsById(tx, crmGroup, [id]))[0] ?? null;
}

/** An organization, its row locked until the transaction ends. */
export async function lockOrganization(
  tx: Tx,
  crmGroup: GroupId,
  id: OrganizationId,
): Promise<Organization | null> {
  await tx.$queryRaw`SELECT id FROM organizations WHERE crm_group_id = ${crmGroup} AND id = ${id} FOR UPDATE`;
  return organizationById(tx, crmGroup, id);
}

/** Writes a locked contact's values and counts the edit. Throws `conflict.email_taken`. */
export async function updateContact(
  tx: Tx,
  contact: Pick<Contact, 'crmGroupId' | 'id'>,
  edit: { values: ContactValues; now: Date },
): Promise<Contact> {
  const { crmGroupId, id } = contact;
  const { values, now } = edit;
  const others = values.email === null ? [] : await contactsByEmail(tx, crmGroupId, [values.email]);
  const holder = others.find((other) => other.id !== id);
  if (holder) {
    const contactName = `${holder.firstName} ${holder.lastName}`;
    throw fail('conflict.email_taken', { email: values.email ?? '', contact: contactName });
  }
  try {
    await tx.$executeRaw`
      UPDATE contacts SET first_name = ${values.firstName}, last_name = ${values.lastName},
        email = ${values.email}, phone = ${values.phone}, description = ${values.description},
        organization_id = ${values.organization?.id ?? null}::bigint, active = ${values.active},
        version = version + 1, updated_at = ${now}
      WHERE crm_group_id = ${crmGroupId} AND id = ${id}`;
  } catch (error) {
    // Taken between the look above and now.
    if (constraintOf(error) !== 'contacts_crm_group_id_lower_email_key') throw error;
    throw fail('conflict.email_taken', { email: values.email ?? '', contact: null }, error);
  }
  const [updated] = await contactsById(tx, crmGroupId, [id]);
  if (!updated) throw new Error(`contact ${id} was not locked`);
  return updated;
}

/** Writes a locked organization's values and counts the edit. Throws `conflict.name_taken`. */
export async function updateOrganization(
  tx: Tx,
  organization: Pick<Organization, 'crmGroupId' | 'id'>,
  edit: { values: OrganizationValues; now: Date },
): Promise<Organization> {
  const { crmGroupId, id } = organization;
  const { values, now } = edit;
  const holder = await organizationByName(tx, crmGroupId, values.name);
  if (holder && holder.id !== id) {
    throw fail('conflict.name_taken', { name: values.name, organization: holder.name });
  }
  try {
    await tx.$executeRaw`
      UPDATE organizations SET name = ${values.name}, default_rate = ${values.defaultRate}::numeric,
        description = ${values.description}, active = ${values.active},
        version = version + 1, updated_at = ${now}
      WHERE crm_group_id = ${crmGroupId} AND id = ${id}`;
  } catch (error) {
    if (constraintOf(error) !== 'organizations_crm_group_id_lower_name_key') throw error;
    throw fail('conflict.name_taken', { name: values.name, organization: null }, error);
  }
  const updated = await organizationById(tx, crmGroupId, id);
  if (!updated) throw new Error(`organization ${id} was not locked`);
  return updated;
}

/** One edit as the audit log has it. */
export interface PastEdit {
  /** Null is the system. */
  readonly actorId: GitLabUserId | null;
  readonly at: Date;
  readonly changes: readonly FieldChange[];
}

export type EditedSubject =
  | { readonly kind: 'contact'; readonly id: ContactId }
  | { readonly kind: 'organization'; readonly id: OrganizationId };

type Kept = FieldValues & { readonly version?: number };

/** Every edit that led to a version after this one, oldest first. */
export async function editsSince(
  tx: Tx,
  crmGroup: GroupId,
  since: { subject: EditedSubject; version: number },
): Promise<PastEdit[]> {
  const { subject, version } = since;
  const rows = await tx.$queryRaw<{ actor_id: bigint | null; at: Date; before: Json; after: Json }[]>`
    SELECT actor_id, at, before, after FROM audit_log
    WHERE crm_group_id = ${crmGroup} AND subject_kind = ${subject.kind} AND subject_id = ${subject.id}
      AND jsonb_typeof(after -> 'version') = 'number' AND (after ->> 'version')::int > ${version}
      AND before IS NOT NULL
    ORDER BY id`;
  return rows.map((row) => ({
    actorId: row.actor_id === null ? null : gitLabUserId(row.actor_id),
    at: row.at,
    changes: changesBetween(fromJson<Kept>(row.before), fromJson<Kept>(row.after)),
  }));
}

function changesBetween(
  { version: _from, ...before }: Kept,
  { version: _to, ...after }: Kept,
): readonly FieldChange[] {
  const values = before as Readonly<Record<string, FieldValue>>;
  return Object.entries(after as Readonly<Record<string, FieldValue>>).map(([field, value]) => ({
    field: field as FieldChange['field'],
    before: values[field] ?? null,
    after: value,
  }));
}

/** True for a group that may hold contacts: a root without a source of its own, or the source of any group. */
export async function isCrmCapable(tx: Tx, group: GroupId): Promise<boolean> {
  const rows = await tx.$queryRaw<{ capable: boolean }[]>`
    SELECT (g.parent_id IS NULL AND own.source_group_id IS NULL)
      OR EXISTS (SELECT FROM group_settings s WHERE s.source_group_id = g.id) AS capable
    FROM groups g LEFT JOIN group_settings own ON own.group_id = g.id WHERE g.id = ${group}`;
  return rows[0]?.capable ?? false;
}
