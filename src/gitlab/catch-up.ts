import type { GitLabUserId } from '../domain/ids.ts';
import type { MovesFollowed } from '../services/issues/follow-moves.ts';
import type { Directory, DirectoryIssue } from '../services/ports.ts';
import type { CatchUp, CatchUpOptions, CaughtUp, FoundIssue } from './catch-up-contract.ts';
import type { GitLabClient } from './client/contract.ts';
import { GitLabRequestError } from './client/request-error.ts';
import type { ApiIssue, ApiNote } from './client/responses.ts';
import { mayBeEdited } from './edited-note.ts';
import type { DeliveryHandlerDeps, IncomingComment } from './handler-types.ts';
import { type IssueOrigin, originOf } from './issue-origin.ts';
import { readIssue } from './read-issue.ts';
import { replyMessage } from './reply-message.ts';
import { type DeskMail, deskMailOf } from './service-desk.ts';

type Shared = Pick<
  DeliveryHandlerDeps<unknown>,
  'botUser' | 'mayHoldCommands' | 'answerComment' | 'recordIssue' | 'followMoves'
>;

export interface CatchUpDeps extends Shared {
  readonly client: Pick<GitLabClient, 'issue' | 'latestNotes' | 'discussionOf' | 'wasNoteEdited'>;
  readonly directory: Pick<Directory, 'user' | 'project' | 'issue'>;
  /** Which of these comments were answered, or with `orRun` at least carried out. */
  readonly listAnswered: (
    commentKeys: readonly string[],
    how: { orRun: boolean },
  ) => Promise<ReadonlySet<string>>;
  /** When the first hook was received: nothing earlier was ever meant to be heard of. Null before that. */
  readonly heardSince: () => Promise<Date | null>;
  /** Gives how many contacts it linked now. */
  readonly linkServiceDesk: (issue: DirectoryIssue, mail: DeskMail) => Promise<number>;
  readonly followClone: (pair: { original: DirectoryIssue; clone: DirectoryIssue }) => Promise<MovesFollowed>;
}

/** Read at once. */
const MAX_NOTES = 100;
/** Read of a burst. A comment that so many others followed is left to its hook. */
const MAX_BURST_NOTES = 1_000;
/** As many comments as several processes may be handling at once, by far. */
const NEIGHBOURS = 20;
/** Nobody moves an issue on and on within the time that is looked at. */
const MAX_STEPS = 10;

/**
 * Hooks come late, twice, in any order or never. Commands are carried out in the order in which they were written
 * all the same: before a comment's own, those of earlier comments on the issue, and on the issue it was moved from.
 */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  return {
    comments: async (found, options) => comments(deps, found, await firstStep(deps, options)),
    hasTexts: async (raw, options) => {
      const { since } = await firstStep(deps, options);
      if (raw.updated_at < since) return false;
      if (raw.user_notes_count !== 0 || deps.mayHoldCommands(raw.description ?? '')) return true;
      return Boolean(raw.service_desk_reply_to) && raw.created_at >= since;
    },
    mail: async (found) => {
      const notes = found.raw.service_desk_reply_to ? await notesOf(deps, found.issue) : [];
      return linkMail(deps, found, notes);
    },
    origin: async (found, options) => {
      const origin = originOf(await notesOf(deps, found.issue), found.issue.project.fullPath);
      if (origin === null) return null;
      await followOrigin(deps, found.issue, { origin, ...(await firstStep(deps, options)) });
      return origin;
    },
  };
}

type Step = CatchUpOptions & { readonly steps: number };

async function firstStep(deps: CatchUpDeps, options: CatchUpOptions): Promise<Step> {
  const heardSince = await deps.heardSince();
  const since = heardSince !== null && heardSince > options.since ? heardSince : options.since;
  return { ...options, since, steps: 0 };
}

const NOTHING: CaughtUp = { comments: 0, mailed: 0, carried: 0, dropped: 0 };

