import { type GroupId, groupId, type ProjectId, projectId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';

/** A group whose projects get a webhook each, since GitLab gives it none of its own. */
export interface WatchedGroup {
  readonly id: GroupId;
  /** As it was when it was registered. */
  readonly fullPath: string;
  /** Where the webhooks lead. */
  readonly url: string;
}

/** Watches a group, or changes where its projects' webhooks lead. */
export async function saveWatchedGroup(
  tx: Tx,
  { id, fullPath, url }: WatchedGroup,
  now: Date,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO watched_groups (group_id, full_path, url, added_at) VALUES (${id}, ${fullPath}, ${url}, ${now})
    ON CONFLICT (group_id) DO UPDATE SET full_path = excluded.full_path, url = excluded.url`;
}

/** Watches a group no more. */
export async function deleteWatchedGroup(tx: Tx, group: GroupId): Promise<void> {
  await tx.$executeRaw`DELETE FROM watched_groups WHERE group_id = ${group}`;
}

/** All watched groups, in order of path. */
export async function listWatchedGroups(tx: Tx): Promise<WatchedGroup[]> {
  const rows = await tx.$queryRaw<{ group_id: bigint; full_path: string; url: string }[]>`
    SELECT group_id, full_path, url FROM watched_groups ORDER BY full_path`;
  return rows.map((row) => ({ id: groupId(row.group_id), fullPath: row.full_path, url: row.url }));
}

/**
 * Which of these projects nobody has seen to yet, or not with success since `retryBefore`; none of them while no group
 * is watched.
 */
export async function unhookedProjects(
  tx: Tx,
  projects: readonly ProjectId[],
  retryBefore: Date,
): Promise<Set<ProjectId>> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT p.id FROM unnest(${[...projects]}::bigint[]) AS p (id)
    WHERE EXISTS (SELECT 1 FROM watched_groups)
      AND NOT EXISTS (SELECT 1 FROM hooked_projects h WHERE h.project_id = p.id
                      AND (h.problem IS NULL OR h.tried_at > ${retryBefore}))`;
  return new Set(rows.map(({ id }) => projectId(id)));
}

/** What became of a project; `problem` is null when it has its webhook. */
export interface HookedProject {
  readonly id: ProjectId;
  readonly fullPath: string;
  readonly problem: string | null;
}

/** Notes what became of a project. */
export async function saveHookedProject(tx: Tx, project: HookedProject, now: Date): Promise<void> {
  const { id, fullPath, problem } = project;
  await tx.$executeRaw`
    INSERT INTO hooked_projects (project_id, full_path, problem, tried_at)
    VALUES (${id}, ${fullPath}, ${problem}, ${now})
    ON CONFLICT (project_id) DO UPDATE SET full_path = excluded.full_path, problem = excluded.problem,
      tried_at = excluded.tried_at`;
}

/** Forgets the problems of projects that are not among these: they are gone, or below no watched group any more. */
export async function dropOtherProblems(tx: Tx, projects: readonly ProjectId[]): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM hooked_projects WHERE problem IS NOT NULL AND project_id <> ALL(${[...projects]}::bigint[])`;
}

/** Projects that could be given no webhook, in order of path. */
export function listHookProblems(tx: Tx): Promise<{ fullPath: string; problem: string; triedAt: Date }[]> {
  return tx.$queryRaw<{ fullPath: string; problem: string; triedAt: Date }[]>`
    SELECT full_path AS "fullPath", problem, tried_at AS "triedAt" FROM hooked_projects
    WHERE problem IS NOT NULL ORDER BY full_path`;
}
