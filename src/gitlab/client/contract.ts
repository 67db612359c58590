import type { Place } from '../../domain/actor.ts';
import type { GitLabUserId, GroupId, IssueId, ProjectId } from '../../domain/ids.ts';
import type { ApiGroup, ApiIssue, ApiMember, ApiNote, ApiProject, ApiUser } from './responses.ts';

/** An issue by where it is; `project` is never a path, so that nothing a user wrote reaches the address. */
export interface IssueAddress {
  readonly project: ProjectId;
  readonly iid: number;
}

/** Which issues of a group to list: those changed at a time or later, 100 a page, pages from 1. */
export interface ChangedIssues {
  readonly updatedAfter: Date;
  readonly page: number;
}

export interface NewNote {
  readonly body: string;
  /** Asked for; a reply in a thread is internal exactly when the thread is. */
  readonly internal: boolean;
}

/**
 * The calls to GitLab that Tieline makes. Where null is given it stands for 404: not there, or not visible to the
 * bot. Everything throws AppError `unavailable.gitlab` without a usable answer (its cause then has the time GitLab
 * asked for), GitLabRequestError for a refusal. Reads are tried again within 8 s, writes never.
 */
export interface GitLabClient {
  currentUser(): Promise<ApiUser>;
  user(id: GitLabUserId): Promise<ApiUser | null>;
  /** Users that GitLab finds by the address, private addresses counted; null without an admin token. */
  usersByEmail(email: string): Promise<readonly ApiUser[] | null>;
  group(reference: GroupId | string): Promise<ApiGroup | null>;
  project(reference: ProjectId | string): Promise<ApiProject | null>;
  issue(address: IssueAddress): Promise<ApiIssue | null>;
  /** By its global id; null also without an admin token, since GitLab answers nobody else. */
  issueById(id: IssueId): Promise<ApiIssue | null>;
  /** Issues of a group and of all groups below it, the one changed longest ago first. */
  issuesOfGroup(group: GroupId, changed: ChangedIssues): Promise<readonly ApiIssue[] | null>;
  note(address: IssueAddress, noteId: bigint): Promise<ApiNote | null>;
  /** Whether somebody changed a note's text since it was written; null where GitLab does not tell (before 15.9). */
  wasNoteEdited(noteId: bigint): Promise<boolean | null>;
  /** The issue's latest notes, newest first, those in discussions included; at most `limit`, 100 a request. */
  latestNotes(address: IssueAddress, limit: number): Promise<readonly ApiNote[]>;
  /** The discussion that a note of an issue is in, among the first thousand; null when it is not found. */
  discussionOf(address: IssueAddress, noteId: bigint): Promise<string | null>;
  /** The new note's id; null when GitLab took the text for quick actions and made none (202). */
  createNote(address: IssueAddress, note: NewNote): Promise<bigint | null>;
  /** Like `createNote`, in a discussion of the issue. */
  replyInDiscussion(address: IssueAddress, discussionId: string, note: NewNote): Promise<bigint | null>;
  updateNote(address: IssueAddress, noteId: bigint, body: string): Promise<void>;
  /** On a note, or on the issue itself when `noteId` is null. */
  awardEmoji(address: IssueAddress, noteId: bigint | null, name: string): Promise<void>;
  /** Top-level groups that the token's user is a member of. */
  rootGroups(): Promise<readonly ApiGroup[]>;
  /** The effective membership, inherited and shared ones counted. */
  member(place: Place, user: GitLabUserId): Promise<ApiMember | null>;
}
