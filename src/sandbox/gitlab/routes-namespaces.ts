import { ROLE_LEVELS } from '../../domain/roles.ts';
import { canReadGroup, canReadProject, groupLevel, projectLevel } from './access.ts';
import type { Api, Call } from './api.ts';
import { findGroup, findUser, groupPath, projectPath, selfAndDescendants } from './paths.ts';
import { presentGroup, presentProject } from './present-namespaces.ts';
import { missing, notFound } from './refusal.ts';
import type { GroupRow, ProjectRow } from './state.ts';
import {
  createGroup,
  createProject,
  type Namespace,
  transferGroup,
  transferProject,
} from './write-namespaces.ts';

const MAX_EMBEDDED_PROJECTS = 100;

function listGroups(api: Api, call: Call, among: readonly GroupRow[]) {
  const { state } = api.lab;
  const { params, user } = call;
  const search = params.text('search')?.toLowerCase() ?? '';
  const minimum = params.flag('owned') ? ROLE_LEVELS.owner : (params.integer('min_access_level') ?? 0);
  const skipped = params.integers('skip_groups') ?? [];
  const ofMember = params.flag('all_available') === false && !user.admin;
  const groups = among.filter((group) => {
    if (!canReadGroup(state, group, user) || skipped.includes(group.id)) return false;
    if (params.flag('top_level_only') && group.parentId !== null) return false;
    if (groupLevel(state, group, user) < Math.max(minimum, ofMember ? 1 : 0)) return false;
    return `${group.name} ${groupPath(state, group)}`.toLowerCase().includes(search);
  });
  const order = params.text('order_by') ?? 'name';
  const sign = params.text('sort') === 'desc' ? -1 : 1;
  groups.sort((left, right) => {
    const byName = order === 'id' ? 0 : left.name.localeCompare(right.name);
    return sign * (byName === 0 ? left.id - right.id : byName);
  });
  return call.page(groups, (group) => group.id).map((group) => presentGroup(api.lab, group));
}

function showGroup(api: Api, call: Call) {
  const group = call.group();
  const shape = {
    ...presentGroup(api.lab, group),
    shared_with_groups: [],
    prevent_sharing_groups_outside_hierarchy: false,
  };
  if (call.params.flag('with_projects') === false) return shape;
  const projects = api.lab.state.projects
    .filter((project) => project.groupId === group.id && canReadProject(api.lab.state, project, call.user))
    .slice(0, MAX_EMBEDDED_PROJECTS)
    .map((project) => presentProject(api.lab, project, call.user));
  return { ...shape, projects, shared_projects: [] };
}

function listProjects(api: Api, call: Call, among: readonly ProjectRow[]) {
  const { state } = api.lab;
  const search = call.params.text('search')?.toLowerCase() ?? '';
  const member = call.params.flag('membership') ?? false;
  const minimum = call.params.integer('min_access_level') ?? (member ? 1 : 0);
  const projects = among.filter((project) => {
    const words = `${project.name} ${projectPath(state, project)}`.toLowerCase();
    if (!canReadProject(state, project, call.user) || !words.includes(search)) return false;
    return projectLevel(state, project, call.user) >= minimum;
  });
  const sign = call.params.text('sort') === 'asc' ? 1 : -1;
  projects.sort((left, right) => sign * (left.id - right.id));
  return call.page(projects, (project) => project.id).map((row) => presentProject(api.lab, row, call.user));
}

function namespaceOf(api: Api, idOrPath: string | undefined): Namespace {
  const { state } = api.lab;
  const group = idOrPath === undefined ? null : findGroup(state, idOrPath);
  if (group !== null) return { group };
  const owner =
    state.users.find((user) => String(user.namespaceId) === idOrPath) ?? findUser(state, idOrPath ?? '');
  if (owner === null) throw notFound('Namespace');
  return { owner };
}

function postGroup(api: Api, call: Call) {
  const path = call.params.text('path');
  if (path === undefined) throw missing('path');
  const parentId = call.params.text('parent_id');
  const parent = parentId === undefined ? null : findGroup(api.lab.state, parentId);
  if (parentId !== undefined && parent === null) throw notFound('Group');
  const name = call.params.text('name') ?? path;
  void call.reply.code(201);
  return presentGroup(api.lab, createGroup(call.actor, { parent, path, name }));
}

function postProject(api: Api, call: Call) {
  const name = call.params.text('name') ?? call.params.text('path');
  if (name === undefined) throw missing('name, path');
  const path = call.params.text('path') ?? name.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-');
  const namespace = namespaceOf(api, call.params.text('namespace_id') ?? call.user.username);
  void call.reply.code(201);
  return presentProject(api.lab, createProject(call.actor, { namespace, path, name }), call.user);
}

function transferRoutes(api: Api): void {
  api.on('PUT /projects/:id/transfer', (call) => {
    const project = call.project();
    const namespace = call.params.text('namespace');
    if (namespace === undefined) throw missing('namespace');
    transferProject(call.actor, project, namespaceOf(api, namespace));
    return presentProject(api.lab, project, call.user);
  });
  api.on('POST /groups/:id/transfer', (call) => {
    const group = call.group();
    const target = call.params.text('group_id');
    const parent = target === undefined ? null : findGroup(api.lab.state, target);
    if (target !== undefined && parent === null) throw notFound('Group');
    transferGroup(call.actor, group, parent);
    void call.reply.code(201);
    return presentGroup(api.lab, group);
  });
}

/** Groups, projects, their creation and their transfer. */
export function namespaceRoutes(api: Api): void {
  const { state } = api.lab;
  const below = (group: GroupRow) => selfAndDescendants(state, group);
  api.on('GET /groups', (call) => listGroups(api, call, state.groups));
  api.on('POST /groups', (call) => postGroup(api, call));
  api.on('GET /groups/:id', (call) => showGroup(api, call));
  api.on('GET /groups/:id/subgroups', (call) => {
    const { id } = call.group();
    return listGroups(
      api,
      call,
      state.groups.filter((row) => row.parentId === id),
    );
  });
  api.on('GET /groups/:id/descendant_groups', (call) => listGroups(api, call, below(call.group()).slice(1)));
  api.on('GET /groups/:id/projects', (call) => {
    const group = call.group();
    const groups = call.params.flag('include_subgroups') ? below(group) : [group];
    const ids = new Set<number | null>(groups.map((row) => row.id));
    return listProjects(
      api,
      call,
      state.projects.filter((project) => project.groupId !== null && ids.has(project.groupId)),
    );
  });
  api.on('GET /projects', (call) => listProjects(api, call, state.projects));
  api.on('POST /projects', (call) => postProject(api, call));
  api.on('GET /projects/:id', (call) => presentProject(api.lab, call.project(), call.user));
  transferRoutes(api);
}
