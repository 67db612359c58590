import type { Reply } from '../commands/reply.ts';
import type { GitLabUserId } from '../domain/ids.ts';
import type { MovesFollowed } from '../services/issues/follow-moves.ts';
import type { Directory, DirectoryIssue, DirectoryUser } from '../services/ports.ts';
import type { CatchUp } from './catch-up-contract.ts';
import type { GitLabClient } from './client/contract.ts';
import type { GitLabLog } from './client/log.ts';
import type { DirectoryEvent } from './directory-event.ts';
import type { ReplyMessage } from './reply-message.ts';

/** A stored delivery as the worker hands it over. */
export interface InboundDelivery {
  readonly id: bigint;
  readonly source: string;
  readonly key: string;
  readonly kind: string;
  readonly headers: unknown;
  /** Null once the body's retention time has passed. */
  readonly body: Uint8Array | null;
  readonly attempt: number;
}

/** Text that may hold commands, as GitLab's API gives it: the author is the actor, whoever the hook names. */
export interface IncomingComment {
  /** The webhook's key, for the audit log. */
  readonly deliveryKey: string;
  /** The comment's own key (`note:12`, `issue:34`): the same however many hooks tell of it. */
  readonly commentKey: string;
  readonly author: DirectoryUser;
  readonly issue: DirectoryIssue;
  /** Null for a description. */
  readonly noteId: bigint | null;
  readonly discussionId: string | null;
  /** Seen by members of the project only. */
  readonly internal: boolean;
  readonly markdown: string;
  readonly place: 'comment' | 'description';
}

/** One line about what handling came to, and what is to be written in the transaction that marks it done. */
export interface Handled<Tx> {
  readonly outcome: string;
  readonly write?: (tx: Tx) => Promise<void>;
}

export interface DeliveryHandlerDeps<Tx> {
  readonly client: Pick<GitLabClient, 'note' | 'issue' | 'wasNoteEdited'>;
  readonly directory: Pick<Directory, 'user' | 'project'> & { forget(event: DirectoryEvent): void };
  readonly botUser: () => Promise<{ readonly id: GitLabUserId; readonly username: string }>;
  /** False only when the text can hold no command; spares the calls to GitLab for ordinary talk. */
  readonly mayHoldCommands: (text: string) => boolean;
  /** Runs the commands; null when there were none. */
  readonly answerComment: (comment: IncomingComment) => Promise<Reply | null>;
  /** Brings our copy of an issue up to date. */
  readonly recordIssue: (issue: DirectoryIssue) => Promise<unknown>;
  /** Lets links follow the issue when it was moved, or is what another one became. */
  readonly followMoves: (issue: DirectoryIssue) => Promise<MovesFollowed>;
  /** What other hooks should have told of before. */
  readonly catchUp: CatchUp;
  readonly enqueueReply: (tx: Tx, message: ReplyMessage) => Promise<unknown>;
  readonly log: GitLabLog;
  /** Milliseconds since the epoch. */
  readonly clock?: (() => number) | undefined;
}

/** What a hook turned out to need nothing for. */
export const NOTHING_TO_DO = 'stored, nothing to do';

/** The outcome of a delivery that needed nothing, with the reason. */
export const nothing = (why: string) => ({ outcome: `${NOTHING_TO_DO}: ${why}` });
