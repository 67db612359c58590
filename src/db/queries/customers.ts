import type { Contact, Organization } from '../../domain/customers.ts';
import {
  type ContactId,
  contactId,
  type GroupId,
  groupId,
  type OrganizationId,
  organizationId,
} from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';

/** Ids are bigints through Prisma and text past it; instants may come as seconds, which takes less to read. */
interface ContactRow {
  id: bigint | string;
  crm_group_id: bigint | string;
  first_name: string;
  last_name: string;
  email: string | null;
  phone: string | null;
  description: string | null;
  organization_id: bigint | string | null;
  organization_name: string | null;
  active: boolean;
  version: number;
  created_at: Date | number;
  updated_at: Date | number;
}

interface OrganizationRow {
  id: bigint | string;
  crm_group_id: bigint | string;
  name: string;
  default_rate: string | null;
  description: string | null;
  active: boolean;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const instant = (at: Date | number): Date => (typeof at === 'number' ? new Date(Math.round(at * 1_000)) : at);

export function toContact(row: ContactRow): Contact {
  return {
    id: contactId(row.id),
    crmGroupId: groupId(row.crm_group_id),
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    phone: row.phone,
    description: row.description,
    organization:
      row.organization_id === null
        ? null
        : { id: organizationId(row.organization_id), name: row.organization_name ?? '' },
    active: row.active,
    version: row.version,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function toOrganization(row: OrganizationRow): Organization {
  return {
    id: organizationId(row.id),
    crmGroupId: groupId(row.crm_group_id),
    name: row.name,
    defaultRate: row.default_rate,
    description: row.description,
    active: row.active,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const CONTACT_COLUMNS = Prisma.sql`c.id, c.crm_group_id, c.first_name, c.last_name, c.email, c.phone, c.description,
  c.organization_id, o.name AS organization_name, c.active, c.version, c.created_at, c.updated_at`;
const CONTACT_FROM = Prisma.sql`contacts c
  LEFT JOIN organizations o ON o.crm_group_id = c.crm_group_id AND o.id = c.organization_id`;
const ORGANIZATION_COLUMNS = Prisma.sql`o.id, o.crm_group_id, o.name, o.default_rate::text AS default_rate,
  o.description, o.active, o.version, o.created_at, o.updated_at`;

async function contactsWhere(tx: Tx, where: Prisma.Sql): Promise<Contact[]> {
  const rows = await tx.$queryRaw<
    ContactRow[]
  >`SELECT ${CONTACT_COLUMNS} FROM ${CONTACT_FROM} WHERE ${where}`;
  return rows.map(toContact);
}

async function organizationsWhere(tx: Tx, where: Prisma.Sql): Promise<Organization[]> {
  const rows = await tx.$queryRaw<
    OrganizationRow[]
  >`SELECT ${ORGANIZATION_COLUMNS} FROM organizations o WHERE ${where}`;
  return rows.map(toOrganization);
}

/** Contacts of a crm group by address, ignoring case; unknown addresses are simply absent. */
export function contactsByEmail(tx: Tx, crmGroup: GroupId, emails: readonly string[]): Promise<Contact[]> {
  return contactsWhere(
    tx,
    Prisma.sql`c.crm_group_id = ${crmGroup} AND c.email IS NOT NULL AND lower(c.email) IN
      (SELECT lower(e) FROM unnest(${[...emails]}::text[]) e)`,
  );
}

export function contactsById(tx: Tx, crmGroup: GroupId, ids: readonly ContactId[]): Promise<Contact[]> {
  return contactsWhere(tx, Prisma.sql`c.crm_group_id = ${crmGroup} AND c.id = ANY(${[...ids]}::bigint[])`);
}

export async function organizationById(
  tx: Tx,
  crmGroup: GroupId,
  id: OrganizationId,
): Promise<Organization | null> {
  const rows = await organizationsWhere(tx, Prisma.sql`o.crm_group_id = ${crmGroup} AND o.id = ${id}`);
  return rows[0] ?? null;
}

/** The organization of exactly this name, ignoring case. */
export async function organizationByName(
  tx: Tx,
  crmGroup: GroupId,
  name: string,
): Promise<Organization | null> {
  const rows = await organizationsWhere(
    tx,
    Prisma.sql`o.crm_group_id = ${crmGroup} AND lower(o.name) = lower(${name})`,
  );
  return rows[0] ?? null;
}

/** Contacts whose whole name is this one, case and accents ignored; at most `limit`. */
export function contactsByFullName(
  tx: Tx,
  crmGroup: GroupId,
  name: string,
  limit: number,
): Promise<Contact[]> {
  return contactsWhere(
    tx,
    Prisma.sql`c.crm_group_id = ${crmGroup} AND c.search_text LIKE tieline_contains(${name})
      AND tieline_fold(c.first_name || ' ' || c.last_name) = tieline_fold(${name})
      ORDER BY c.last_name, c.first_name, c.id LIMIT ${limit}`,
  );
}

/** How alike a word must be to be offered: one wrong letter in five is near enough. */
const NEAR = '0.4';

/** Lowers the threshold of `%>` for this transaction; it is a setting, so that the index can use it. */
async function allowNear(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT set_config('pg_trgm.word_similarity_threshold', ${NEAR}, true)`;
}

/**
 * The contact most like `text`, or null when none is near. An address is compared by what stands before the @, or
 * everybody at example.com would be near everybody else there.
 */
export async function nearestContact(tx: Tx, crmGroup: GroupId, text: string): Promise<Contact | null> {
  const word = text.split('@')[0] || text;
  await allowNear(tx);
  const rows = await contactsWhere(
    tx,
    Prisma.sql`c.crm_group_id = ${crmGroup} AND c.search_text %> tieline_fold(${word}) AND c.active
      ORDER BY word_similarity(tieline_fold(${word}), c.search_text) DESC,
        similarity(tieline_fold(${text}), c.search_text) DESC, c.id LIMIT 1`,
  );
  return rows[0] ?? null;
}

/** The organization whose name is most like `text`, or null when none is near. */
export async function nearestOrganization(
  tx: Tx,
  crmGroup: GroupId,
  text: string,
): Promise<Organization | null> {
  await allowNear(tx);
  const rows = await organizationsWhere(
    tx,
    Prisma.sql`o.crm_group_id = ${crmGroup} AND o.search_text %> tieline_fold(${text}) AND o.active
      ORDER BY word_similarity(tieline_fold(${text}), o.search_text) DESC, o.id LIMIT 1`,
  );
  return rows[0] ?? null;
}

export interface NewContact {
  readonly crmGroupId: GroupId;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly description: string | null;
  readonly organizationId: OrganizationId | null;
}

/** Inserts a contact; null when its address is taken in the crm group. */
export async function insertContact(tx: Tx, contact: NewContact, now: Date): Promise<Contact | null> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    INSERT INTO contacts (crm_group_id, first_name, last_name, email, phone, description, organization_id,
      created_at, updated_at)
    VALUES (${contact.crmGroupId}, ${contact.firstName}, ${contact.lastName}, ${contact.email}, ${contact.phone},
      ${contact.description}, ${contact.organizationId}::bigint, ${now}, ${now})
    ON CONFLICT (crm_group_id, lower(email)) WHERE email IS NOT NULL DO NOTHING RETURNING id`;
  const id = rows[0]?.id;
  if (id === undefined) return null;
  return (await contactsById(tx, contact.crmGroupId, [contactId(id)]))[0] ?? null;
}

export interface NewOrganization {
  readonly crmGroupId: GroupId;
  readonly name: string;
  readonly defaultRate: string | null;
  readonly description: string | null;
}

/** Inserts an organization; null when its name is taken in the crm group. */
export async function insertOrganization(
  tx: Tx,
  organization: NewOrganization,
  now: Date,
): Promise<Organization | null> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    INSERT INTO organizations (crm_group_id, name, default_rate, description, created_at, updated_at)
    VALUES (${organization.crmGroupId}, ${organization.name}, ${organization.defaultRate}::numeric,
      ${organization.description}, ${now}, ${now})
    ON CONFLICT (crm_group_id, lower(name)) DO NOTHING RETURNING id`;
  const id = rows[0]?.id;
  if (id === undefined) return null;
  return organizationById(tx, organization.crmGroupId, organizationId(id));
}

export { CONTACT_COLUMNS, CONTACT_FROM, type ContactRow, ORGANIZATION_COLUMNS, type OrganizationRow };
