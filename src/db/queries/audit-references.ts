/**
 * What a reference means to somebody who reads the log: whoever is called so now, else whoever the log knows by it.
 * Former names are looked for in the whole log, which takes a while when it is long.
 */
import {
  type ContactId,
  contactId,
  type GitLabUserId,
  type GroupId,
  gitLabUserId,
  groupId,
  type IssueId,
  issueId,
  type OrganizationId,
  organizationId,
} from '../../domain/ids.ts';
import type { CustomerReference, IssueReference } from '../../domain/references.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';

const inGroup = (crmGroup: GroupId | null): Prisma.Sql =>
  crmGroup === null ? Prisma.sql`true` : Prisma.sql`g.id = ${crmGroup}`;

/** Contacts that a reference stands for now or, when none does, that the log knows by it. */
export async function contactsInLog(
  tx: Tx,
  reference: CustomerReference,
  crmGroup: GroupId | null,
): Promise<ContactId[]> {
  if (reference.kind === 'organization_id' || reference.kind === 'name') return [];
  const now =
    reference.kind === 'email'
      ? Prisma.sql`c.email IS NOT NULL AND lower(c.email) = lower(${reference.email})`
      : Prisma.sql`c.id = ${reference.id}`;
  const then =
    reference.kind === 'email'
      ? Prisma.sql`lower(${reference.email}) IN (lower(a.before ->> 'email'), lower(a.after ->> 'email'))`
      : Prisma.sql`a.subject_id = ${reference.id}`;
  const rows = await either(
    () => tx.$queryRaw<{ id: bigint }[]>`
      SELECT c.id FROM groups g JOIN contacts c ON c.crm_group_id = g.id
      WHERE ${inGroup(crmGroup)} AND ${now}`,
    () => tx.$queryRaw<{ id: bigint }[]>`
      SELECT DISTINCT a.subject_id AS id FROM groups g JOIN audit_log a ON a.crm_group_id = g.id
      WHERE ${inGroup(crmGroup)} AND a.subject_kind = 'contact' AND ${then}`,
  );
  return rows.map((row) => contactId(row.id));
}

/** The same for organizations, by number or by name, ignoring case. */
export async function organizationsInLog(
  tx: Tx,
  reference: CustomerReference,
  crmGroup: GroupId | null,
): Promise<OrganizationId[]> {
  const id = reference.kind === 'organization_id' ? reference.id : null;
  const now = id === null ? Prisma.sql`lower(o.name) = lower(${reference.text})` : Prisma.sql`o.id = ${id}`;
  const then =
    id === null
      ? Prisma.sql`lower(${reference.text}) IN (lower(a.before ->> 'name'), lower(a.after ->> 'name'))`
      : Prisma.sql`a.subject_id = ${id}`;
  const rows = await either(
    () => tx.$queryRaw<{ id: bigint }[]>`
      SELECT o.id FROM groups g JOIN organizations o ON o.crm_group_id = g.id
      WHERE ${inGroup(crmGroup)} AND ${now}`,
    () => tx.$queryRaw<{ id: bigint }[]>`
      SELECT DISTINCT a.subject_id AS id FROM groups g JOIN audit_log a ON a.crm_group_id = g.id
      WHERE ${inGroup(crmGroup)} AND a.subject_kind = 'organization' AND ${then}`,
  );
  return rows.map((row) => organizationId(row.id));
}

async function either<Row>(first: () => Promise<Row[]>, second: () => Promise<Row[]>): Promise<Row[]> {
  const found = await first();
  return found.length > 0 ? found : second();
}

/** Every issue that has, or had when GitLab was last asked, this project path and number. */
export async function issuesKnownAs(tx: Tx, { project, iid }: IssueReference): Promise<IssueId[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT i.id FROM projects p JOIN issues i ON i.project_id = p.id
    WHERE lower(p.full_path) = lower(${project}) AND i.iid = ${iid}`;
  return rows.map((row) => issueId(row.id));
}

/** Everybody who has acted under a username, ignoring case. */
export async function actorsKnownAs(tx: Tx, username: string): Promise<GitLabUserId[]> {
  const rows = await tx.$queryRaw<{ actor_id: bigint }[]>`
    SELECT DISTINCT actor_id FROM audit_log
    WHERE lower(actor_username) = lower(${username}) AND actor_id IS NOT NULL`;
  return rows.map((row) => gitLabUserId(row.actor_id));
}

/** The groups that have this path, ignoring case, those that are still there first. */
export async function groupsKnownAs(tx: Tx, path: string): Promise<GroupId[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM groups WHERE lower(full_path) = lower(${path}) ORDER BY removed_at NULLS FIRST, id`;
  return rows.map((row) => groupId(row.id));
}
