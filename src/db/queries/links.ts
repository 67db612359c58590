import type { Contact, IssueSummary } from '../../domain/customers.ts';
import {
  type ContactId,
  contactId,
  type GroupId,
  type IssueId,
  issueId,
  type OrganizationId,
  type ProjectId,
  projectId,
} from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';
import { CONTACT_COLUMNS, CONTACT_FROM, type ContactRow, toContact } from './customers.ts';

/** The contacts of an issue in order of name. */
export async function contactsOfIssue(tx: Tx, crmGroup: GroupId, issue: IssueId): Promise<Contact[]> {
  const rows = await tx.$queryRaw<ContactRow[]>`
    SELECT ${CONTACT_COLUMNS} FROM issue_contacts l
    JOIN ${CONTACT_FROM} ON c.crm_group_id = l.crm_group_id AND c.id = l.contact_id
    WHERE l.crm_group_id = ${crmGroup} AND l.issue_id = ${issue}
    ORDER BY c.last_name, c.first_name, c.id`;
  return rows.map(toContact);
}

interface LinkChange {
  readonly crmGroupId: GroupId;
  readonly issueId: IssueId;
  readonly contactIds: readonly ContactId[];
}

/** Adds links; gives the contacts that were not linked before. */
export async function insertLinks(tx: Tx, change: LinkChange, now: Date): Promise<ContactId[]> {
  const rows = await tx.$queryRaw<{ contact_id: bigint }[]>`
    INSERT INTO issue_contacts (crm_group_id, issue_id, contact_id, created_at)
    SELECT ${change.crmGroupId}, ${change.issueId}, contact, ${now}
    FROM unnest(${[...change.contactIds]}::bigint[]) contact
    ON CONFLICT DO NOTHING RETURNING contact_id`;
  return rows.map((row) => contactId(row.contact_id));
}

/** Removes links; gives the contacts that were linked before. */
export async function deleteLinks(tx: Tx, change: LinkChange): Promise<ContactId[]> {
  const rows = await tx.$queryRaw<{ contact_id: bigint }[]>`
    DELETE FROM issue_contacts WHERE crm_group_id = ${change.crmGroupId} AND issue_id = ${change.issueId}
      AND contact_id = ANY(${[...change.contactIds]}::bigint[]) RETURNING contact_id`;
  return rows.map((row) => contactId(row.contact_id));
}

/** Whose issues: one contact's, or those of every contact of an organization. */
export type IssuesOf = { readonly contactId: ContactId } | { readonly organizationId: OrganizationId };

export interface LinkedIssue extends IssueSummary {
  readonly projectId: ProjectId;
  readonly authorId: bigint | null;
  readonly assigneeIds: readonly bigint[];
}

interface IssueRow {
  id: bigint;
  project_id: bigint;
  reference: string;
  title: string;
  state: 'opened' | 'closed';
  confidential: boolean;
  author_id: bigint | null;
  assignee_ids: bigint[];
}

const linksOf = (of: IssuesOf): Prisma.Sql =>
  'contactId' in of
    ? Prisma.sql`l.contact_id = ${of.contactId}`
    : Prisma.sql`l.contact_id IN (SELECT c.id FROM contacts c
        WHERE c.crm_group_id = l.crm_group_id AND c.organization_id = ${of.organizationId})`;

/** The projects that linked issues are in, with whether each lies below the crm group itself. */
export async function projectsOfLinkedIssues(
  tx: Tx,
  crmGroup: GroupId,
  of: IssuesOf,
): Promise<{ id: ProjectId; belowCrmGroup: boolean }[]> {
  const rows = await tx.$queryRaw<{ id: bigint; below: boolean }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM groups WHERE id = ${crmGroup}
      UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id
    )
    SELECT DISTINCT p.id, p.group_id IN (SELECT id FROM below) AS below
    FROM issue_contacts l JOIN issues i ON i.id = l.issue_id JOIN projects p ON p.id = i.project_id
    WHERE l.crm_group_id = ${crmGroup} AND ${linksOf(of)}`;
  return rows.map((row) => ({ id: projectId(row.id), belowCrmGroup: row.below }));
}

export interface LinkedIssuesPage {
  readonly crmGroupId: GroupId;
  readonly of: IssuesOf;
  readonly includeClosed: boolean;
  /** Projects where the reader may see every issue. */
  readonly projects: readonly ProjectId[];
  /** Projects where a confidential issue shows only to its author and assignees. */
  readonly guestProjects: readonly ProjectId[];
  readonly readerId: bigint;
  readonly limit: number;
  readonly offset: number;
}

/** Issues a reader may see, open ones first, newest first; `total` counts them all. */
export async function linkedIssues(
  tx: Tx,
  page: LinkedIssuesPage,
): Promise<{ issues: LinkedIssue[]; total: number }> {
  const rows = await tx.$queryRaw<(IssueRow & { total: bigint })[]>`
    SELECT i.id, i.project_id, p.full_path || '#' || i.iid AS reference, i.title, i.state, i.confidential,
      i.author_id, i.assignee_ids, count(*) OVER () AS total
    FROM issues i JOIN projects p ON p.id = i.project_id
    WHERE i.id IN (SELECT l.issue_id FROM issue_contacts l WHERE l.crm_group_id = ${page.crmGroupId} AND ${linksOf(page.of)})
      AND i.removed_at IS NULL AND (${page.includeClosed} OR i.state = 'opened')
      AND (i.project_id = ANY(${[...page.projects]}::bigint[])
        OR (i.project_id = ANY(${[...page.guestProjects]}::bigint[])
          AND (NOT i.confidential OR i.author_id = ${page.readerId} OR ${page.readerId} = ANY(i.assignee_ids))))
    ORDER BY i.state DESC, i.id DESC LIMIT ${page.limit} OFFSET ${page.offset}`;
  // A page behind the last one has no row to count on.
  if (rows.length === 0 && page.offset > 0) {
    return { issues: [], total: (await linkedIssues(tx, { ...page, limit: 1, offset: 0 })).total };
  }
  return {
    total: Number(rows[0]?.total ?? 0),
    issues: rows.map((row) => ({
      id: issueId(row.id),
      projectId: projectId(row.project_id),
      reference: row.reference,
      title: row.title,
      state: row.state,
      confidential: row.confidential,
      authorId: row.author_id,
      assigneeIds: row.assignee_ids,
    })),
  };
}
