import type { Place, RoleSheet } from '../domain/actor.ts';
import type { GitLabUserId, GroupId, IssueId, ProjectId } from '../domain/ids.ts';

/** A person as GitLab knows them. Anyone whose state is not `active` holds no role anywhere. */
export interface DirectoryUser {
  readonly id: GitLabUserId;
  readonly username: string;
  readonly name: string;
  readonly active: boolean;
  readonly bot: boolean;
}

export interface DirectoryGroup {
  /** When GitLab was asked for this, which may be a minute ago; just now when it is not said. */
  readonly asOf?: Date;
  readonly id: GroupId;
  readonly parentId: GroupId | null;
  readonly fullPath: string;
  readonly name: string;
}

/** A group with everything above it: `chain[0]` is the group itself, the last one is the root. */
export interface DirectoryHierarchy {
  readonly chain: readonly [DirectoryGroup, ...DirectoryGroup[]];
}

export interface DirectoryProject {
  /** When GitLab was asked for this, which may be a minute ago; just now when it is not said. */
  readonly asOf?: Date;
  readonly id: ProjectId;
  readonly fullPath: string;
  readonly name: string;
  /** Null for a project in a user namespace. */
  readonly hierarchy: DirectoryHierarchy | null;
}

export interface DirectoryIssue {
  readonly id: IssueId;
  readonly iid: number;
  readonly title: string;
  readonly state: 'opened' | 'closed';
  readonly confidential: boolean;
  readonly authorId: GitLabUserId | null;
  readonly assigneeIds: readonly GitLabUserId[];
  readonly movedToId: IssueId | null;
  readonly updatedAt: Date | null;
  readonly project: DirectoryProject;
}

/**
 * What GitLab says about people and places. Every method asks GitLab or a cache of at most 60 s, gives null for
 * what does not exist (or the bot may not see), and throws AppError `unavailable.gitlab` when GitLab gives no
 * answer: no answer is never a right.
 */
export interface Directory {
  user(id: GitLabUserId): Promise<DirectoryUser | null>;
  /** The user whose confirmed address is exactly this one, ignoring case; null without an admin token. */
  userByEmail(email: string): Promise<DirectoryUser | null>;
  /** By id, or by full path ignoring case. */
  group(reference: GroupId | string): Promise<DirectoryHierarchy | null>;
  /** Top-level groups that the bot is a member of, in order of path. */
  rootGroups(): Promise<readonly DirectoryGroup[]>;
  project(reference: ProjectId | string): Promise<DirectoryProject | null>;
  issue(project: ProjectId | string, iid: number): Promise<DirectoryIssue | null>;
  /** Effective roles (inherited and shared ones counted) at each place; `none` for a blocked user. */
  roles(user: GitLabUserId, places: readonly Place[], options?: { fresh?: boolean }): Promise<RoleSheet>;
}
