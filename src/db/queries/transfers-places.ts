import { type GroupId, groupId, type IssueId, issueId, type ProjectId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import type { GroupCopy, ProjectCopy } from './places.ts';

/** What is known of a group that GitLab's word is compared with. */
export interface KnownGroup {
  readonly id: GroupId;
  readonly parentId: GroupId | null;
  readonly fullPath: string;
  /** When GitLab said so. */
  readonly checkedAt: Date;
}

/** Those of these groups that are known. */
export async function knownGroups(tx: Tx, groups: readonly GroupId[]): Promise<KnownGroup[]> {
  const rows = await tx.$queryRaw<
    { id: bigint; parent_id: bigint | null; full_path: string; checked_at: Date }[]
  >`
    SELECT id, parent_id, full_path, checked_at FROM groups WHERE id = ANY(${[...groups]}::bigint[])`;
  return rows.map((row) => ({
    id: groupId(row.id),
    parentId: row.parent_id === null ? null : groupId(row.parent_id),
    fullPath: row.full_path,
    checkedAt: row.checked_at,
  }));
}

/**
 * Locks the rows of these groups against everybody who holds a crm group or records a hierarchy. In order of id, so
 * that two transfers wait for each other rather than meet.
 */
export async function lockGroups(tx: Tx, groups: readonly GroupId[]): Promise<void> {
  await tx.$queryRaw`
    SELECT id FROM groups WHERE id = ANY(${[...groups]}::bigint[]) ORDER BY id FOR UPDATE`;
}

/**
 * Holds a crm group until the transaction ends: no transfer into or out of it commits meanwhile. Shared, and
 * untroubled by those who only record the group.
 */
export async function shareGroup(tx: Tx, group: GroupId): Promise<void> {
  await tx.$queryRaw`SELECT id FROM groups WHERE id = ${group} FOR KEY SHARE`;
}

/** The sources that these groups set, for groups that set one. */
export async function sourcesOf(tx: Tx, groups: readonly GroupId[]): Promise<Map<GroupId, GroupId>> {
  const rows = await tx.$queryRaw<{ group_id: bigint; source_group_id: bigint }[]>`
    SELECT group_id, source_group_id FROM group_settings
    WHERE group_id = ANY(${[...groups]}::bigint[]) AND source_group_id IS NOT NULL`;
  return new Map(rows.map((row) => [groupId(row.group_id), groupId(row.source_group_id)]));
}

/** A group and all below it. */
export async function groupsBelow(tx: Tx, group: GroupId): Promise<GroupId[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM groups WHERE id = ${group}
      UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id
    )
    SELECT id FROM below`;
  return rows.map((row) => groupId(row.id));
}

/** The crm groups that issues below a group have, or have links in. */
export async function crmGroupsBelow(tx: Tx, group: GroupId): Promise<GroupId[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM groups WHERE id = ${group}
      UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id
    )
    SELECT DISTINCT i.crm_group_id AS id FROM below b JOIN projects p ON p.group_id = b.id
    JOIN issues i ON i.project_id = p.id WHERE i.crm_group_id IS NOT NULL`;
  return rows.map((row) => groupId(row.id));
}

/** A group's new place, with the paths and the root of everything below it. */
export async function moveGroup(
  tx: Tx,
  move: { group: GroupCopy; formerPath: string; rootId: GroupId; at: Date },
): Promise<void> {
  const { group, formerPath, rootId, at } = move;
  // All that is below is as new as this, so that an older answer does not give it its old path back.
  const heard = group.asOf ?? at;
  await tx.$executeRaw`UPDATE groups SET parent_id = ${group.parentId}::bigint WHERE id = ${group.id}`;
  await tx.$executeRaw`
    WITH RECURSIVE below AS (
      SELECT id FROM groups WHERE id = ${group.id}
      UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id
    ), moved AS (
      UPDATE groups g SET root_id = ${rootId}, checked_at = greatest(g.checked_at, ${heard}::timestamptz), full_path = CASE
          WHEN starts_with(g.full_path || '/', ${`${formerPath}/`})
          THEN ${group.fullPath} || substr(g.full_path, ${formerPath.length + 1}::int) ELSE g.full_path END
      FROM below b WHERE g.id = b.id
    )
    UPDATE projects p SET full_path = ${group.fullPath} || substr(p.full_path, ${formerPath.length + 1}::int),
      checked_at = greatest(p.checked_at, ${heard}::timestamptz)
    FROM below b WHERE p.group_id = b.id AND starts_with(p.full_path, ${`${formerPath}/`})`;
}

