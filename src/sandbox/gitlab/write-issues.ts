import { canAdminIssues, canReadIssue, canReadProject, canUpdateIssue, projectLevel } from './access.ts';
import { fireIssue } from './hook-events.ts';
import type { Changes, IssueAction } from './hook-payloads.ts';
import type { Actor, Lab } from './lab.ts';
import { byId, projectPath } from './paths.ts';
import { badRequest, forbidden, missing, notFound } from './refusal.ts';
import { type IssueRow, type ProjectRow, takeId } from './state.ts';
import { appendNote, savedText } from './write-notes.ts';

export interface NewIssue {
  title: string;
  description?: string | undefined;
  confidential?: boolean | undefined;
  assigneeIds?: number[] | undefined;
  labels?: string[] | undefined;
}

export interface IssueEdit extends Omit<NewIssue, 'title'> {
  title?: string | undefined;
  stateEvent?: 'close' | 'reopen' | undefined;
}

/** Adds a row without any check and without firing a hook. */
function appendIssue(lab: Lab, project: ProjectRow, fields: NewIssue & { authorId: number }): IssueRow {
  const at = lab.now().toISOString();
  const issue: IssueRow = {
    id: takeId(lab.state, 'issue'),
    iid: project.nextIid++,
    projectId: project.id,
    title: fields.title,
    description: fields.description ?? '',
    authorId: fields.authorId,
    assigneeIds: fields.assigneeIds ?? [],
    labels: fields.labels ?? [],
    confidential: fields.confidential ?? false,
    state: 'opened',
    createdAt: at,
    updatedAt: at,
    updatedById: null,
    closedAt: null,
    closedById: null,
    movedToId: null,
  };
  lab.state.issues.push(issue);
  project.updatedAt = at;
  lab.changed();
  return issue;
}

function openChanges(issue: IssueRow): Changes {
  const fields = { author_id: issue.authorId, id: issue.id, iid: issue.iid, project_id: issue.projectId };
  const texts = { title: issue.title, description: issue.description, created_at: issue.createdAt };
  return Object.fromEntries(
    Object.entries({ ...fields, ...texts }).map(([name, current]) => [name, { previous: null, current }]),
  );
}

/** Files an issue and fires its Issue Hook. Guests may; non-members of a private project are told that there is none. */
export function createIssue(lab: Lab, actor: Actor, project: ProjectRow, input: NewIssue): IssueRow {
  if (!canReadProject(lab.state, project, actor.user)) throw notFound('Project');
  if (input.title.trim() === '') throw missing('title');
  if (input.title.length > 255) throw badRequest({ title: ['is too long (maximum is 255 characters)'] });
  const privileged = canAdminIssues(lab.state, project, actor.user);
  const issue = appendIssue(lab, project, {
    ...input,
    description: savedText(lab, input.description ?? '') ?? '',
    assigneeIds: privileged ? input.assigneeIds : [],
    labels: privileged ? input.labels : [],
    authorId: actor.user.id,
  });
  fireIssue(lab, actor, { issue, action: 'open', changes: openChanges(issue) });
  return issue;
}

/** Puts the new values in; returns what changed, in the hook's words. */
function applyEdit(lab: Lab, issue: IssueRow, edit: IssueEdit): Changes {
  const changes: Changes = {};
  const put = <Name extends 'title' | 'description' | 'confidential' | 'labels' | 'assigneeIds'>(
    name: Name,
    value: IssueRow[Name] | undefined,
  ) => {
    if (value === undefined || JSON.stringify(value) === JSON.stringify(issue[name])) return;
    changes[name === 'assigneeIds' ? 'assignees' : name] = { previous: issue[name], current: value };
    issue[name] = value;
  };
  put('title', edit.title);
  put('description', edit.description === undefined ? undefined : (savedText(lab, edit.description) ?? ''));
  put('confidential', edit.confidential);
  put('labels', edit.labels);
  put('assigneeIds', edit.assigneeIds);
  return changes;
}

function systemNote(lab: Lab, actor: Actor, issue: IssueRow, body: string): void {
  appendNote(lab, issue, { body, authorId: actor.user.id, system: true });
}

function setState(lab: Lab, actor: Actor, issue: IssueRow, state: IssueRow['state']): Changes {
  const [open, closed] = [1, 2];
  const wasOpen = issue.state === 'opened';
  const at = lab.now().toISOString();
  const previous = issue.closedAt;
  issue.state = state;
  issue.closedAt = state === 'closed' ? at : null;
  issue.closedById = state === 'closed' ? actor.user.id : null;
  systemNote(lab, actor, issue, state === 'closed' ? 'closed' : 'reopened');
  return {
    closed_at: { previous, current: issue.closedAt },
    state_id: { previous: wasOpen ? open : closed, current: wasOpen ? closed : open },
  };
}