const add = (one: CaughtUp, more: Partial<CaughtUp>): CaughtUp => ({
  comments: one.comments + (more.comments ?? 0),
  mailed: one.mailed + (more.mailed ?? 0),
  carried: one.carried + (more.carried ?? 0),
  dropped: one.dropped + (more.dropped ?? 0),
});

async function comments(deps: CatchUpDeps, found: FoundIssue, step: Step): Promise<CaughtUp> {
  const { issue } = found;
  const { notes, isWhole } = await notesWithin(deps, issue, step);
  const origin = originOf(notes, issue.project.fullPath);
  let done =
    origin === null
      ? add(NOTHING, { mailed: await mailSince(deps, found, { notes, step }) })
      : await followOrigin(deps, issue, { origin, ...step });
  const texts = textsOf(deps, found, { notes, isWhole, origin, step });
  // What was carried out once gives its first result again, which is then its answer.
  const how = { orRun: step.answer === undefined };
  const keys = texts.map(({ commentKey }) => commentKey);
  const answered = await deps.listAnswered(keys, how);
  const left = await unedited(
    deps,
    texts.filter(({ commentKey }) => !answered.has(commentKey)),
  );
  for (const text of left) {
    if (await carryOut(deps, found, { text, step })) done = add(done, { comments: 1 });
  }
  return left.length === 0 ? done : add(done, await deps.followMoves(issue));
}

/** Before its comments, which may change what the mail linked. */
async function mailSince(
  deps: CatchUpDeps,
  found: FoundIssue,
  { notes, step }: { notes: readonly ApiNote[]; step: Step },
): Promise<number> {
  return found.raw.created_at < step.since ? 0 : linkMail(deps, found, notes);
}

async function linkMail(
  { linkServiceDesk }: CatchUpDeps,
  { raw, issue }: FoundIssue,
  notes: readonly ApiNote[],
): Promise<number> {
  const mail = deskMailOf(raw, notes);
  return mail === null ? 0 : linkServiceDesk(issue, mail);
}

interface Read {
  readonly notes: readonly ApiNote[];
  /** Whether these are all there are. */
  readonly isWhole: boolean;
}

/**
 * In a long burst the newest notes may all have come after the one in hand; those around it are handled with it. Where
 * there is none in hand, nobody else will look at what they leave out.
 */
async function notesWithin(deps: CatchUpDeps, issue: DirectoryIssue, { before, since }: Step): Promise<Read> {
  const newest = await notesOf(deps, issue);
  if (newest.length < MAX_NOTES) return { notes: newest, isWhole: true };
  const oldest = newest.at(-1);
  const isEnough =
    before === null
      ? oldest !== undefined && oldest.created_at < since
      : newest.filter(({ id }) => id < before).length >= NEIGHBOURS;
  if (isEnough) return { notes: newest, isWhole: false };
  const notes = await notesOf(deps, issue, MAX_BURST_NOTES);
  return { notes, isWhole: notes.length < MAX_BURST_NOTES };
}

async function notesOf(
  { client }: CatchUpDeps,
  { project, iid }: DirectoryIssue,
  limit = MAX_NOTES,
): Promise<readonly ApiNote[]> {
  try {
    return await client.latestNotes({ project: project.id, iid }, limit);
  } catch (error) {
    // The issue has gone, or the bot may not read it any more.
    if (error instanceof GitLabRequestError) return [];
    throw error;
  }
}

/** What was asked for on the original comes first, then the links follow. */
async function followOrigin(
  deps: CatchUpDeps,
  issue: DirectoryIssue,
  { origin, ...step }: Step & { origin: IssueOrigin },
): Promise<CaughtUp> {
  if (origin.at < step.since || step.steps >= MAX_STEPS) return NOTHING;
  const known = await deps.directory.issue(origin.project, origin.iid);
  const original = known && (await readIssue(deps, { project: known.project.id, iid: known.iid }));
  if (!original || original.issue.id === issue.id) return NOTHING;
  if (origin.kind === 'moved' && original.issue.movedToId !== issue.id) return NOTHING;
  await deps.recordIssue(original.issue);
  const before = origin.kind === 'moved' ? null : origin.noteId;
  const done = await comments(deps, original, { ...step, before, steps: step.steps + 1 });
  const followed =
    origin.kind === 'moved'
      ? await deps.followMoves(original.issue)
      : await deps.followClone({ original: original.issue, clone: issue });
  return add(done, followed);
}

