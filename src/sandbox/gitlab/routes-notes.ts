import { canReadNote } from './access.ts';
import type { Api, Call } from './api.ts';
import { presentAward, presentDiscussion, presentNote } from './present-issues.ts';
import { missing, notFound, Refusal } from './refusal.ts';
import type { AwardRow, NoteRow } from './state.ts';
import {
  award,
  createNote,
  deleteNote,
  editNote,
  type NewNote,
  type NoteOutcome,
  revokeAward,
} from './write-notes.ts';

/** The notes of the call's issue that the caller may read, oldest first. */
function readableNotes(api: Api, call: Call): NoteRow[] {
  const { id } = call.issue();
  return api.lab.state.notes.filter(
    (note) => note.issueId === id && canReadNote(api.lab.state, note, call.user),
  );
}

function findNote(api: Api, call: Call): NoteRow {
  const note = readableNotes(api, call).find((row) => row.id === Number(call.part('note_id')));
  if (note === undefined) throw notFound('Note');
  return note;
}

function listNotes(api: Api, call: Call) {
  const activity = call.params.text('activity_filter');
  const field = call.params.text('order_by') === 'updated_at' ? 'updatedAt' : 'createdAt';
  const sign = call.params.text('sort') === 'asc' ? 1 : -1;
  const notes = readableNotes(api, call)
    .filter((note) => activity !== 'only_comments' || !note.system)
    .filter((note) => activity !== 'only_activity' || note.system)
    .sort((left, right) => sign * (left[field].localeCompare(right[field]) || left.id - right.id));
  return call.page(notes, (note) => note.id).map((note) => presentNote(api.lab, note));
}

function body(call: Call): string {
  const text = call.params.text('body');
  if (text === undefined) throw missing('body');
  return text;
}

function internal(call: Call): boolean | undefined {
  return call.params.flag('internal') ?? call.params.flag('confidential');
}

/** 202 with no note in it when all that was sent were quick actions. */
function answerOutcome(call: Call, outcome: NoteOutcome, present: (note: NoteRow) => unknown) {
  if (outcome.kind === 'note') return present(outcome.note);
  void call.reply.code(202);
  return { commands_changes: {}, summary: outcome.summary };
}

/** GitLab's limiter of single endpoints counts by fixed spans of time, and names no time to wait. */
function assertWithinLimit({ lab }: Api, { user }: Call): void {
  const { noteLimit } = lab.state.switches;
  if (!noteLimit) return;
  const spanOf = (at: number) => Math.floor(at / noteLimit.perMs);
  const current = spanOf(lab.now().getTime());
  const made = lab.state.notes.filter(
    (note) => note.authorId === user.id && !note.system && spanOf(Date.parse(note.createdAt)) === current,
  );
  if (made.length < noteLimit.most) return;
  const error = 'This endpoint has been requested too many times. Try again later.';
  throw new Refusal(429, { message: { error } });
}

function comment(api: Api, call: Call, extra: Partial<NewNote>, present: (note: NoteRow) => unknown) {
  assertWithinLimit(api, call);
  const input: NewNote = { body: body(call), internal: internal(call), ...extra };
  const outcome = createNote(call.actor, call.issue(), input);
  void call.reply.code(201);
  return answerOutcome(call, outcome, present);
}

function noteRoutes(api: Api): void {
  const base = '/projects/:id/issues/:iid/notes';
  const present = (note: NoteRow) => presentNote(api.lab, note);
  api.on(`GET ${base}`, (call) => listNotes(api, call));
  api.on(`GET ${base}/:note_id`, (call) => present(findNote(api, call)));
  api.on(`POST ${base}`, (call) => comment(api, call, {}, present));
  api.on(`PUT ${base}/:note_id`, (call) =>
    answerOutcome(call, editNote(call.actor, findNote(api, call), body(call)), present),
  );
  api.on(`DELETE ${base}/:note_id`, (call) => deleteNote(call.actor, findNote(api, call)));
}

function discussions(notes: readonly NoteRow[]): [id: string, notes: NoteRow[]][] {
  const threads = new Map<string, NoteRow[]>();
  for (const note of notes) threads.set(note.discussionId, [...(threads.get(note.discussionId) ?? []), note]);
  return [...threads];
}

function discussionRoutes(api: Api): void {
  const base = '/projects/:id/issues/:iid/discussions';
  const thread = (call: Call, id: string) => {
    const notes = readableNotes(api, call).filter((note) => note.discussionId === id);
    if (notes.length === 0) throw notFound('Discussion');
    return presentDiscussion(api.lab, id, notes);
  };
  api.on(`GET ${base}`, (call) => {
    const all = discussions(readableNotes(api, call));
    return call
      .page(all, ([, notes]) => notes[0]?.id ?? 0)
      .map(([id, notes]) => presentDiscussion(api.lab, id, notes));
  });
  api.on(`GET ${base}/:discussion_id`, (call) => thread(call, call.part('discussion_id')));
  api.on(`POST ${base}`, (call) =>
    comment(api, call, { threaded: true }, (note) => thread(call, note.discussionId)),
  );
  api.on(`POST ${base}/:discussion_id/notes`, (call) =>
    comment(api, call, { discussionId: call.part('discussion_id') }, (note) => presentNote(api.lab, note)),
  );
  api.on(`PUT ${base}/:discussion_id/notes/:note_id`, (call) =>
    answerOutcome(call, editNote(call.actor, findNote(api, call), body(call)), (note) =>
      presentNote(api.lab, note),
    ),
  );
}

function awardRoutes(api: Api, base: string, target: (call: Call) => Pick<AwardRow, 'on' | 'onId'>): void {
  const awards = (call: Call) => {
    const { on, onId } = target(call);
    return api.lab.state.awards.filter((row) => row.on === on && row.onId === onId);
  };
  const show = (call: Call) => {
    const row = awards(call).find((candidate) => candidate.id === Number(call.part('award_id')));
    if (row === undefined) throw notFound('Award Emoji');
    return row;
  };
  api.on(`GET ${base}`, (call) =>
    call.page(awards(call), (row) => row.id).map((row) => presentAward(api.lab, row)),
  );
  api.on(`GET ${base}/:award_id`, (call) => presentAward(api.lab, show(call)));
  api.on(`POST ${base}`, (call) => {
    const name = call.params.text('name');
    if (name === undefined) throw missing('name');
    const row = award(call.actor, { ...target(call), name });
    void call.reply.code(201);
    return presentAward(api.lab, row);
  });
  api.on(`DELETE ${base}/:award_id`, (call) => revokeAward(call.actor, show(call)));
}

/** Comments, discussions and reactions on issues. */
export function commentRoutes(api: Api): void {
  noteRoutes(api);
  discussionRoutes(api);
  const issue = '/projects/:id/issues/:iid';
  awardRoutes(api, `${issue}/award_emoji`, (call) => ({ on: 'Issue', onId: call.issue().id }));
  awardRoutes(api, `${issue}/notes/:note_id/award_emoji`, (call) => ({
    on: 'Note',
    onId: findNote(api, call).id,
  }));
}
