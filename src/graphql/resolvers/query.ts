import { projectPlace, roleAt } from '../../domain/actor.ts';
import type { GroupId, ProjectId } from '../../domain/ids.ts';
import { roleReaches } from '../../domain/roles.ts';
import type { DirectoryProject } from '../../services/ports.ts';
import { emptyConnection } from '../connections.ts';
import type { ApiContext } from '../context.ts';
import { globalId, parseIssueId, parseWorkItemId } from '../global-ids.ts';
import { type CrmFilterArgs, linkedBy, permissionsOf } from './groups.ts';
import { issuesOfPlace } from './issue-lists.ts';
import { showIssueAt, showIssueById } from './issues.ts';

interface ByPath {
  readonly fullPath: string;
}

/** A group or project as the place of work items. */
interface NamespaceNode {
  readonly kind: 'group' | 'project';
  readonly id: bigint;
  readonly fullPath: string;
  readonly name?: string;
  /** The group whose customers apply; null in a user namespace. */
  readonly group: GroupId | null;
}

/** A project in which the caller holds a role; null otherwise. */
async function project(
  _: unknown,
  { fullPath }: ByPath,
  context: ApiContext,
): Promise<DirectoryProject | null> {
  const { actor, deps } = context;
  if (actor === null) return null;
  const found = await deps.directory.project(fullPath);
  if (!found) return null;
  const place = projectPlace(found.id);
  const roles = await deps.directory.roles(actor.userId, [place]);
  return roleReaches(roleAt({ roles }, place), 'guest') ? found : null;
}

async function namespace(_: unknown, args: ByPath, context: ApiContext): Promise<NamespaceNode | null> {
  const view = await context.group(args.fullPath);
  if (view) return { kind: 'group', ...view.group, name: view.name, group: view.group.id };
  const found = await project(_, args, context);
  if (!found) return null;
  const { id, fullPath, name, hierarchy } = found;
  return { kind: 'project', id, fullPath, name, group: hierarchy?.chain[0].id ?? null };
}

/** As GitLab has it: of the group whose customers apply, not of the place itself. */
async function namespacePermissions({ group }: NamespaceNode, _: unknown, context: ApiContext) {
  const view = group === null ? null : await context.group(group);
  const { readCrmContact, readCrmOrganization } = view ? permissionsOf(view) : NO_PERMISSIONS;
  return { readNamespace: true, readCrmContact, readCrmOrganization };
}

const NO_PERMISSIONS = { readCrmContact: false, readCrmOrganization: false };

const pathOf = ({ fullPath }: ByPath): string => fullPath.slice(fullPath.lastIndexOf('/') + 1);

/** Work items of a group are epics and the like, which Tieline does not know. */
async function workItemIn(place: NamespaceNode, { iid }: { iid: string }, context: ApiContext) {
  if (place.kind === 'group') return null;
  const shown = await showIssueAt(context, { project: place.fullPath, iid });
  return shown && { issue: shown.node };
}

async function issueIn(
  { fullPath }: DirectoryProject,
  { iid }: { iid?: string | null },
  context: ApiContext,
) {
  return iid ? ((await showIssueAt(context, { project: fullPath, iid }))?.node ?? null) : null;
}

async function issuesIn({ id, hierarchy }: DirectoryProject, args: CrmFilterArgs, context: ApiContext) {
  const group = hierarchy?.chain[0].id ?? null;
  const { fits, linked } = linkedBy(group === null ? null : await context.group(group), args);
  if (!fits) return emptyConnection();
  const scope: { of: 'project'; id: ProjectId } = { of: 'project', id };
  return issuesOfPlace(context, { scope, anchor: null, linked }, args);
}

function currentUser(_: unknown, __: unknown, { caller, deps }: ApiContext) {
  if (caller === null) return null;
  const { userId, username, name, bot } = caller;
  const webPath = `/${username}`;
  return {
    id: globalId('User', userId),
    username,
    name,
    bot,
    webPath,
    webUrl: deps.instanceUrl + webPath,
  };
}

/** Where queries start, and projects and namespaces. */
export const QUERY_RESOLVERS = {
  Query: {
    currentUser,
    group: (_: unknown, { fullPath }: ByPath, context: ApiContext) => context.group(fullPath),
    namespace,
    project,
    issue: async (_: unknown, { id }: { id: string }, context: ApiContext) =>
      (await showIssueById(context, parseIssueId(id)))?.node ?? null,
    workItem: async (_: unknown, { id }: { id: string }, context: ApiContext) => {
      const shown = await showIssueById(context, parseWorkItemId(id));
      return shown && { issue: shown.node };
    },
    echo: (_: unknown, { text }: { text: string }, { caller }: ApiContext) =>
      `"${caller?.username ?? 'nil'}" says: ${text}`,
  },
  Namespace: {
    id: ({ kind, id }: NamespaceNode) => globalId(kind === 'group' ? 'Group' : 'Project', id),
    name: (node: NamespaceNode) => node.name ?? pathOf(node),
    path: pathOf,
    userPermissions: namespacePermissions,
    workItem: workItemIn,
  },
  Project: {
    id: ({ id }: DirectoryProject) => globalId('Project', id),
    path: pathOf,
    webUrl: ({ fullPath }: DirectoryProject, _: unknown, { deps }: ApiContext) =>
      `${deps.instanceUrl}/${fullPath}`,
    group: ({ hierarchy }: DirectoryProject, _: unknown, context: ApiContext) =>
      hierarchy ? context.group(hierarchy.chain[0].id) : null,
    issue: issueIn,
    issues: issuesIn,
  },
};
