import { canAdminIssues, canEditNote, canReadIssue, canReadNote } from './access.ts';
import { discussionIdOf } from './discussion-id.ts';
import { fireEmoji, fireNote } from './hook-events.ts';
import type { Actor, Lab } from './lab.ts';
import { byId } from './paths.ts';
import { badRequest, forbidden, notFound } from './refusal.ts';
import { type AwardRow, type IssueRow, type NoteRow, takeId } from './state.ts';

/** A note that was saved, or only the word that its quick actions were taken: then there is no note. */
export type NoteOutcome = { kind: 'note'; note: NoteRow } | { kind: 'commands'; summary: string[] };

/** What a new comment is made of. */
export interface NewNote {
  body: string;
  internal?: boolean | undefined;
  /** Reply in this discussion. */
  discussionId?: string | undefined;
  /** Begin a discussion rather than a single note. */
  threaded?: boolean | undefined;
}

/** The text as it would be saved; null when nothing but quick actions was in it. */
export function savedText(lab: Lab, text: string): string | null {
  if (!lab.state.switches.stripQuickActions || lab.stripQuickActions === null) return text;
  const left = lab.stripQuickActions(text);
  return left.onlyCommands ? null : left.text;
}

const TAKEN_SUMMARY = ['Quick actions were applied or refused by GitLab; no comment was saved.'];

function assertMayComment(actor: Actor, issue: IssueRow, input: NewNote): void {
  const { lab } = actor;
  if (!canReadIssue(lab.state, issue, actor.user)) throw notFound('Issue');
  if (input.body.trim() === '') throw badRequest("400 Bad request - Note can't be blank");
  const project = byId(lab.state.projects, issue.projectId);
  if (input.internal && !canAdminIssues(lab.state, project, actor.user)) throw forbidden();
}

function thread(actor: Actor, issue: IssueRow, discussionId: string): NoteRow[] {
  const { lab } = actor;
  const notes = lab.state.notes.filter(
    (row) => row.issueId === issue.id && row.discussionId === discussionId,
  );
  if (notes.length === 0 || !notes.every((row) => canReadNote(lab.state, row, actor.user))) {
    throw notFound('Discussion');
  }
  return notes;
}

/** Adds a row without any check and without firing a hook: for system notes, moves and the callers below. */
export function appendNote(
  lab: Lab,
  issue: IssueRow,
  fields: Pick<NoteRow, 'body' | 'authorId'> & Partial<NoteRow>,
): NoteRow {
  const id = takeId(lab.state, 'note');
  const at = lab.now().toISOString();
  const note: NoteRow = {
    discussionId: discussionIdOf(id),
    type: null,
    internal: false,
    system: false,
    createdAt: at,
    updatedAt: at,
    updatedById: null,
    ...fields,
    id,
    issueId: issue.id,
  };
  lab.state.notes.push(note);
  issue.updatedAt = at;
  lab.changed();
  return note;
}

/** Comments on an issue and fires the Note Hook. A reply to a single note makes both a discussion; a reply to an internal one is internal. */
export function createNote(actor: Actor, issue: IssueRow, input: NewNote): NoteOutcome {
  const { lab } = actor;
  assertMayComment(actor, issue, input);
  const before = input.discussionId === undefined ? [] : thread(actor, issue, input.discussionId);
  const body = savedText(lab, input.body);
  if (body === null) return { kind: 'commands', summary: TAKEN_SUMMARY };
  for (const note of before) note.type = 'DiscussionNote';
  const note = appendNote(lab, issue, {
    body,
    authorId: actor.user.id,
    internal: before[0]?.internal ?? input.internal ?? false,
    type: before.length > 0 || input.threaded ? 'DiscussionNote' : null,
    ...(input.discussionId === undefined ? {} : { discussionId: input.discussionId }),
  });
  fireNote(actor, note, 'create');
  return { kind: 'note', note };
}

/** Changes a note's text. Fires only when the text changed; a text that is nothing but quick actions deletes the note. */
export function editNote(actor: Actor, note: NoteRow, newBody: string): NoteOutcome {
  const { lab } = actor;
  if (!canEditNote(lab.state, note, actor.user)) throw forbidden();
  if (newBody.trim() === '') throw badRequest("400 Bad request - Note can't be blank");
  const body = savedText(lab, newBody);
  lab.changed();
  if (body === null) {
    removeNote(lab, note);
    return { kind: 'commands', summary: TAKEN_SUMMARY };
  }
  if (body === note.body) return { kind: 'note', note };
  note.body = body;
  note.updatedAt = lab.now().toISOString();
  note.updatedById = actor.user.id;
  byId(lab.state.issues, note.issueId).updatedAt = note.updatedAt;
  fireNote(actor, note, 'update');
  return { kind: 'note', note };
}

function removeNote(lab: Lab, note: NoteRow): void {
  lab.state.notes = lab.state.notes.filter((row) => row !== note);
  lab.state.awards = lab.state.awards.filter((row) => row.on !== 'Note' || row.onId !== note.id);
  lab.changed();
}

/** Deletes a note. GitLab has no hook for it. */
export function deleteNote(actor: Actor, note: NoteRow): void {
  const { lab } = actor;
  if (!canEditNote(lab.state, note, actor.user)) throw forbidden();
  removeNote(lab, note);
}

/** Reacts to an issue or a note. The same reaction twice is refused with a 404, as GitLab does. */
export function award(actor: Actor, target: Pick<AwardRow, 'on' | 'onId' | 'name'>): AwardRow {
  const { lab } = actor;
  const userId = actor.user.id;
  const twice = lab.state.awards.some(
    (row) =>
      row.on === target.on && row.onId === target.onId && row.name === target.name && row.userId === userId,
  );
  if (twice) throw notFound('Award Emoji Name has already been taken');
  const createdAt = lab.now().toISOString();
  const row: AwardRow = { id: takeId(lab.state, 'award'), ...target, userId, createdAt };
  lab.state.awards.push(row);
  bump(lab, target);
  lab.changed();
  fireEmoji(actor, row, 'award');
  return row;
}

/** A reaction counts as activity of a note, as GitLab's `bump_updated_at` has it. */
function bump(lab: Lab, { on, onId }: Pick<AwardRow, 'on' | 'onId'>): void {
  if (on === 'Note') byId(lab.state.notes, onId).updatedAt = lab.now().toISOString();
}

/** Takes one's own reaction back. */
export function revokeAward(actor: Actor, row: AwardRow): void {
  const { lab } = actor;
  if (row.userId !== actor.user.id && !actor.user.admin) throw forbidden();
  lab.state.awards = lab.state.awards.filter((other) => other !== row);
  bump(lab, row);
  lab.changed();
  fireEmoji(actor, row, 'revoke');
}
