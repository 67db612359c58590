/** Who may see and do what, as GitLab's policies have it (docs.gitlab.com/user/permissions, 18.x). */
import { ROLE_LEVELS } from '../../domain/roles.ts';
import { byId, groupsOf, selfAndAncestors, selfAndDescendants } from './paths.ts';
import type { GitLabState, GroupRow, IssueRow, MemberRow, NoteRow, ProjectRow, UserRow } from './state.ts';

function highest(rows: readonly MemberRow[]): number {
  return rows.reduce((level, row) => Math.max(level, row.level), 0);
}

function membersOn(state: GitLabState, groups: readonly GroupRow[], project?: ProjectRow): MemberRow[] {
  const ids = new Set(groups.map((group) => group.id));
  return state.members.filter((row) =>
    row.on === 'group' ? ids.has(row.onId) : project !== undefined && row.onId === project.id,
  );
}

/** All memberships that count on the group: its own and inherited ones. */
export function groupMemberRows(state: GitLabState, group: GroupRow): MemberRow[] {
  return membersOn(state, selfAndAncestors(state, group));
}

/** All memberships that count on the project. The owner of a personal project is one of them. */
export function projectMemberRows(state: GitLabState, project: ProjectRow): MemberRow[] {
  const rows = membersOn(state, groupsOf(state, project), project);
  if (project.ownerId === null) return rows;
  const { id: onId, ownerId: userId, createdAt } = project;
  return [...rows, { on: 'project', onId, userId, level: ROLE_LEVELS.owner, createdAt }];
}

function levelIn(rows: readonly MemberRow[], user: UserRow): number {
  if (user.state === 'blocked') return 0;
  if (user.admin) return ROLE_LEVELS.owner;
  return highest(rows.filter((row) => row.userId === user.id));
}

/** What the person may do on the group: GitLab's level, 0 for nothing, an administrator like an owner. */
export function groupLevel(state: GitLabState, group: GroupRow, user: UserRow): number {
  return levelIn(groupMemberRows(state, group), user);
}

/** What the person may do on the project: GitLab's level, 0 for nothing. */
export function projectLevel(state: GitLabState, project: ProjectRow, user: UserRow): number {
  return levelIn(projectMemberRows(state, project), user);
}

/** A private group is also visible to members of anything below it. */
export function canReadGroup(state: GitLabState, group: GroupRow, user: UserRow): boolean {
  if (user.admin || group.visibility !== 'private' || groupLevel(state, group, user) > 0) return true;
  const below = selfAndDescendants(state, group);
  const ids = new Set(below.map((row) => row.id));
  const projects = state.projects.filter((project) => project.groupId !== null && ids.has(project.groupId));
  return (
    membersOn(state, below).some((row) => row.userId === user.id) ||
    projects.some((project) => projectLevel(state, project, user) > 0)
  );
}

/** Whether the project exists for the person at all. */
export function canReadProject(state: GitLabState, project: ProjectRow, user: UserRow): boolean {
  return user.admin || project.visibility !== 'private' || projectLevel(state, project, user) > 0;
}

function takesPart(issue: IssueRow, user: UserRow): boolean {
  return issue.authorId === user.id || issue.assigneeIds.includes(user.id);
}

/** Confidential issues need Planner or more, or a part in them. */
export function canReadIssue(state: GitLabState, issue: IssueRow, user: UserRow): boolean {
  const project = byId(state.projects, issue.projectId);
  if (!canReadProject(state, project, user)) return false;
  if (!issue.confidential) return true;
  return projectLevel(state, project, user) >= ROLE_LEVELS.planner || takesPart(issue, user);
}

/** May change anything about issues of the project. */
export function canAdminIssues(state: GitLabState, project: ProjectRow, user: UserRow): boolean {
  return projectLevel(state, project, user) >= ROLE_LEVELS.planner;
}

/** Title, description and state may also be changed by the author and the assignees. */
export function canUpdateIssue(state: GitLabState, issue: IssueRow, user: UserRow): boolean {
  return canAdminIssues(state, byId(state.projects, issue.projectId), user) || takesPart(issue, user);
}

/** Internal notes need Planner or more. Presumes that the issue may be read. */
export function canReadNote(state: GitLabState, note: NoteRow, user: UserRow): boolean {
  if (!note.internal) return true;
  const issue = byId(state.issues, note.issueId);
  return canAdminIssues(state, byId(state.projects, issue.projectId), user) || note.authorId === user.id;
}

/** One's own notes, or anybody's for a Maintainer. */
export function canEditNote(state: GitLabState, note: NoteRow, user: UserRow): boolean {
  if (note.system) return false;
  const project = byId(state.projects, byId(state.issues, note.issueId).projectId);
  return note.authorId === user.id || projectLevel(state, project, user) >= ROLE_LEVELS.maintainer;
}
