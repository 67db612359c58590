/** Groups and projects under another path, and their end; done by the administrator. */
import { fireGroupDestroy, fireGroupRename, fireProjectDestroy, fireProjectRename } from './hook-events.ts';
import type { Actor } from './lab.ts';
import { assertNewPath } from './new-path.ts';
import { dropReusedRedirects, groupPath, namespacePath, projectPath, selfAndDescendants } from './paths.ts';
import type { GitLabState, GroupRow, ProjectRow } from './state.ts';

/** Keeps leading there by the path that each of them has now. */
function redirect(state: GitLabState, groups: readonly GroupRow[], projects: readonly ProjectRow[]): void {
  for (const { id, ...row } of groups) {
    state.redirects.push({ kind: 'group', path: groupPath(state, { id, ...row }), id });
  }
  for (const project of projects) {
    state.redirects.push({ kind: 'project', path: projectPath(state, project), id: project.id });
  }
}

const projectsIn = (state: GitLabState, groups: readonly GroupRow[]): ProjectRow[] =>
  state.projects.filter(({ groupId }) => groups.some(({ id }) => id === groupId));

/** Changes the last part of a project's path; fires `project_rename`. Throws GitLab's 400 for one that is taken or none. */
export function renameProject(actor: Actor, project: ProjectRow, path: string): void {
  const { lab } = actor;
  const oldPath = projectPath(lab.state, project);
  assertNewPath(lab, { last: path, fullPath: `${namespacePath(lab.state, project)}/${path}` });
  redirect(lab.state, [], [project]);
  project.path = path;
  project.updatedAt = lab.now().toISOString();
  dropReusedRedirects(lab.state);
  lab.changed();
  fireProjectRename(actor, project, oldPath);
}

/** Changes the last part of a group's path; `group_rename` tells of it, and nothing of what is below. */
export function renameGroup(actor: Actor, group: GroupRow, path: string): void {
  const { lab } = actor;
  const { state } = lab;
  const old = { path: group.path, fullPath: groupPath(state, group) };
  const fullPath = [...old.fullPath.split('/').slice(0, -1), path].join('/');
  assertNewPath(lab, { last: path, fullPath });
  const groups = selfAndDescendants(state, group);
  redirect(state, groups, projectsIn(state, groups));
  group.path = path;
  dropReusedRedirects(state);
  lab.changed();
  fireGroupRename(actor, group, old);
}

/** Ends a project with all that is in it; fires `project_destroy`. */
export function removeProject(actor: Actor, project: ProjectRow): void {
  const { lab } = actor;
  fireProjectDestroy(actor, project);
  forgetProjects(lab.state, [project]);
  lab.changed();
}

/** Ends a group with all below it; fires `group_destroy` for it, and `project_destroy` for each project. */
export function removeGroup(actor: Actor, group: GroupRow): void {
  const { lab } = actor;
  const { state } = lab;
  const groups = selfAndDescendants(state, group);
  const projects = projectsIn(state, groups);
  for (const project of projects) fireProjectDestroy(actor, project);
  fireGroupDestroy(actor, group);
  forgetProjects(state, projects);
  const isGone = (id: number | null) => groups.some((row) => row.id === id);
  state.groups = state.groups.filter(({ id }) => !isGone(id));
  state.members = state.members.filter(({ on, onId }) => on !== 'group' || !isGone(onId));
  state.hooks = state.hooks.filter(({ kind, ownerId }) => kind !== 'group' || !isGone(ownerId));
  state.redirects = state.redirects.filter(({ kind, id }) => kind !== 'group' || !isGone(id));
  lab.changed();
}

function forgetProjects(state: GitLabState, projects: readonly ProjectRow[]): void {
  const isGone = (id: number | null) => projects.some((row) => row.id === id);
  const issues = new Set(state.issues.filter(({ projectId }) => isGone(projectId)).map(({ id }) => id));
  const notes = new Set(state.notes.filter(({ issueId }) => issues.has(issueId)).map(({ id }) => id));
  state.projects = state.projects.filter(({ id }) => !isGone(id));
  state.issues = state.issues.filter(({ id }) => !issues.has(id));
  state.notes = state.notes.filter(({ id }) => !notes.has(id));
  state.awards = state.awards.filter(({ on, onId }) => !(on === 'Issue' ? issues : notes).has(onId));
  state.members = state.members.filter(({ on, onId }) => on !== 'project' || !isGone(onId));
  state.hooks = state.hooks.filter(({ kind, ownerId }) => kind !== 'project' || !isGone(ownerId));
  state.redirects = state.redirects.filter(({ kind, id }) => kind !== 'project' || !isGone(id));
}
