import { canAdminIssues, canReadIssue, canReadProject, canUpdateIssue } from './access.ts';
import { fireIssue } from './hook-events.ts';
import type { Changes, IssueAction } from './hook-payloads.ts';
import type { Actor, Lab } from './lab.ts';
import { badRequest, forbidden, missing, notFound } from './refusal.ts';
import { type IssueRow, type ProjectRow, takeId } from './state.ts';
import { appendNote, savedText } from './write-notes.ts';

/** What a new issue is made of. */
export interface NewIssue {
  title: string;
  description?: string | undefined;
  confidential?: boolean | undefined;
  assigneeIds?: number[] | undefined;
  labels?: string[] | undefined;
}

/** What is not named stays as it is. */
export interface IssueEdit extends Omit<NewIssue, 'title'> {
  title?: string | undefined;
  stateEvent?: 'close' | 'reopen' | undefined;
}

/** Adds a row without any check and without firing a hook. */
export function appendIssue(
  lab: Lab,
  project: ProjectRow,
  fields: NewIssue & { authorId: number },
): IssueRow {
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

/** `changes` of the hook that tells of a new issue. */
export function openChanges(issue: IssueRow): Changes {
  const fields = { author_id: issue.authorId, id: issue.id, iid: issue.iid, project_id: issue.projectId };
  const texts = { title: issue.title, description: issue.description, created_at: issue.createdAt };
  return Object.fromEntries(
    Object.entries({ ...fields, ...texts }).map(([name, current]) => [name, { previous: null, current }]),
  );
}

/** Files an issue and fires its Issue Hook. Guests may; non-members of a private project are told that there is none. */
export function createIssue(actor: Actor, project: ProjectRow, input: NewIssue): IssueRow {
  const { lab } = actor;
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
  fireIssue(actor, { issue, action: 'open', changes: openChanges(issue) });
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

/** A line that GitLab itself writes under an issue; no hook tells of it. */
export function systemNote(actor: Actor, issue: IssueRow, body: string): void {
  const { lab } = actor;
  appendNote(lab, issue, { body, authorId: actor.user.id, system: true });
}

function setState(actor: Actor, issue: IssueRow, state: IssueRow['state']): Changes {
  const { lab } = actor;
  const [open, closed] = [1, 2];
  const wasOpen = issue.state === 'opened';
  const at = lab.now().toISOString();
  const previous = issue.closedAt;
  issue.state = state;
  issue.closedAt = state === 'closed' ? at : null;
  issue.closedById = state === 'closed' ? actor.user.id : null;
  systemNote(actor, issue, state === 'closed' ? 'closed' : 'reopened');
  return {
    closed_at: { previous, current: issue.closedAt },
    state_id: { previous: wasOpen ? open : closed, current: wasOpen ? closed : open },
  };
}

/** Changes an issue; fires one Issue Hook when anything changed. Closing a closed issue changes nothing. */
export function updateIssue(actor: Actor, issue: IssueRow, edit: IssueEdit): void {
  const { lab } = actor;
  if (!canReadIssue(lab.state, issue, actor.user)) throw notFound();
  if (!canUpdateIssue(lab.state, issue, actor.user)) throw forbidden();
  const changes = applyEdit(lab, issue, edit);
  let action: IssueAction = 'update';
  if (edit.stateEvent === 'close' && issue.state === 'opened') {
    Object.assign(changes, setState(actor, issue, 'closed'));
    action = 'close';
  }
  if (edit.stateEvent === 'reopen' && issue.state === 'closed') {
    Object.assign(changes, setState(actor, issue, 'opened'));
    action = 'reopen';
  }
  if (Object.keys(changes).length === 0) return;
  touch(actor, issue, changes);
  if ('description' in changes) systemNote(actor, issue, 'changed the description');
  fireIssue(actor, { issue, action, changes });
}

function touch(actor: Actor, issue: IssueRow, changes: Changes): void {
  const { lab } = actor;
  const current = lab.now().toISOString();
  Object.assign(changes, {
    updated_at: { previous: issue.updatedAt, current },
    updated_by_id: { previous: issue.updatedById, current: actor.user.id },
  });
  issue.updatedAt = current;
  issue.updatedById = actor.user.id;
  lab.changed();
}
