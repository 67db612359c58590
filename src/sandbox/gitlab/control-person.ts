import { ROLE_LEVELS } from '../../domain/roles.ts';
import { canReadNote } from './access.ts';
import type { ApiNote, InstanceControl, PersonControl } from './control.ts';
import {
  namespaceOf,
  needGroup,
  needIssue,
  needNote,
  needProject,
  needUser,
  type Scene,
  split,
} from './control-lookups.ts';
import type { Lab } from './lab.ts';
import { cloneIssue, moveIssue } from './move-issue.ts';
import { findGroup } from './paths.ts';
import { presentIssue, presentNote } from './present-issues.ts';
import { createIssue, updateIssue } from './write-issues.ts';
import { receiveMail } from './write-mail.ts';
import { createGroup, createProject, transferGroup, transferProject } from './write-namespaces.ts';
import { award, createNote, deleteNote, editNote, type NoteOutcome } from './write-notes.ts';
import { setBlocked, setRole } from './write-people.ts';
import { removeGroup, removeProject, renameGroup, renameProject } from './write-places.ts';

/** Does the work, then waits until it is saved. */
async function saved<Result>(scene: Scene, work: () => Result): Promise<Result> {
  const result = work();
  await scene.flush();
  return result;
}

type NoteControl = Pick<PersonControl, 'comment' | 'editNote' | 'deleteNote' | 'award' | 'notes'>;

function noteControl(scene: Scene): NoteControl {
  const { lab, actor } = scene;
  const shown = (result: NoteOutcome): ApiNote | null =>
    result.kind === 'note' ? presentNote(lab, result.note) : null;
  return {
    comment: (project, iid, body, options = {}) =>
      saved(scene, () => shown(createNote(actor, needIssue(scene, project, iid), { body, ...options }))),
    editNote: (noteId, body) => saved(scene, () => shown(editNote(actor, needNote(scene, noteId), body))),
    deleteNote: (noteId) => saved(scene, () => deleteNote(actor, needNote(scene, noteId))),
    award: (noteId, name) =>
      saved(scene, () => {
        award(actor, { on: 'Note', onId: needNote(scene, noteId).id, name });
      }),
    notes: (project, iid) => {
      const { id } = needIssue(scene, project, iid);
      return lab.state.notes
        .filter((note) => note.issueId === id && canReadNote(lab.state, note, actor.user))
        .map((note) => presentNote(lab, note));
    },
  };
}

type IssueControl = Pick<
  PersonControl,
  'createIssue' | 'updateIssue' | 'closeIssue' | 'reopenIssue' | 'moveIssue' | 'cloneIssue' | 'issue'
>;

function issueControl(scene: Scene): IssueControl {
  const { lab, actor } = scene;
  const update: PersonControl['updateIssue'] = (project, iid, edit) =>
    saved(scene, () => {
      const issue = needIssue(scene, project, iid);
      updateIssue(actor, issue, edit);
      return presentIssue(lab, issue);
    });
  return {
    createIssue: (project, input) =>
      saved(scene, () => presentIssue(lab, createIssue(actor, needProject(scene, project), input))),
    updateIssue: update,
    closeIssue: (project, iid) => update(project, iid, { stateEvent: 'close' }),
    reopenIssue: (project, iid) => update(project, iid, { stateEvent: 'reopen' }),
    moveIssue: (project, iid, toProject) =>
      saved(scene, () => {
        const issue = needIssue(scene, project, iid);
        return presentIssue(lab, moveIssue(actor, issue, needProject(scene, toProject)));
      }),
    cloneIssue: (project, iid, to) =>
      saved(scene, () => {
        const target = needProject(scene, to.project);
        const options = { target, withNotes: to.withNotes ?? false };
        return presentIssue(lab, cloneIssue(actor, needIssue(scene, project, iid), options));
      }),
    issue: (project, iid) => presentIssue(lab, needIssue(scene, project, iid)),
  };
}

type NamespaceControl = Pick<
  PersonControl,
  'transferProject' | 'transferGroup' | 'createGroup' | 'createProject'
>;

function namespaceControl(scene: Scene): NamespaceControl {
  const { lab, actor } = scene;
  return {
    transferProject: (project, namespace) =>
      saved(scene, () => transferProject(actor, needProject(scene, project), namespaceOf(lab, namespace))),
    transferGroup: (group, parent) =>
      saved(scene, () => {
        transferGroup(actor, needGroup(lab, group), parent === null ? null : needGroup(lab, parent));
      }),
    createGroup: (path) =>
      saved(scene, () => {
        const { above, last } = split(path);
        const parent = above === null ? null : needGroup(lab, above);
        return createGroup(actor, { parent, path: last, name: last });
      }),
    createProject: (path) =>
      saved(scene, () => {
        const { above, last } = split(path);
        const namespace = namespaceOf(lab, above ?? actor.user.username);
        return createProject(actor, { namespace, path: last, name: last });
      }),
  };
}

function personControl(scene: Scene): PersonControl {
  return { ...noteControl(scene), ...issueControl(scene), ...namespaceControl(scene) };
}

/** Control over the instance; what is not done `as` somebody is done by its administrator. */
export function createControl(lab: Lab, flush: () => Promise<void>): InstanceControl {
  const sceneOf = (username: string): Scene => {
    return { lab, flush, actor: { lab, user: needUser(lab, username), chain: null } };
  };
  const administrator = lab.state.users.find((user) => user.admin)?.username ?? 'root';
  const root = sceneOf(administrator);
  const { transferProject: moveProject, transferGroup: moveGroup, notes, issue } = personControl(root);
  const setUserBlocked = (username: string, blocked: boolean) =>
    saved(root, () => setBlocked(lab, needUser(lab, username), blocked));
  return {
    as: (username) => personControl(sceneOf(username)),
    transferProject: moveProject,
    transferGroup: moveGroup,
    notes,
    issue,
    setRole: (username, path, role) =>
      saved(root, () => {
        const group = findGroup(lab.state, path);
        const onId = group?.id ?? needProject(root, path).id;
        const level = typeof role === 'string' ? ROLE_LEVELS[role] : role;
        const on = group === null ? 'project' : 'group';
        setRole(root.actor, { user: needUser(lab, username), on, onId, level });
      }),
    block: (username) => setUserBlocked(username, true),
    unblock: (username) => setUserBlocked(username, false),
    renameGroup: (group, path) => saved(root, () => renameGroup(root.actor, needGroup(lab, group), path)),
    renameProject: (project, path) =>
      saved(root, () => renameProject(root.actor, needProject(root, project), path)),
    removeGroup: (group) => saved(root, () => removeGroup(root.actor, needGroup(lab, group))),
    removeProject: (project) => saved(root, () => removeProject(root.actor, needProject(root, project))),
    receiveMail: (project, mail) =>
      saved(root, () => presentIssue(lab, receiveMail(lab, needProject(root, project), mail))),
  };
}
