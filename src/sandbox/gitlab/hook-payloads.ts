/**
 * Bodies of project and group hooks, after GitLab's HookData builders (18.x) and the samples in its documentation.
 * E-mail addresses are redacted, as GitLab does with those that are not public.
 */
import type { Lab } from './lab.ts';
import { byId, namespacePath, projectPath } from './paths.ts';
import { issueUrl, noteUrl } from './present-issues.ts';
import type { AwardRow, IssueRow, NoteRow, ProjectRow, UserRow, Visibility } from './state.ts';

/** `changes` of an Issue Hook. */
export type Changes = Record<string, { previous: unknown; current: unknown }>;

const VISIBILITY_LEVELS: Record<Visibility, number> = { private: 0, internal: 10, public: 20 };

function hookUser(user: UserRow) {
  const { id, name, username } = user;
  return { id, name, username, avatar_url: null, email: '[REDACTED]' };
}

function hookProject(lab: Lab, project: ProjectRow) {
  const path = projectPath(lab.state, project);
  const webUrl = `${lab.baseUrl()}/${path}`;
  const sshUrl = `git@gitlab.sandbox:${path}.git`;
  const namespace =
    project.groupId === null
      ? namespacePath(lab.state, project)
      : byId(lab.state.groups, project.groupId).name;
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    web_url: webUrl,
    avatar_url: null,
    git_ssh_url: sshUrl,
    git_http_url: `${webUrl}.git`,
    namespace,
    visibility_level: VISIBILITY_LEVELS[project.visibility],
    path_with_namespace: path,
    default_branch: 'main',
    ci_config_path: null,
    homepage: webUrl,
    url: sshUrl,
    ssh_url: sshUrl,
    http_url: `${webUrl}.git`,
  };
}

function hookRepository(lab: Lab, project: ProjectRow) {
  const { name, url, description, homepage } = hookProject(lab, project);
  return { name, url, description, homepage };
}

function hookIssue(lab: Lab, issue: IssueRow) {
  return {
    author_id: issue.authorId,
    closed_at: issue.closedAt,
    confidential: issue.confidential,
    created_at: issue.createdAt,
    description: issue.description,
    discussion_locked: null,
    due_date: null,
    id: issue.id,
    iid: issue.iid,
    last_edited_at: null,
    last_edited_by_id: null,
    milestone_id: null,
    moved_to_id: issue.movedToId,
    duplicated_to_id: null,
    project_id: issue.projectId,
    relative_position: issue.iid * 513,
    state_id: issue.state === 'opened' ? 1 : 2,
    time_estimate: 0,
    title: issue.title,
    updated_at: issue.updatedAt,
    updated_by_id: issue.updatedById,
    type: 'Issue',
    url: issueUrl(lab, issue),
    total_time_spent: 0,
    time_change: 0,
    human_total_time_spent: null,
    human_time_change: null,
    human_time_estimate: null,
    assignee_ids: issue.assigneeIds,
    assignee_id: issue.assigneeIds[0] ?? null,
    labels: [],
    state: issue.state,
    severity: 'unknown',
    customer_relations_contacts: [],
  };
}

function hookNote(lab: Lab, note: NoteRow) {
  const issue = byId(lab.state.issues, note.issueId);
  return {
    attachment: null,
    author_id: note.authorId,
    change_position: null,
    commit_id: null,
    created_at: note.createdAt,
    discussion_id: note.discussionId,
    id: note.id,
    internal: note.internal,
    line_code: null,
    note: note.body,
    noteable_id: issue.id,
    noteable_type: 'Issue',
    original_position: null,
    position: null,
    project_id: issue.projectId,
    resolved_at: null,
    resolved_by_id: null,
    resolved_by_push: null,
    st_diff: null,
    system: note.system,
    type: note.type,
    updated_at: note.updatedAt,
    updated_by_id: note.updatedById,
    description: note.body,
    url: noteUrl(lab, note),
  };
}

/** True when GitLab treats the note as confidential: internal, or on a confidential issue. */
export function isConfidentialNote(lab: Lab, note: NoteRow): boolean {
  return note.internal || byId(lab.state.issues, note.issueId).confidential;
}

/**
 * Body of a Note Hook. `user` is the note's author even when somebody else edited it, as in GitLab.
 * A test delivery has no `action`.
 */
export function notePayload(lab: Lab, note: NoteRow, action: 'create' | 'update' | null) {
  const issue = byId(lab.state.issues, note.issueId);
  const project = byId(lab.state.projects, issue.projectId);
  return {
    object_kind: 'note',
    event_type: isConfidentialNote(lab, note) ? 'confidential_note' : 'note',
    user: hookUser(byId(lab.state.users, note.authorId)),
    project_id: project.id,
    project: hookProject(lab, project),
    object_attributes: { ...hookNote(lab, note), ...(action === null ? {} : { action }) },
    repository: hookRepository(lab, project),
    issue: hookIssue(lab, issue),
  };
}

/** `object_attributes.action` of an Issue Hook. */
export type IssueAction = 'open' | 'update' | 'close' | 'reopen';

/** Body of an Issue Hook; `user` is the person acting. */
export function issuePayload(
  lab: Lab,
  issue: IssueRow,
  event: { user: UserRow; action: IssueAction | null; changes: Changes },
) {
  const project = byId(lab.state.projects, issue.projectId);
  const assignees = issue.assigneeIds.map((id) => hookUser(byId(lab.state.users, id)));
  const { action } = event;
  return {
    object_kind: 'issue',
    event_type: issue.confidential ? 'confidential_issue' : 'issue',
    user: hookUser(event.user),
    project: hookProject(lab, project),
    object_attributes: { ...hookIssue(lab, issue), ...(action === null ? {} : { action }) },
    labels: [],
    changes: event.changes,
    repository: hookRepository(lab, project),
    ...(assignees.length === 0 ? {} : { assignees, assignee: assignees[0] }),
  };
}

/** Body of an Emoji Hook on an issue or one of its notes. */
export function emojiPayload(lab: Lab, award: AwardRow, action: 'award' | 'revoke') {
  const note = award.on === 'Note' ? byId(lab.state.notes, award.onId) : null;
  const issue = byId(lab.state.issues, note?.issueId ?? award.onId);
  const project = byId(lab.state.projects, issue.projectId);
  return {
    object_kind: 'emoji',
    event_type: action,
    user: hookUser(byId(lab.state.users, award.userId)),
    project_id: project.id,
    project: hookProject(lab, project),
    object_attributes: {
      user_id: award.userId,
      created_at: award.createdAt,
      id: award.id,
      name: award.name,
      awardable_type: award.on,
      awardable_id: award.onId,
      updated_at: award.createdAt,
      action,
      awarded_on_url: note === null ? issueUrl(lab, issue) : noteUrl(lab, note),
    },
    ...(note === null ? {} : { note: hookNote(lab, note) }),
    issue: hookIssue(lab, issue),
  };
}
