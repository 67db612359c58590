import type { GroupId, ProjectId } from '../../domain/ids.ts';
import type { FindIssue, MovesFollowed } from '../issues/follow-moves.ts';
import type { DirectoryGroup, DirectoryHierarchy, DirectoryIssue, DirectoryProject } from '../ports.ts';

/** GitLab's word on a place: null when GitLab has it no more, `hidden` when the bot may not see all above it. */
export type Found<T> = T | 'hidden' | null;

/** How many comments were carried out, contacts linked by mail, and links that followed the issue when it is a copy. */
export interface IssueCaughtUp extends MovesFollowed {
  readonly comments: number;
  readonly mailed: number;
}

/** An issue as a list has it, which says nothing of what is above its project. */
export interface ChangedIssue extends Omit<DirectoryIssue, 'project' | 'updatedAt'> {
  readonly projectId: ProjectId;
  readonly updatedAt: Date;
  /** The whole of it; null when the bot may not see what is above. */
  read(): Promise<DirectoryIssue | null>;
  /** Carries out what comments since then ask for and no hook told of. A new issue may be a copy. */
  catchUp(look: { readonly since: Date; readonly isNew: boolean }): Promise<IssueCaughtUp>;
}

/**
 * What a sweep asks GitLab, by id and without any memory of earlier answers. Every question throws
 * OutOfRequestsError when the sweep may ask no more, AppError `unavailable.gitlab` without an answer.
 */
export interface SweepSource {
  group(id: GroupId): Promise<Found<DirectoryHierarchy>>;
  project(id: ProjectId): Promise<Found<DirectoryProject>>;
  groupByPath(path: string): Promise<DirectoryHierarchy | null>;
  rootGroups(): Promise<readonly DirectoryGroup[]>;
  issue(project: ProjectId, iid: number): Promise<DirectoryIssue | null>;
  /** A page of the issues below a group that changed at this time or later, the earliest first; `isLast` ends it. */
  changedIssues(
    group: GroupId,
    changed: { updatedAfter: Date; page: number },
  ): Promise<{ readonly issues: readonly ChangedIssue[]; readonly isLast: boolean }>;
  readonly findIssue: FindIssue;
  /** Takes up the hooks that GitLab sent in vain since then; gives how many were not known. */
  missedDeliveries(since: Date): Promise<number>;
  /** Gives the projects below watched groups their webhooks that have none yet; gives those that got one. */
  newProjects(): Promise<readonly { readonly id: ProjectId; readonly fullPath: string }[]>;
  /** Questions asked so far. */
  requests(): number;
}

/** A sweep has used up its requests; it goes on where it stopped the next time. */
export class OutOfRequestsError extends Error {
  constructor() {
    super('no requests left for this sweep');
    this.name = 'OutOfRequestsError';
  }
}
