import type { MovesFollowed } from '../services/issues/follow-moves.ts';
import type { DirectoryIssue } from '../services/ports.ts';
import type { ApiIssue } from './client/responses.ts';
import type { IssueOrigin } from './issue-origin.ts';
import type { ReplyMessage } from './reply-message.ts';

/** An issue as GitLab's API has it, raw and in the program's words. */
export interface FoundIssue {
  readonly raw: ApiIssue;
  readonly issue: DirectoryIssue;
}

export interface CatchUpOptions {
  /** What is older is left alone. */
  readonly since: Date;
  /** Only what is older than this note; null for all there is. */
  readonly before: bigint | null;
  /** For the audit log. */
  readonly deliveryKey: string;
  /** Takes the answers; without it a comment is answered when its own hook comes. */
  readonly answer?: (message: ReplyMessage) => Promise<unknown>;
  /** The discussion of a comment where it is known, which spares asking GitLab for it. */
  readonly discussionOf?: (noteId: bigint) => string | null;
}

/** What catching up came to: so many comments carried out, contacts linked by mail, and the links that followed moves. */
export interface CaughtUp extends MovesFollowed {
  readonly comments: number;
  readonly mailed: number;
}

export interface CatchUp {
  /** Carries out what was asked for on an issue and not dealt with. */
  comments(found: FoundIssue, options: CatchUpOptions): Promise<CaughtUp>;
  /** Links an issue that Service Desk made to whom its mail is from and went to; gives how many were linked, ever. */
  mail(found: FoundIssue): Promise<number>;
  /** False when an issue can hold no such comment, without asking GitLab. Of one made from another it may still. */
  hasTexts(raw: ApiIssue, options: CatchUpOptions): Promise<boolean>;
  /** Lets links follow when the issue was made from another one; null when it was not. */
  origin(found: FoundIssue, options: CatchUpOptions): Promise<IssueOrigin | null>;
}
