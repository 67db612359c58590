/** Groups and projects as GitLab's REST API words them. */
import { groupMemberRows } from './access.ts';
import type { Lab } from './lab.ts';
import { byId, groupName, groupPath, namespacePath, projectPath } from './paths.ts';
import { presentUser } from './present-people.ts';
import type { GroupRow, ProjectRow, UserRow } from './state.ts';

/** `API::Entities::Group`, what lists give. */
export function presentGroup(lab: Lab, group: GroupRow) {
  const path = groupPath(lab.state, group);
  return {
    id: group.id,
    web_url: `${lab.baseUrl()}/groups/${path}`,
    name: group.name,
    path: group.path,
    description: group.description,
    visibility: group.visibility,
    share_with_group_lock: false,
    require_two_factor_authentication: false,
    project_creation_level: 'developer',
    subgroup_creation_level: 'maintainer',
    emails_disabled: false,
    emails_enabled: true,
    lfs_enabled: true,
    archived: false,
    avatar_url: null,
    request_access_enabled: true,
    full_name: groupName(lab.state, group),
    full_path: path,
    created_at: group.createdAt,
    parent_id: group.parentId,
    organization_id: 1,
    shared_runners_setting: 'enabled',
  };
}

/** `namespace` inside a project; `kind` is `user` for a personal one. */
function presentNamespace(lab: Lab, project: ProjectRow) {
  const full_path = namespacePath(lab.state, project);
  const shape = { full_path, avatar_url: null };
  if (project.groupId !== null) {
    const { id, name, path, parentId } = byId(lab.state.groups, project.groupId);
    const web_url = `${lab.baseUrl()}/groups/${full_path}`;
    return { id, name, path, kind: 'group', ...shape, parent_id: parentId, web_url };
  }
  const owner = byId(lab.state.users, project.ownerId ?? 0);
  const web_url = `${lab.baseUrl()}/${owner.username}`;
  const { namespaceId: id, name, username: path } = owner;
  return { id, name, path, kind: 'user', ...shape, parent_id: null, web_url };
}

function access(level: number) {
  return level === 0 ? null : { access_level: level, notification_level: 3 };
}

function presentPermissions(lab: Lab, project: ProjectRow, viewer: UserRow) {
  const own = lab.state.members.find(
    (row) => row.on === 'project' && row.onId === project.id && row.userId === viewer.id,
  );
  const inherited =
    project.groupId === null
      ? []
      : groupMemberRows(lab.state, byId(lab.state.groups, project.groupId)).filter(
          (row) => row.userId === viewer.id,
        );
  const personal = project.ownerId === viewer.id ? 50 : 0;
  return {
    project_access: access(Math.max(own?.level ?? 0, personal)),
    group_access: access(inherited.reduce((level, row) => Math.max(level, row.level), 0)),
  };
}

/** `API::Entities::Project` as far as an issue tracker needs it. */
export function presentProject(lab: Lab, project: ProjectRow, viewer: UserRow) {
  const path = projectPath(lab.state, project);
  const namespace = presentNamespace(lab, project);
  const issues = lab.state.issues.filter((issue) => issue.projectId === project.id);
  return {
    id: project.id,
    description: project.description,
    name: project.name,
    name_with_namespace: `${namespace.name} / ${project.name}`,
    path: project.path,
    path_with_namespace: path,
    created_at: project.createdAt,
    default_branch: 'main',
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@gitlab.sandbox:${path}.git`,
    http_url_to_repo: `${lab.baseUrl()}/${path}.git`,
    web_url: `${lab.baseUrl()}/${path}`,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: project.updatedAt,
    visibility: project.visibility,
    namespace,
    ...(project.ownerId === null ? {} : { owner: presentUser(lab, byId(lab.state.users, project.ownerId)) }),
    empty_repo: true,
    archived: false,
    issues_enabled: true,
    issues_access_level: 'enabled',
    service_desk_enabled: false,
    service_desk_address: null,
    creator_id: project.ownerId ?? 1,
    updated_at: project.updatedAt,
    open_issues_count: issues.filter((issue) => issue.state === 'opened').length,
    shared_with_groups: [],
    permissions: presentPermissions(lab, project, viewer),
  };
}
