import { type IssueId, issueId, type ProjectId, projectId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';

/** Where a known issue is. */
export interface KnownIssue {
  readonly id: IssueId;
  readonly projectId: ProjectId;
  readonly iid: number;
}

interface IssueRow {
  id: bigint;
  project_id: bigint;
  iid: number;
}

const toKnown = (row: IssueRow): KnownIssue => ({
  id: issueId(row.id),
  projectId: projectId(row.project_id),
  iid: row.iid,
});

/** Where an issue is, by its global id; null when it is not known. */
export async function findKnownIssue(tx: Tx, issue: IssueId): Promise<KnownIssue | null> {
  const rows = await tx.$queryRaw<IssueRow[]>`SELECT id, project_id, iid FROM issues WHERE id = ${issue}`;
  return rows[0] ? toKnown(rows[0]) : null;
}

/** Issues that have links still, though GitLab said that they went on as this one. */
export async function leftBehindBy(tx: Tx, issue: IssueId): Promise<IssueId[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT i.id FROM issues i WHERE i.moved_to_id = ${issue} AND i.id <> ${issue} AND EXISTS (
      SELECT FROM issue_contacts l WHERE l.crm_group_id = i.crm_group_id AND l.issue_id = i.id) ORDER BY i.id`;
  return rows.map((row) => issueId(row.id));
}

/** Whether an issue has links. */
export async function hasLinks(tx: Tx, issue: IssueId): Promise<boolean> {
  const rows = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM issues i JOIN issue_contacts l ON l.crm_group_id = i.crm_group_id AND l.issue_id = i.id
      WHERE i.id = ${issue}) AS found`;
  return rows[0]?.found ?? false;
}

/** The issue that this one is known to have gone on as; null when none. */
export async function movedTo(tx: Tx, issue: IssueId): Promise<IssueId | null> {
  const rows = await tx.$queryRaw<{ moved_to_id: bigint | null }[]>`
    SELECT moved_to_id FROM issues WHERE id = ${issue}`;
  const to = rows[0]?.moved_to_id ?? null;
  return to === null ? null : issueId(to);
}
