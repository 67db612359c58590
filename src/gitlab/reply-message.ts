import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Reply } from '../commands/reply.ts';
import { projectId } from '../domain/ids.ts';
import type { DirectoryIssue } from '../services/ports.ts';
import type { IssueAddress } from './client/contract.ts';

/** What the outbox calls a note that answers a comment. */
export const GITLAB_REPLY_KIND = 'gitlab.reply';

/** What the outbox calls the emoji on a comment; a platform of its own, so that answers never wait for one. */
export const GITLAB_AWARD_KIND = 'gitlab-award.note';

/** A reply on its way to an issue, as JSON: ids are decimal strings. */
export interface ReplyPayload {
  readonly projectId: string;
  readonly iid: number;
  /** Null for an answer to the issue's description, which starts a discussion of its own. */
  readonly discussionId: string | null;
  readonly internal: boolean;
  readonly reply: Reply;
  /** The key of the answer whose note this one takes the place of. */
  readonly edits?: string;
}

export interface ReplyMessage {
  readonly dedupeKey: string;
  readonly lane: string;
  readonly payload: ReplyPayload;
  /** The emoji for the comment; null for a description, since an emoji there reads as somebody's vote. */
  readonly award: AwardMessage | null;
}

/** An emoji on its way to a comment, as JSON: ids are decimal strings. */
export interface AwardPayload {
  readonly projectId: string;
  readonly iid: number;
  readonly noteId: string;
  readonly emoji: 'white_check_mark' | 'eyes';
}

export interface AwardMessage {
  readonly dedupeKey: string;
  readonly lane: string;
  readonly payload: AwardPayload;
}

export interface AnsweredPlace {
  /** What was answered, the same for every delivery that tells of it: `note:12` or `issue:34`. */
  readonly commentKey: string;
  readonly issue: DirectoryIssue;
  /** Null for a description. */
  readonly noteId: bigint | null;
  readonly discussionId: string | null;
  readonly internal: boolean;
}

/**
 * The one outbox message for an answer. Its key is of the comment, not of the delivery, so that a comment told of
 * twice (a group's hook and a project's) is answered once. A private answer to a public comment becomes an internal
 * note beside it: those who may view contacts may read internal notes, other readers of the issue may not.
 */
export function replyMessage(place: AnsweredPlace, reply: Reply): ReplyMessage {
  const { issue } = place;
  const aside = reply.visibility === 'private' && !place.internal;
  const discussionId = aside ? null : place.discussionId;
  return {
    dedupeKey: `${GITLAB_REPLY_KIND}:${place.commentKey}`,
    lane: `gitlab:issue:${issue.id}`,
    payload: {
      projectId: String(issue.project.id),
      iid: issue.iid,
      discussionId,
      internal: place.internal || issue.confidential || aside,
      reply,
    },
    award: awardMessage(place, reply),
  };
}

/** A check mark where all that was asked for is done, else the sign that it was read: the answer has more to say. */
function awardMessage({ commentKey, issue, noteId }: AnsweredPlace, { tone }: Reply): AwardMessage | null {
  if (noteId === null) return null;
  return {
    dedupeKey: `${GITLAB_AWARD_KIND}:${commentKey}`,
    lane: `gitlab:award:${issue.id}`,
    payload: {
      projectId: String(issue.project.id),
      iid: issue.iid,
      noteId: String(noteId),
      emoji: tone === 'ok' ? 'white_check_mark' : 'eyes',
    },
  };
}

const awardSchema = z.object({
  projectId: z.string().transform((text) => projectId(text)),
  iid: z.int().positive(),
  noteId: z.string().regex(/^\d+$/).transform(BigInt),
  emoji: z.string(),
});

/** Reads an emoji back from the outbox; null when it is none. */
export function readAwardPayload(
  payload: unknown,
): { address: IssueAddress; noteId: bigint; emoji: string } | null {
  const parsed = awardSchema.safeParse(payload);
  if (!parsed.success) return null;
  const { projectId: project, iid, noteId, emoji } = parsed.data;
  return { address: { project, iid }, noteId, emoji };
}

const inlineSchema = z.union([z.string(), z.array(z.record(z.string(), z.string()))]);
const payloadSchema = z.object({
  projectId: z.string().transform((text) => projectId(text)),
  iid: z.int().positive(),
  discussionId: z.string().nullable(),
  internal: z.boolean(),
  edits: z.string().nullish(),
  reply: z.custom<Reply>(
    (value) =>
      z.object({ title: inlineSchema, blocks: z.array(z.object({ kind: z.string() })) }).safeParse(value)
        .success,
  ),
});

export interface ReadReplyPayload {
  readonly address: IssueAddress;
  readonly discussionId: string | null;
  readonly internal: boolean;
  readonly reply: Reply;
  readonly edits: string | null;
}

/** Reads a payload back from the outbox; null when it is none. */
export function readReplyPayload(payload: unknown): ReadReplyPayload | null {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return null;
  const { projectId: project, iid, edits = null, ...rest } = parsed.data;
  return { address: { project, iid }, edits, ...rest };
}

/** The invisible line that ends a note, by which it is found again when it is not known whether it was made. */
export function markerOf(dedupeKey: string): string {
  const sum = createHash('sha256').update(dedupeKey).digest('hex').slice(0, 24);
  return `<!-- tieline:${sum} -->`;
}
