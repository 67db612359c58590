/** Bodies of system hooks and of the group hooks that share their shape (docs.gitlab.com/administration/system_hooks, 18.x). */
import { ROLE_LEVELS } from '../../domain/roles.ts';
import type { Lab } from './lab.ts';
import { byId, groupPath, projectPath } from './paths.ts';
import type { GroupRow, MemberRow, ProjectRow } from './state.ts';

/** System hooks carry seconds only. */
function seconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z');
}

function levelName(level: number): string {
  const name = Object.entries(ROLE_LEVELS).find(([, value]) => value === level)?.[0] ?? 'guest';
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function owners(lab: Lab, project: ProjectRow) {
  if (project.ownerId === null) return [];
  return [{ name: byId(lab.state.users, project.ownerId).name, email: '[REDACTED]' }];
}

/** `project_create` and `project_destroy`, or a change of its path with the one that it had before. There are no group ids in it, as in GitLab. */
export function projectPayload(
  lab: Lab,
  project: ProjectRow,
  event: {
    name: 'project_create' | 'project_transfer' | 'project_rename' | 'project_destroy';
    oldPath?: string;
  },
) {
  return {
    event_name: event.name,
    created_at: seconds(project.createdAt),
    updated_at: seconds(project.updatedAt),
    name: project.name,
    path: project.path,
    path_with_namespace: projectPath(lab.state, project),
    project_id: project.id,
    project_namespace_id: 100_000 + project.id,
    owners: owners(lab, project),
    project_visibility: project.visibility,
    ...(event.oldPath === undefined ? {} : { old_path_with_namespace: event.oldPath }),
  };
}

/** `group_create` and `group_destroy`, or `group_rename` with what it was called before. */
export function groupPayload(
  lab: Lab,
  group: GroupRow,
  event: {
    name: 'group_create' | 'group_rename' | 'group_destroy';
    old?: { path: string; fullPath: string };
  },
) {
  return {
    event_name: event.name,
    created_at: seconds(group.createdAt),
    updated_at: seconds(group.createdAt),
    name: group.name,
    path: group.path,
    full_path: groupPath(lab.state, group),
    group_id: group.id,
    ...(event.old && { old_path: event.old.path, old_full_path: event.old.fullPath }),
  };
}

/** `subgroup_create` and `subgroup_destroy`, for group hooks only. */
export function subgroupPayload(
  lab: Lab,
  group: GroupRow,
  event: { name: 'subgroup_create' | 'subgroup_destroy'; parent: GroupRow },
) {
  const { parent } = event;
  return {
    ...groupPayload(lab, group, { name: 'group_create' }),
    event_name: event.name,
    parent_group_id: parent.id,
    parent_name: parent.name,
    parent_path: parent.path,
    parent_full_path: groupPath(lab.state, parent),
  };
}

/** What became of a membership. */
export type MemberChange = 'add' | 'update' | 'remove';

function eventName(change: MemberChange, on: MemberRow['on']): string {
  const target = on === 'group' ? 'group' : 'team';
  return {
    add: `user_add_to_${target}`,
    update: `user_update_for_${target}`,
    remove: `user_remove_from_${target}`,
  }[change];
}

/** The level goes out as a word, not as a number. */
export function memberPayload(lab: Lab, row: MemberRow, change: MemberChange) {
  const user = byId(lab.state.users, row.userId);
  const shape = {
    created_at: seconds(row.createdAt),
    updated_at: seconds(lab.now().toISOString()),
    event_name: eventName(change, row.on),
    user_username: user.username,
    user_name: user.name,
    user_email: '[REDACTED]',
    user_id: user.id,
  };
  if (row.on === 'group') {
    const { name, path, id } = byId(lab.state.groups, row.onId);
    const group = { group_name: name, group_path: path, group_id: id, group_plan: null, expires_at: null };
    return { ...shape, ...group, group_access: levelName(row.level) };
  }
  const project = byId(lab.state.projects, row.onId);
  return {
    ...shape,
    access_level: levelName(row.level),
    project_id: project.id,
    project_name: project.name,
    project_path: project.path,
    project_path_with_namespace: projectPath(lab.state, project),
    project_visibility: project.visibility,
  };
}
