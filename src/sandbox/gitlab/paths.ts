import type { GitLabState, GroupRow, IssueRow, ProjectRow, UserRow } from './state.ts';

/** The row with this id; throws when the state is inconsistent, which is our own fault. */
export function byId<Row extends { id: number }>(rows: readonly Row[], id: number): Row {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

/** The group and those above it, nearest first. */
export function selfAndAncestors(state: GitLabState, group: GroupRow): GroupRow[] {
  const line: GroupRow[] = [];
  let current: GroupRow | undefined = group;
  while (current !== undefined) {
    line.push(current);
    const parentId: number | null = current.parentId;
    current = parentId === null ? undefined : byId(state.groups, parentId);
  }
  return line;
}

/** The group and everything below it. */
export function selfAndDescendants(state: GitLabState, group: GroupRow): GroupRow[] {
  const found = [group];
  for (const parent of found) found.push(...state.groups.filter((child) => child.parentId === parent.id));
  return found;
}

/** The groups that a project lies in, nearest first; none for a personal project. */
export function groupsOf(state: GitLabState, project: ProjectRow): GroupRow[] {
  return project.groupId === null ? [] : selfAndAncestors(state, byId(state.groups, project.groupId));
}

/** Full path, `acme/platform/infra`. */
export function groupPath(state: GitLabState, group: GroupRow): string {
  return selfAndAncestors(state, group)
    .reverse()
    .map((part) => part.path)
    .join('/');
}

/** Full path of what the project lies in; a username for a personal project. */
export function namespacePath(state: GitLabState, project: ProjectRow): string {
  if (project.groupId !== null) return groupPath(state, byId(state.groups, project.groupId));
  return byId(state.users, project.ownerId ?? 0).username;
}

/** Full path, `acme/support/desk`. */
export function projectPath(state: GitLabState, project: ProjectRow): string {
  return `${namespacePath(state, project)}/${project.path}`;
}

/** Full name as GitLab words it, `Acme / Support`. */
export function groupName(state: GitLabState, group: GroupRow): string {
  return selfAndAncestors(state, group)
    .reverse()
    .map((part) => part.name)
    .join(' / ');
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** By id or full path, ignoring case. Old paths are not followed here. */
export function findGroup(state: GitLabState, idOrPath: string): GroupRow | null {
  if (/^\d+$/.test(idOrPath)) return state.groups.find((group) => group.id === Number(idOrPath)) ?? null;
  return state.groups.find((group) => sameText(groupPath(state, group), idOrPath)) ?? null;
}

/** By id or full path, ignoring case. Old paths are not followed here. */
export function findProject(state: GitLabState, idOrPath: string): ProjectRow | null {
  if (/^\d+$/.test(idOrPath))
    return state.projects.find((project) => project.id === Number(idOrPath)) ?? null;
  return state.projects.find((project) => sameText(projectPath(state, project), idOrPath)) ?? null;
}

/** The id that an old path of this kind leads to, or null. */
export function findRedirect(state: GitLabState, kind: 'group' | 'project', path: string): number | null {
  const row = state.redirects.find((candidate) => candidate.kind === kind && sameText(candidate.path, path));
  return row?.id ?? null;
}

/** Somebody's first token that still works; null for GitLab's own users, which have none. */
export function findToken(state: GitLabState, { id }: UserRow): string | null {
  return state.tokens.find(({ userId, revoked }) => userId === id && !revoked)?.token ?? null;
}

/** By username, ignoring case. */
export function findUser(state: GitLabState, username: string): UserRow | null {
  return state.users.find((user) => sameText(user.username, username)) ?? null;
}

/** By its number within the project. */
export function findIssue(state: GitLabState, project: ProjectRow, iid: number): IssueRow | null {
  return state.issues.find((issue) => issue.projectId === project.id && issue.iid === iid) ?? null;
}

/** Old paths that a live group or project has taken over lead nowhere any more. */
export function dropReusedRedirects(state: GitLabState): void {
  state.redirects = state.redirects.filter(({ path }) => {
    return findGroup(state, path) === null && findProject(state, path) === null;
  });
}
