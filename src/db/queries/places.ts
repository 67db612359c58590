import type { GroupWithSettings } from '../../domain/crm-group.ts';
import { type GroupId, groupId, type IssueId, issueId, type ProjectId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';

export interface GroupCopy {
  readonly id: GroupId;
  readonly parentId: GroupId | null;
  readonly fullPath: string;
  readonly name: string;
  /** When GitLab said so; now unless said. */
  readonly asOf?: Date;
}

export interface ProjectCopy {
  readonly id: ProjectId;
  readonly groupId: GroupId | null;
  readonly fullPath: string;
  readonly name: string;
  /** When GitLab said so; now unless said. */
  readonly asOf?: Date;
}

export interface IssueCopy {
  readonly id: IssueId;
  readonly projectId: ProjectId;
  readonly iid: number;
  readonly title: string;
  readonly state: 'opened' | 'closed';
  readonly confidential: boolean;
  readonly authorId: bigint | null;
  readonly assigneeIds: readonly bigint[];
  readonly movedToId: IssueId | null;
  readonly updatedAt: Date | null;
}

const CONFIRMED_FOR_SEC = 60;

/** Whether a row that says the same as an answer of GitLab's is young enough not to be touched for it. */
export const isConfirmed = (checkedAt: Date, asOf: Date): boolean =>
  checkedAt.getTime() >= asOf.getTime() - CONFIRMED_FOR_SEC * 1_000;

/**
 * Writes GitLab's word on a group and everything above it, `chain` running from the group to its root. Rows that
 * already say the same are only touched once a minute, and not locked: a busy group must not become a queue of
 * writers. A known group keeps its parent: that it moved is for the transfers to settle. What was heard later stays.
 */
export async function recordChain(tx: Tx, chain: readonly GroupCopy[], now: Date): Promise<void> {
  const root = chain.at(-1);
  if (!root) return;
  // Sorted, so that two writers of overlapping chains lock rows in one order.
  const rows = [...chain].sort((a, b) => (a.id < b.id ? -1 : 1));
  await tx.$executeRaw`
    INSERT INTO groups (id, parent_id, root_id, full_path, name, checked_at)
    SELECT v.id, v.parent_id, v.root_id, v.full_path, v.name, v.checked_at
    FROM (VALUES ${Prisma.join(
      rows.map(
        (g) =>
          Prisma.sql`(${g.id}::bigint, ${g.parentId}::bigint, ${root.id}::bigint, ${g.fullPath}, ${g.name}, ${g.asOf ?? now}::timestamptz)`,
      ),
    )}) AS v (id, parent_id, root_id, full_path, name, checked_at)
    WHERE NOT EXISTS (SELECT FROM groups g WHERE g.id = v.id AND g.root_id = v.root_id
      AND g.full_path = v.full_path AND g.name = v.name AND g.removed_at IS NULL
      AND g.checked_at >= v.checked_at - make_interval(secs => ${CONFIRMED_FOR_SEC}::int))
    ON CONFLICT (id) DO UPDATE SET root_id = excluded.root_id, full_path = excluded.full_path,
      name = excluded.name, checked_at = excluded.checked_at, removed_at = NULL
    WHERE groups.parent_id IS NOT DISTINCT FROM excluded.parent_id AND groups.checked_at <= excluded.checked_at`;
}

/**
 * Writes GitLab's word on a project; its group must have been recorded. A known project keeps its group: that it
 * moved is for the transfers to settle.
 */
export async function recordProject(tx: Tx, project: ProjectCopy, now: Date): Promise<void> {
  const at = project.asOf ?? now;
  await tx.$executeRaw`
    INSERT INTO projects (id, group_id, full_path, name, checked_at)
    SELECT ${project.id}::bigint, ${project.groupId}::bigint, ${project.fullPath}, ${project.name}, ${at}::timestamptz
    WHERE NOT EXISTS (SELECT FROM projects p WHERE p.id = ${project.id} AND p.full_path = ${project.fullPath}
      AND p.name = ${project.name} AND p.removed_at IS NULL
      AND p.checked_at >= ${at}::timestamptz - make_interval(secs => ${CONFIRMED_FOR_SEC}::int))
    ON CONFLICT (id) DO UPDATE SET full_path = excluded.full_path, name = excluded.name,
      checked_at = excluded.checked_at, removed_at = NULL
    WHERE projects.group_id IS NOT DISTINCT FROM excluded.group_id AND projects.checked_at <= excluded.checked_at`;
}

/** Writes GitLab's word on an issue unless what is known is newer. Its crm group is left as it is. */
export async function recordIssueCopy(tx: Tx, issue: IssueCopy, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO issues (id, project_id, iid, title, state, confidential, author_id, assignee_ids, moved_to_id,
      gitlab_updated_at, checked_at)
    VALUES (${issue.id}, ${issue.projectId}, ${issue.iid}, ${issue.title}, ${issue.state}, ${issue.confidential},
      ${issue.authorId}::bigint, ${[...issue.assigneeIds]}::bigint[], ${issue.movedToId}::bigint,
      ${issue.updatedAt}::timestamptz, ${now})
    ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, iid = excluded.iid, title = excluded.title,
      state = excluded.state, confidential = excluded.confidential, author_id = excluded.author_id,
      assignee_ids = excluded.assignee_ids, moved_to_id = excluded.moved_to_id,
      gitlab_updated_at = excluded.gitlab_updated_at, checked_at = excluded.checked_at, removed_at = NULL
    WHERE issues.gitlab_updated_at IS NULL OR excluded.gitlab_updated_at IS NULL
      OR issues.gitlab_updated_at <= excluded.gitlab_updated_at`;
}

interface ChainRow {
  id: bigint;
  full_path: string;
  crm_enabled: boolean;
  source_group_id: bigint | null;
}

const toGroup = (row: ChainRow): GroupWithSettings => ({
  id: groupId(row.id),
  fullPath: row.full_path,
  crmEnabled: row.crm_enabled,
  sourceGroupId: row.source_group_id === null ? null : groupId(row.source_group_id),
});

/** A group and its ancestors with their CRM settings, from the group to its root; empty when it is not known. */
export async function loadChain(tx: Tx, group: GroupId): Promise<GroupWithSettings[]> {
  const rows = await tx.$queryRaw<ChainRow[]>`
    WITH RECURSIVE chain AS (
      SELECT g.id, g.parent_id, g.full_path, 0 AS depth FROM groups g WHERE g.id = ${group}
      UNION ALL
      SELECT g.id, g.parent_id, g.full_path, c.depth + 1 FROM groups g JOIN chain c ON g.id = c.parent_id
      WHERE c.depth < 30
    )
    SELECT chain.id, chain.full_path, coalesce(s.crm_enabled, true) AS crm_enabled, s.source_group_id
    FROM chain LEFT JOIN group_settings s ON s.group_id = chain.id ORDER BY depth`;
  return rows.map(toGroup);
}

/** One group with its CRM settings, or null when it is not known. */
export async function loadGroup(tx: Tx, group: GroupId): Promise<GroupWithSettings | null> {
  return (await loadGroups(tx, [group]))[0] ?? null;
}

/** Several in one statement, in no order; those that are not known are absent. */
export async function loadGroups(tx: Tx, groups: readonly GroupId[]): Promise<GroupWithSettings[]> {
  const rows = await tx.$queryRaw<ChainRow[]>`
    SELECT g.id, g.full_path, coalesce(s.crm_enabled, true) AS crm_enabled, s.source_group_id
    FROM groups g LEFT JOIN group_settings s ON s.group_id = g.id WHERE g.id = ANY (${[...groups]}::bigint[])`;
  return rows.map(toGroup);
}

export interface LockedIssue {
  readonly id: IssueId;
  readonly crmGroupId: GroupId | null;
  readonly hasLinks: boolean;
}

/** The row of an issue, locked until the transaction ends: changes to one issue's contacts come one by one. */
export async function lockIssue(tx: Tx, issue: IssueId): Promise<LockedIssue | null> {
  const rows = await tx.$queryRaw<{ id: bigint; crm_group_id: bigint | null; has_links: boolean }[]>`
    SELECT i.id, i.crm_group_id, EXISTS (
      SELECT FROM issue_contacts l WHERE l.crm_group_id = i.crm_group_id AND l.issue_id = i.id) AS has_links
    FROM issues i WHERE i.id = ${issue} FOR UPDATE`;
  const row = rows[0];
  if (!row) return null;
  return {
    id: issueId(row.id),
    crmGroupId: row.crm_group_id === null ? null : groupId(row.crm_group_id),
    hasLinks: row.has_links,
  };
}

/** Puts an issue that has no links under a crm group. */
export async function placeIssue(tx: Tx, issue: IssueId, crmGroup: GroupId): Promise<void> {
  await tx.$executeRaw`UPDATE issues SET crm_group_id = ${crmGroup} WHERE id = ${issue}`;
}
