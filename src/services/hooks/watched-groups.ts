import {
  deleteWatchedGroup,
  dropOtherProblems,
  type HookedProject,
  listHookProblems,
  listWatchedGroups,
  saveHookedProject,
  saveWatchedGroup,
  unhookedProjects,
  type WatchedGroup,
} from '../../db/queries/watched-groups.ts';
import type { GroupId, ProjectId } from '../../domain/ids.ts';
import type { ServiceDeps } from '../deps.ts';

export type { HookedProject, WatchedGroup };

type Deps = Pick<ServiceDeps, 'database' | 'now'>;

/** A project that refused is tried again when it is heard of so much later; by the sweep every time. */
const RETRY_AFTER_MS = 60 * 60_000;

/** From now on projects that come below the group are to get a webhook that leads to its `url`. */
export function watchGroup({ database, now }: Deps, group: WatchedGroup): Promise<void> {
  return database.transaction((tx) => saveWatchedGroup(tx, group, now()));
}

/** New projects below the group need no webhook of their own any more. */
export function unwatchGroup({ database }: Pick<Deps, 'database'>, group: GroupId): Promise<void> {
  return database.transaction((tx) => deleteWatchedGroup(tx, group));
}

/** The groups whose new projects get a webhook. */
export function watchedGroups({ database }: Pick<Deps, 'database'>): Promise<WatchedGroup[]> {
  return database.transaction(listWatchedGroups);
}

/** Which of these projects should be looked at: all but those that have their webhook or just refused one. */
export function projectsToHook(
  { database, now }: Deps,
  projects: readonly ProjectId[],
  { refusedToo = false } = {},
): Promise<Set<ProjectId>> {
  const retryBefore = new Date(now().getTime() + (refusedToo ? 1 : -RETRY_AFTER_MS));
  return database.transaction((tx) => unhookedProjects(tx, projects, retryBefore));
}

/** Remembers what became of a project. */
export function recordHookedProject({ database, now }: Deps, project: HookedProject): Promise<void> {
  return database.transaction((tx) => saveHookedProject(tx, project, now()));
}

/** Forgets what was wrong with any other project. */
export function forgetOtherProblems(
  { database }: Pick<Deps, 'database'>,
  projects: readonly ProjectId[],
): Promise<void> {
  return database.transaction((tx) => dropOtherProblems(tx, projects));
}

/** The projects below watched groups that could be given no webhook, and why. */
export function hookProblems({ database }: Pick<Deps, 'database'>) {
  return database.transaction(listHookProblems);
}
