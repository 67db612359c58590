import { projectId } from '../domain/ids.ts';
import { answered } from './answer.ts';
import type { IssueAddress } from './client/contract.ts';
import type { ApiNote } from './client/responses.ts';
import { mayBeEdited } from './edited-note.ts';
import { type DeliveryHandlerDeps, type Handled, type IncomingComment, nothing } from './handler-types.ts';
import { readIssue } from './read-issue.ts';
import type { ReplyMessage } from './reply-message.ts';
import { sameText } from './same-text.ts';
import type { NoteHook } from './schemas/note-hook.ts';

/** The discussion of a comment, by the comment's id. */
export interface Discussions {
  get(noteId: bigint): string | undefined;
  set(noteId: bigint, discussionId: string): unknown;
}

interface NoteArrival {
  readonly deliveryKey: string;
  readonly hook: NoteHook;
  /** Those of comments that are handled now or were lately: hooks tell them, the API does not. */
  readonly discussions: Discussions;
  readonly signal: AbortSignal;
}

/** How much earlier a comment may have been written that is carried out before another on the same issue. */
const MAX_LATE_MS = 24 * 60 * 60 * 1_000;

/**
 * Runs the commands of a new comment on an issue. Comment and author are as the API gives them; a comment that was
 * edited since it was written is left alone, since its editor may be another than its author.
 */
export async function handleNoteHook<Tx>(
  deps: DeliveryHandlerDeps<Tx>,
  { deliveryKey, hook, discussions, signal }: NoteArrival,
): Promise<Handled<Tx>> {
  const ignored = reasonToIgnore(hook);
  if (ignored !== null) return nothing(ignored);
  const address = addressOf(hook);
  if (address === null) return nothing('not a comment on an issue of a project');
  const text = hook.object_attributes.note;
  if (!deps.mayHoldCommands(text)) return nothing('no command');

  const { id, discussion_id: discussion } = hook.object_attributes;
  if (discussion) discussions.set(BigInt(id), discussion);
  const note = await deps.client.note(address, BigInt(hook.object_attributes.id));
  if (note === null) return nothing('the comment is gone or not visible');
  const refused = await reasonToRefuse(deps, note, text);
  if (refused !== null) return nothing(refused);
  signal.throwIfAborted();
  const found = await readIssue(deps, address);
  if (found === null) return nothing('the issue is gone or not visible');
  const author = await deps.directory.user(note.author.id);
  if (author === null) return nothing('the author is gone');
  if (author.bot) return nothing("a bot's comment");
  signal.throwIfAborted();
  const since = new Date(note.created_at.getTime() - MAX_LATE_MS);
  const earlier: ReplyMessage[] = [];
  await deps.catchUp.comments(found, {
    since,
    before: note.id,
    deliveryKey,
    answer: async (message) => earlier.push(message),
    discussionOf: (noteId) => discussions.get(noteId) ?? null,
  });
  signal.throwIfAborted();
  return answered(deps, { ...commentOf(note, hook), deliveryKey, author, issue: found.issue }, earlier);
}

function commentOf(note: ApiNote, hook: NoteHook): Omit<IncomingComment, 'deliveryKey' | 'author' | 'issue'> {
  return {
    commentKey: `note:${note.id}`,
    noteId: note.id,
    // The API of notes names no discussion in most versions.
    discussionId: note.discussion_id ?? hook.object_attributes.discussion_id ?? null,
    internal: note.internal ?? note.confidential ?? hook.event_type === 'confidential_note',
    markdown: note.body,
    place: 'comment',
  };
}

/** What the hook alone tells; null when GitLab must be asked. No action: before 16.11, and test deliveries. */
function reasonToIgnore({ object_attributes: note }: NoteHook): string | null {
  const action = note.action ?? 'create';
  if (action === 'update') return 'an edit';
  if (action !== 'create') return 'not a new comment';
  return note.system === true ? 'a system note' : null;
}

const COMMANDED_TYPES = new Set(['Issue', 'WorkItem']);

/** Null for comments on anything but a project's issue. */
function addressOf(hook: NoteHook): IssueAddress | null {
  const { object_attributes: note, project, project_id } = hook;
  const issue = hook.issue ?? hook.work_item;
  const id = project_id ?? project?.id ?? note.project_id;
  if (!issue || !id || !COMMANDED_TYPES.has(note.noteable_type ?? '')) return null;
  return { project: projectId(id), iid: issue.iid };
}

async function reasonToRefuse<Tx>(
  deps: DeliveryHandlerDeps<Tx>,
  note: ApiNote,
  told: string,
): Promise<string | null> {
  if (note.system) return 'a system note';
  if (!COMMANDED_TYPES.has(note.noteable_type)) return 'not a comment on an issue of a project';
  if (note.author.id === (await deps.botUser()).id) return 'its own comment';
  const isEdited = !sameText(note.body, told) || (await mayBeEdited(deps.client, note));
  return isEdited ? 'edited since it was written' : null;
}
