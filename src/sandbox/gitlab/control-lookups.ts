/** What a path or an id names for the person acting; what they may not see is not found. */
import { canReadIssue, canReadNote, canReadProject } from './access.ts';
import type { Actor, Lab } from './lab.ts';
import { byId, findGroup, findIssue, findProject, findUser } from './paths.ts';
import { notFound } from './refusal.ts';
import type { GroupRow, IssueRow, NoteRow, ProjectRow, UserRow } from './state.ts';
import type { Namespace } from './write-namespaces.ts';

/** Who acts on which instance, and how to have it saved. */
export interface Scene {
  lab: Lab;
  actor: Actor;
  flush: () => Promise<void>;
}

/** The person; throws a 404 `Refusal`. */
export function needUser(lab: Lab, username: string): UserRow {
  const user = findUser(lab.state, username);
  if (user === null) throw notFound('User');
  return user;
}

/** The group by path or id; throws a 404 `Refusal`. Whether the actor may see it is left to what is done with it. */
export function needGroup(lab: Lab, path: string): GroupRow {
  const group = findGroup(lab.state, path);
  if (group === null) throw notFound('Group');
  return group;
}

/** The project as far as the actor may see it. */
export function needProject({ lab, actor }: Scene, path: string): ProjectRow {
  const project = findProject(lab.state, path);
  if (project === null || !canReadProject(lab.state, project, actor.user)) throw notFound('Project');
  return project;
}

/** The issue as far as the actor may read it. */
export function needIssue(scene: Scene, path: string, iid: number): IssueRow {
  const issue = findIssue(scene.lab.state, needProject(scene, path), iid);
  if (issue === null || !canReadIssue(scene.lab.state, issue, scene.actor.user)) throw notFound('Issue');
  return issue;
}

/** The note as far as the actor may read it. */
export function needNote({ lab, actor }: Scene, id: number): NoteRow {
  const note = lab.state.notes.find((row) => row.id === id);
  if (note === undefined || !canReadIssue(lab.state, byId(lab.state.issues, note.issueId), actor.user)) {
    throw notFound('Note');
  }
  if (!canReadNote(lab.state, note, actor.user)) throw notFound('Note');
  return note;
}

/** A group by its path, else a person by their username. */
export function namespaceOf(lab: Lab, path: string): Namespace {
  const group = findGroup(lab.state, path);
  return group === null ? { owner: needUser(lab, path) } : { group };
}

/** The last part of a path and what stands before it; null when nothing does. */
export function split(path: string): { above: string | null; last: string } {
  const slash = path.lastIndexOf('/');
  return slash < 0
    ? { above: null, last: path }
    : { above: path.slice(0, slash), last: path.slice(slash + 1) };
}
