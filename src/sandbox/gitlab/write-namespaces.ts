/** Creation and transfer of groups and projects. */
import { ROLE_LEVELS } from '../../domain/roles.ts';
import { canReadGroup, canReadProject, groupLevel, projectLevel } from './access.ts';
import { fireGroupCreate, fireMember, fireProjectCreate, fireProjectTransfer } from './hook-events.ts';
import type { Actor, Lab } from './lab.ts';
import { assertNewPath } from './new-path.ts';
import { byId, dropReusedRedirects, groupPath, projectPath, selfAndDescendants } from './paths.ts';
import { badRequest, forbidden, notFound } from './refusal.ts';
import { type GroupRow, type MemberRow, type ProjectRow, takeId, type UserRow } from './state.ts';
import { setRole } from './write-people.ts';

/** Where a project may live: in a group, or with a person. */
export type Namespace = { group: GroupRow } | { owner: UserRow };

/** Makes a group under `parent`, or a root group; its maker becomes its owner. */
export function createGroup(
  actor: Actor,
  input: { parent: GroupRow | null; path: string; name: string },
): GroupRow {
  const { lab } = actor;
  const { parent, path, name } = input;
  if (parent !== null && groupLevel(lab.state, parent, actor.user) < ROLE_LEVELS.maintainer)
    throw forbidden();
  const fullPath = parent === null ? path : `${groupPath(lab.state, parent)}/${path}`;
  const taken = `Failed to save group {:path=>["has already been taken"]}`;
  assertNewPath(lab, { last: path, fullPath }, taken);
  const createdAt = lab.now().toISOString();
  const id = takeId(lab.state, 'namespace');
  const parentId = parent?.id ?? null;
  const group: GroupRow = { id, parentId, path, name, description: '', visibility: 'private', createdAt };
  lab.state.groups.push(group);
  dropReusedRedirects(lab.state);
  lab.changed();
  fireGroupCreate(actor, group);
  const row: MemberRow = {
    on: 'group',
    onId: id,
    userId: actor.user.id,
    level: ROLE_LEVELS.owner,
    createdAt,
  };
  lab.state.members.push(row);
  fireMember(actor, row, 'add');
  return group;
}

function assertMayFill(actor: Actor, namespace: Namespace): void {
  const { lab } = actor;
  if ('owner' in namespace) {
    if (namespace.owner.id !== actor.user.id && !actor.user.admin) throw forbidden();
  } else if (groupLevel(lab.state, namespace.group, actor.user) < ROLE_LEVELS.developer) throw forbidden();
}

function pathIn(lab: Lab, namespace: Namespace, path: string): string {
  const above = 'owner' in namespace ? namespace.owner.username : groupPath(lab.state, namespace.group);
  return `${above}/${path}`;
}

/** Makes a project; needs Developer in the group, or the personal namespace to be one's own. */
export function createProject(
  actor: Actor,
  input: { namespace: Namespace; path: string; name: string },
): ProjectRow {
  const { lab } = actor;
  const { namespace, path, name } = input;
  assertMayFill(actor, namespace);
  assertNewPath(lab, { last: path, fullPath: pathIn(lab, namespace, path) });
  const at = lab.now().toISOString();
  const project: ProjectRow = {
    id: takeId(lab.state, 'project'),
    groupId: 'group' in namespace ? namespace.group.id : null,
    ownerId: 'owner' in namespace ? namespace.owner.id : null,
    path,
    name,
    description: '',
    visibility: 'private',
    nextIid: 1,
    createdAt: at,
    updatedAt: at,
  };
  lab.state.projects.push(project);
  dropReusedRedirects(lab.state);
  lab.changed();
  fireProjectCreate(actor, project);
  return project;
}

/** Moves a project to another namespace. Needs Owner on it and Maintainer there; fires the system hook `project_transfer`. */
export function transferProject(actor: Actor, project: ProjectRow, to: Namespace): void {
  const { lab } = actor;
  if (!canReadProject(lab.state, project, actor.user)) throw notFound('Project');
  if (projectLevel(lab.state, project, actor.user) < ROLE_LEVELS.owner) throw forbidden();
  if ('group' in to) {
    if (!canReadGroup(lab.state, to.group, actor.user)) throw notFound('Namespace');
    if (groupLevel(lab.state, to.group, actor.user) < ROLE_LEVELS.maintainer) throw forbidden();
  } else assertMayFill(actor, to);
  const taken = 'Project with same name or path in target namespace already exists';
  assertNewPath(
    lab,
    { last: project.path, fullPath: pathIn(lab, to, project.path) },
    `Transfer failed: ${taken}`,
  );
  const oldPath = projectPath(lab.state, project);
  project.groupId = 'group' in to ? to.group.id : null;
  project.ownerId = 'owner' in to ? to.owner.id : null;
  project.updatedAt = lab.now().toISOString();
  lab.state.redirects.push({ kind: 'project', path: oldPath, id: project.id });
  dropReusedRedirects(lab.state);
  lab.changed();
  fireProjectTransfer(actor, project, oldPath);
}

function assertMayTransferGroup(actor: Actor, group: GroupRow, parent: GroupRow | null): void {
  const { lab } = actor;
  const { state } = lab;
  if (!canReadGroup(state, group, actor.user)) throw notFound('Group');
  if (groupLevel(state, group, actor.user) < ROLE_LEVELS.owner) throw forbidden();
  if (parent !== null) {
    if (!canReadGroup(state, parent, actor.user)) throw notFound('Group');
    if (groupLevel(state, parent, actor.user) < ROLE_LEVELS.maintainer) {
      throw badRequest("Transfer failed: You don't have enough permissions.");
    }
    if (selfAndDescendants(state, group).includes(parent)) {
      throw badRequest('Transfer failed: Cannot transfer group to one of its subgroup.');
    }
  }
  if (group.parentId === (parent?.id ?? null)) {
    const already =
      parent === null ? 'Group is already a root group.' : 'Group is already associated to the parent group.';
    throw badRequest(`Transfer failed: ${already}`);
  }
  const fullPath = parent === null ? group.path : `${groupPath(state, parent)}/${group.path}`;
  const taken = 'The parent group already has a subgroup or a project with the same path.';
  assertNewPath(lab, { last: group.path, fullPath }, `Transfer failed: ${taken}`);
}

/** A new root group whose owners were all owners of what stood above gets whoever moved it (Groups::TransferService). */
function ensureOwner(actor: Actor, group: GroupRow): void {
  const { lab } = actor;
  const owned = lab.state.members.some(
    ({ on, onId, level }) => on === 'group' && onId === group.id && level >= ROLE_LEVELS.owner,
  );
  if (!owned) setRole(actor, { user: actor.user, on: 'group', onId: group.id, level: ROLE_LEVELS.owner });
}

/**
 * Moves a group with all below it under `parent`, or makes it a root group (null). Fires no hook for the move, as
 * GitLab; one of members only where a new root group gets its first owner.
 */
export function transferGroup(actor: Actor, group: GroupRow, parent: GroupRow | null): void {
  const { lab } = actor;
  assertMayTransferGroup(actor, group, parent);
  const { state } = lab;
  for (const row of selfAndDescendants(state, group)) {
    state.redirects.push({ kind: 'group', path: groupPath(state, row), id: row.id });
    for (const project of state.projects.filter((candidate) => candidate.groupId === row.id)) {
      state.redirects.push({ kind: 'project', path: projectPath(state, project), id: project.id });
    }
  }
  group.parentId = parent === null ? null : byId(state.groups, parent.id).id;
  dropReusedRedirects(state);
  lab.changed();
  if (parent === null) ensureOwner(actor, group);
}