export interface KnownProject {
  readonly groupId: GroupId | null;
  readonly fullPath: string;
  /** When GitLab said so. */
  readonly checkedAt: Date;
}

/** What is known of a project; undefined when nothing is. */
export async function knownProject(tx: Tx, project: ProjectId): Promise<KnownProject | undefined> {
  const rows = await tx.$queryRaw<{ group_id: bigint | null; full_path: string; checked_at: Date }[]>`
    SELECT group_id, full_path, checked_at FROM projects WHERE id = ${project}`;
  const row = rows[0];
  if (!row) return undefined;
  const { group_id: group, full_path: fullPath, checked_at: checkedAt } = row;
  return { groupId: group === null ? null : groupId(group), fullPath, checkedAt };
}

/** The same with its row locked. */
export async function lockProject(tx: Tx, project: ProjectId): Promise<KnownProject | undefined> {
  await tx.$queryRaw`SELECT id FROM projects WHERE id = ${project} FOR UPDATE`;
  return knownProject(tx, project);
}

/** A project's new place. */
export async function moveProject(tx: Tx, project: ProjectCopy, at: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE projects SET group_id = ${project.groupId}::bigint, full_path = ${project.fullPath},
      checked_at = greatest(checked_at, ${project.asOf ?? at}::timestamptz)
    WHERE id = ${project.id}`;
}

/** The crm groups that issues of a project have, or have links in. */
export async function crmGroupsOfProject(tx: Tx, project: ProjectId): Promise<GroupId[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT DISTINCT crm_group_id AS id FROM issues WHERE project_id = ${project} AND crm_group_id IS NOT NULL`;
  return rows.map((row) => groupId(row.id));
}

export interface PlacedIssue {
  readonly id: IssueId;
  readonly groupId: GroupId | null;
  readonly crmGroupId: GroupId | null;
  readonly hasLinks: boolean;
  readonly reference: string;
}

/** Issues with where they are, their rows locked in order of id. */
export async function lockIssues(tx: Tx, issues: readonly IssueId[]): Promise<PlacedIssue[]> {
  await tx.$queryRaw`SELECT id FROM issues WHERE id = ANY(${[...issues]}::bigint[]) ORDER BY id FOR UPDATE`;
  return placedIssues(tx, issues);
}

/** The same without a lock. */
export async function placedIssues(tx: Tx, issues: readonly IssueId[]): Promise<PlacedIssue[]> {
  const rows = await tx.$queryRaw<
    {
      id: bigint;
      group_id: bigint | null;
      crm_group_id: bigint | null;
      has_links: boolean;
      reference: string;
    }[]
  >`
    SELECT i.id, p.group_id, i.crm_group_id, p.full_path || '#' || i.iid AS reference, EXISTS (
      SELECT FROM issue_contacts l WHERE l.crm_group_id = i.crm_group_id AND l.issue_id = i.id) AS has_links
    FROM issues i JOIN projects p ON p.id = i.project_id
    WHERE i.id = ANY(${[...issues]}::bigint[])`;
  return rows.map((row) => ({
    id: issueId(row.id),
    groupId: row.group_id === null ? null : groupId(row.group_id),
    crmGroupId: row.crm_group_id === null ? null : groupId(row.crm_group_id),
    hasLinks: row.has_links,
    reference: row.reference,
  }));
}

/** The group that an issue's project is in; null in a personal namespace, or when the issue is not known. */
export async function groupOfIssue(tx: Tx, issue: IssueId): Promise<GroupId | null> {
  const rows = await tx.$queryRaw<{ group_id: bigint | null }[]>`
    SELECT p.group_id FROM issues i JOIN projects p ON p.id = i.project_id WHERE i.id = ${issue}`;
  const id = rows[0]?.group_id ?? null;
  return id === null ? null : groupId(id);
}
