/**
 * The make-believe GitLab driven from inside the process, by tests and by the page. It goes through the same
 * operations and checks as the REST routes: what a person may not do throws a `Refusal`.
 */
import type { Role } from '../../domain/roles.ts';
import type { presentIssue, presentNote } from './present-issues.ts';
import type { GroupRow, ProjectRow } from './state.ts';
import type { IssueEdit, NewIssue } from './write-issues.ts';
import type { Mail } from './write-mail.ts';

/** An issue in the REST API's words. */
export type ApiIssue = ReturnType<typeof presentIssue>;
/** A note in the REST API's words. */
export type ApiNote = ReturnType<typeof presentNote>;

/** What one person can do. Projects and groups are named by full path or id. */
export interface PersonControl {
  /** Null when the text was nothing but quick actions that GitLab took. */
  comment(
    project: string,
    iid: number,
    body: string,
    options?: { internal?: boolean; discussionId?: string },
  ): Promise<ApiNote | null>;
  editNote(noteId: number, body: string): Promise<ApiNote | null>;
  deleteNote(noteId: number): Promise<void>;
  award(noteId: number, name: string): Promise<void>;
  createIssue(project: string, input: NewIssue): Promise<ApiIssue>;
  updateIssue(project: string, iid: number, edit: IssueEdit): Promise<ApiIssue>;
  closeIssue(project: string, iid: number): Promise<ApiIssue>;
  reopenIssue(project: string, iid: number): Promise<ApiIssue>;
  /** Gives the new issue. */
  moveIssue(project: string, iid: number, toProject: string): Promise<ApiIssue>;
  cloneIssue(project: string, iid: number, to: { project: string; withNotes?: boolean }): Promise<ApiIssue>;
  /** `namespace` is a group or a username. */
  transferProject(project: string, namespace: string): Promise<void>;
  /** A null parent makes it a root group. */
  transferGroup(group: string, parent: string | null): Promise<void>;
  createGroup(path: string): Promise<GroupRow>;
  createProject(path: string): Promise<ProjectRow>;
  /** What this person sees of an issue's notes, oldest first. */
  notes(project: string, iid: number): ApiNote[];
  issue(project: string, iid: number): ApiIssue;
}

/** What the instance itself can be made to do, as its administrator. */
export interface InstanceControl {
  as(username: string): PersonControl;
  transferProject(project: string, namespace: string): Promise<void>;
  transferGroup(group: string, parent: string | null): Promise<void>;
  /** A null role removes the direct membership. `on` is a group's or a project's full path. */
  setRole(username: string, on: string, role: Exclude<Role, 'none'> | number | null): Promise<void>;
  block(username: string): Promise<void>;
  unblock(username: string): Promise<void>;
  /** `path` is the last part of the new one. */
  renameGroup(group: string, path: string): Promise<void>;
  renameProject(project: string, path: string): Promise<void>;
  removeGroup(group: string): Promise<void>;
  removeProject(project: string): Promise<void>;
  /** A mail to the project's Service Desk; gives the issue that it becomes. */
  receiveMail(project: string, mail: Mail): Promise<ApiIssue>;
  notes(project: string, iid: number): ApiNote[];
  issue(project: string, iid: number): ApiIssue;
}
