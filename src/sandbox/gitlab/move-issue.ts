import { canAdminIssues, canReadIssue, canReadProject, projectLevel } from './access.ts';
import { fireIssue } from './hook-events.ts';
import type { Actor, Lab } from './lab.ts';
import { byId, projectPath } from './paths.ts';
import { badRequest, notFound } from './refusal.ts';
import type { IssueRow, ProjectRow } from './state.ts';
import { appendIssue, openChanges, systemNote, updateIssue } from './write-issues.ts';
import { appendNote } from './write-notes.ts';

function copyOf(actor: Actor, issue: IssueRow, target: ProjectRow): IssueRow {
  const { lab } = actor;
  const { title, description, confidential, assigneeIds, labels, authorId } = issue;
  const fields = { title, description, confidential, labels: [...labels], authorId };
  const kept = assigneeIds.filter((id) => projectLevel(lab.state, target, byId(lab.state.users, id)) > 0);
  const copy = appendIssue(lab, target, { ...fields, assigneeIds: kept });
  fireIssue(actor, { issue: copy, action: 'open', changes: openChanges(copy) });
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

function assertMayMove(actor: Actor, issue: IssueRow, target: ProjectRow): void {
  const { lab } = actor;
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
export function moveIssue(actor: Actor, issue: IssueRow, target: ProjectRow): IssueRow {
  const { lab } = actor;
  assertMayMove(actor, issue, target);
  if (issue.projectId === target.id) throw badRequest('Cannot move issue to project it originates from!');
  if (issue.movedToId !== null) throw badRequest('Cannot move issue due to insufficient permissions!');
  const copy = copyOf(actor, issue, target);
  copyNotes(lab, issue, copy);
  systemNote(actor, copy, `moved from ${reference(lab, issue)}`);
  systemNote(actor, issue, `moved to ${reference(lab, copy)}`);
  issue.movedToId = copy.id;
  updateIssue(actor, issue, { stateEvent: 'close' });
  return copy;
}

/** Copies an issue, with its notes when asked; the original stays as it is. */
export function cloneIssue(
  actor: Actor,
  issue: IssueRow,
  to: { target: ProjectRow; withNotes: boolean },
): IssueRow {
  const { lab } = actor;
  assertMayMove(actor, issue, to.target);
  const copy = copyOf(actor, issue, to.target);
  if (to.withNotes) copyNotes(lab, issue, copy);
  systemNote(actor, copy, `cloned from ${reference(lab, issue)}`);
  systemNote(actor, issue, `cloned to ${reference(lab, copy)}`);
  return copy;
}