/** Changes an issue; fires one Issue Hook when anything changed. Closing a closed issue changes nothing. */
export function updateIssue(lab: Lab, actor: Actor, issue: IssueRow, edit: IssueEdit): void {
  if (!canReadIssue(lab.state, issue, actor.user)) throw notFound();
  if (!canUpdateIssue(lab.state, issue, actor.user)) throw forbidden();
  const changes = applyEdit(lab, issue, edit);
  let action: IssueAction = 'update';
  if (edit.stateEvent === 'close' && issue.state === 'opened') {
    Object.assign(changes, setState(lab, actor, issue, 'closed'));
    action = 'close';
  }
  if (edit.stateEvent === 'reopen' && issue.state === 'closed') {
    Object.assign(changes, setState(lab, actor, issue, 'opened'));
    action = 'reopen';
  }
  if (Object.keys(changes).length === 0) return;
  touch(lab, actor, issue, changes);
  fireIssue(lab, actor, { issue, action, changes });
}

function touch(lab: Lab, actor: Actor, issue: IssueRow, changes: Changes): void {
  const current = lab.now().toISOString();
  Object.assign(changes, {
    updated_at: { previous: issue.updatedAt, current },
    updated_by_id: { previous: issue.updatedById, current: actor.user.id },
  });
  issue.updatedAt = current;
  issue.updatedById = actor.user.id;
  lab.changed();
}

function copyOf(lab: Lab, actor: Actor, issue: IssueRow, target: ProjectRow): IssueRow {
  const { title, description, confidential, assigneeIds, labels, authorId } = issue;
  const fields = { title, description, confidential, labels: [...labels], authorId };
  const kept = assigneeIds.filter((id) => projectLevel(lab.state, target, byId(lab.state.users, id)) > 0);
  const copy = appendIssue(lab, target, { ...fields, assigneeIds: kept });
  fireIssue(lab, actor, { issue: copy, action: 'open', changes: openChanges(copy) });
  return copy;
}

function copyNotes(lab: Lab, from: IssueRow, to: IssueRow): void {
  const discussions = new Map<string, string>();
  for (const note of lab.state.notes.filter((row) => row.issueId === from.id)) {
    const { id: _id, issueId: _issueId, discussionId, ...fields } = note;
    const known = discussions.get(discussionId);
    const copy = appendNote(lab, to, {
      ...fields,
      ...(known === undefined ? {} : { discussionId: known }),
    });
    discussions.set(discussionId, copy.discussionId);
  }
}

function assertMayMove(lab: Lab, actor: Actor, issue: IssueRow, target: ProjectRow): void {
  const { user } = actor;
  const source = byId(lab.state.projects, issue.projectId);
  if (!canReadIssue(lab.state, issue, user)) throw notFound('Issue');
  if (!canReadProject(lab.state, target, user)) throw notFound('Project');
  if (!canAdminIssues(lab.state, source, user) || !canAdminIssues(lab.state, target, user)) {
    throw badRequest('Cannot move issue due to insufficient permissions!');
  }
}

function reference(lab: Lab, issue: IssueRow): string {
  return `${projectPath(lab.state, byId(lab.state.projects, issue.projectId))}#${issue.iid}`;
}

/**
 * Moves an issue as GitLab does: a copy is opened in the target (Issue Hook `open`), the original points at it and
 * is closed (Issue Hook `close` with `moved_to_id`; none when it was closed already). Notes are copied without hooks.
 */
export function moveIssue(lab: Lab, actor: Actor, issue: IssueRow, target: ProjectRow): IssueRow {
  assertMayMove(lab, actor, issue, target);
  if (issue.projectId === target.id) throw badRequest('Cannot move issue to project it originates from!');
  if (issue.movedToId !== null) throw badRequest('Cannot move issue due to insufficient permissions!');
  const copy = copyOf(lab, actor, issue, target);
  copyNotes(lab, issue, copy);
  systemNote(lab, actor, copy, `moved from ${reference(lab, issue)}`);
  systemNote(lab, actor, issue, `moved to ${reference(lab, copy)}`);
  issue.movedToId = copy.id;
  updateIssue(lab, actor, issue, { stateEvent: 'close' });
  return copy;
}

/** Copies an issue, with its notes when asked; the original stays as it is. */
export function cloneIssue(
  lab: Lab,
  actor: Actor,
  issue: IssueRow,
  to: { target: ProjectRow; withNotes: boolean },
): IssueRow {
  assertMayMove(lab, actor, issue, to.target);
  const copy = copyOf(lab, actor, issue, to.target);
  if (to.withNotes) copyNotes(lab, issue, copy);
  systemNote(lab, actor, copy, `cloned from ${reference(lab, issue)}`);
  systemNote(lab, actor, issue, `cloned to ${reference(lab, copy)}`);
  return copy;
}