type Text = Pick<IncomingComment, 'commentKey' | 'noteId' | 'internal' | 'markdown' | 'place'> & {
  readonly authorId: GitLabUserId;
  readonly discussionId: string | null;
  /** Null for a description. */
  readonly note: ApiNote | null;
};

interface Look extends Read {
  readonly origin: IssueOrigin | null;
  readonly step: Step;
}

/** Texts that may hold commands, in the order in which they were written; the description only as it was opened. */
function textsOf({ mayHoldCommands }: CatchUpDeps, { raw }: FoundIssue, look: Look): Text[] {
  const { notes, origin, step } = look;
  const texts: Text[] = [];
  const description = raw.description ?? '';
  if (raw.author && mayHoldCommands(description) && isAsOpened(raw, look)) {
    texts.push({
      commentKey: `issue:${raw.id}`,
      noteId: null,
      authorId: raw.author.id,
      discussionId: null,
      internal: false,
      markdown: description,
      note: null,
      place: 'description',
    });
  }
  for (const note of notes.toReversed()) {
    if (note.system || note.created_at < step.since) continue;
    if (step.before !== null && note.id >= step.before) continue;
    // GitLab copies the comments of a moved or cloned issue along with their times; they were meant for the original.
    if (origin !== null && (note.id < origin.noteId || note.created_at < origin.at)) continue;
    if (!mayHoldCommands(note.body)) continue;
    texts.push({
      commentKey: `note:${note.id}`,
      noteId: note.id,
      authorId: note.author.id,
      discussionId: note.discussion_id ?? null,
      internal: note.internal ?? note.confidential ?? false,
      markdown: note.body,
      note,
      place: 'comment',
    });
  }
  return texts;
}

/** Those that are as their authors wrote them. */
async function unedited({ client }: CatchUpDeps, texts: readonly Text[]): Promise<Text[]> {
  const kept: Text[] = [];
  for (const text of texts) {
    if (text.note === null || !(await mayBeEdited(client, text.note))) kept.push(text);
  }
  return kept;
}

/** The API tells nobody who edited a description; GitLab notes that somebody did. */
function isAsOpened({ created_at: openedAt }: ApiIssue, { notes, isWhole, origin, step }: Look): boolean {
  const isEdited = notes.some(({ system, body }) => system && body.startsWith('changed the description'));
  return origin === null && openedAt >= step.since && isWhole && !isEdited;
}

/** False when its author may not give commands, or it turned out to hold none. */
async function carryOut(
  deps: CatchUpDeps,
  { issue }: FoundIssue,
  { text, step }: { text: Text; step: Step },
): Promise<boolean> {
  const author = await deps.directory.user(text.authorId);
  if (author === null || author.bot || author.id === (await deps.botUser()).id) return false;
  const { authorId: _, note: __, ...rest } = text;
  const comment = { ...rest, deliveryKey: step.deliveryKey, author, issue };
  const reply = await deps.answerComment(comment);
  if (reply === null) return false;
  if (step.answer) {
    const known = comment.noteId === null ? null : (step.discussionOf?.(comment.noteId) ?? null);
    const discussionId = text.discussionId ?? known ?? (await discussionOf(deps, comment));
    await step.answer(replyMessage({ ...comment, discussionId }, reply));
  }
  return true;
}

async function discussionOf(
  { client }: CatchUpDeps,
  { issue, noteId }: Pick<IncomingComment, 'issue' | 'noteId'>,
): Promise<string | null> {
  return noteId === null ? null : client.discussionOf({ project: issue.project.id, iid: issue.iid }, noteId);
}
