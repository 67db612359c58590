import type { GroupId, IssueId, ProjectId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';
import { insertLinkEntries, type TransferKey } from './transfers-entries.ts';
import type { Pair } from './transfers-scope.ts';

/** Counts links of a project's issues by the crm group that they are in. */
export async function linksOfProject(
  tx: Tx,
  project: ProjectId,
): Promise<{ crmGroupId: bigint; links: number }[]> {
  const rows = await tx.$queryRaw<{ crm_group_id: bigint; links: bigint }[]>`
    SELECT i.crm_group_id, count(*) AS links FROM issues i
    JOIN issue_contacts l ON l.crm_group_id = i.crm_group_id AND l.issue_id = i.id
    WHERE i.project_id = ${project} GROUP BY i.crm_group_id ORDER BY i.crm_group_id`;
  return rows.map((row) => ({ crmGroupId: row.crm_group_id, links: Number(row.links) }));
}

/** Which issues lose the links that they have in one crm group. */
export type IssuesLeaving =
  | { readonly project: ProjectId; readonly from: GroupId }
  /** Those of the scope that should be in another crm group. */
  | ({ readonly scope: true } & Pair);

const issuesOf = (leaving: IssuesLeaving): Prisma.Sql =>
  'project' in leaving
    ? Prisma.sql`SELECT i.id FROM issues i WHERE i.project_id = ${leaving.project} AND i.crm_group_id = ${leaving.from}`
    : Prisma.sql`SELECT i.id FROM transfer_groups s JOIN projects p ON p.group_id = s.id
        JOIN issues i ON i.project_id = p.id WHERE s.crm = ${leaving.to} AND i.crm_group_id = ${leaving.from}`;

/** Drops links, keeping them in the report of a transfer; the issues are then under `to`. Gives how many there were. */
export async function dropLinks(
  tx: Tx,
  key: TransferKey,
  { leaving, to }: { leaving: IssuesLeaving; to: GroupId | null },
): Promise<number> {
  const issues = issuesOf(leaving);
  const dropped = await insertLinkEntries(tx, key, { outcome: 'dropped', from: leaving.from, issues });
  await tx.$executeRaw`
    DELETE FROM issue_contacts WHERE crm_group_id = ${leaving.from} AND issue_id IN (${issues})`;
  await tx.$executeRaw`
    UPDATE issues SET crm_group_id = ${to}::bigint
    WHERE crm_group_id = ${leaving.from} AND id IN (${issues})`;
  return dropped;
}

export interface IssueStep {
  readonly source: IssueId;
  readonly target: IssueId;
  readonly crmGroup: GroupId;
}

/** How many links an issue has. */
export async function countLinks(tx: Tx, crmGroup: GroupId, issue: IssueId): Promise<number> {
  const rows = await tx.$queryRaw<{ n: bigint }[]>`
    SELECT count(*) AS n FROM issue_contacts WHERE crm_group_id = ${crmGroup} AND issue_id = ${issue}`;
  return Number(rows[0]?.n ?? 0);
}

/** Puts the links of one issue on another of the same crm group; `at` is when, unless they keep their own time. */
export async function carryLinks(tx: Tx, step: IssueStep, at: Date | null): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO issue_contacts (crm_group_id, issue_id, contact_id, created_at)
    SELECT crm_group_id, ${step.target}, contact_id, coalesce(${at}::timestamptz, created_at) FROM issue_contacts
    WHERE crm_group_id = ${step.crmGroup} AND issue_id = ${step.source} ON CONFLICT DO NOTHING`;
}

/** Notes in a report what became of the links of an issue. */
export async function reportLinks(
  tx: Tx,
  key: TransferKey,
  step: IssueStep & { outcome: 'moved' | 'copied' | 'dropped' },
): Promise<void> {
  await insertLinkEntries(tx, key, {
    outcome: step.outcome,
    from: step.crmGroup,
    issues: Prisma.sql`SELECT ${step.source}::bigint`,
  });
}

/** Takes every link off an issue. */
export async function clearLinks(tx: Tx, crmGroup: GroupId, issue: IssueId): Promise<void> {
  await tx.$executeRaw`DELETE FROM issue_contacts WHERE crm_group_id = ${crmGroup} AND issue_id = ${issue}`;
}

/** Puts an issue without links under a crm group, or under none. */
export async function placeUnlinked(tx: Tx, issue: IssueId, crmGroup: GroupId | null): Promise<void> {
  await tx.$executeRaw`
    UPDATE issues SET crm_group_id = ${crmGroup}::bigint
    WHERE id = ${issue} AND crm_group_id IS DISTINCT FROM ${crmGroup}::bigint`;
}

/** Notes on an issue that it went on as another. */
export async function markMoved(tx: Tx, issue: IssueId, target: IssueId): Promise<void> {
  await tx.$executeRaw`UPDATE issues SET moved_to_id = ${target} WHERE id = ${issue}`;
}
