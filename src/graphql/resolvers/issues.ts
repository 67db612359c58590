import { projectPlace, roleAt } from '../../domain/actor.ts';
import type { IssueId } from '../../domain/ids.ts';
import { roleReaches } from '../../domain/roles.ts';
import { canReadIssue, decide, type IssueTarget } from '../../policy/authorize.ts';
import { findKnownIssue } from '../../services/issues/list-issues.ts';
import { type OpenedIssue, openFetchedIssue } from '../../services/issues/open-issue.ts';
import { viewIssueContacts, viewIssues } from '../../services/issues/view-contacts.ts';
import type { DirectoryIssue } from '../../services/ports.ts';
import { connectionOf, emptyConnection, type PageArgs, pageOf } from '../connections.ts';
import type { ApiContext } from '../context.ts';
import { globalId } from '../global-ids.ts';
import { type IssueNode, referenceOf, toIssueNode, webPathOf } from '../issue-node.ts';
import { type ContactNode, toContactNode } from '../nodes.ts';

/** An issue that somebody asked for by name: opened for them, and as a node. */
export interface ShownIssue {
  readonly opened: OpenedIssue;
  readonly node: IssueNode;
}

/** An issue as GitLab has it now, shown when the caller may read it; null otherwise. */
export async function showIssue(
  context: ApiContext,
  issue: DirectoryIssue | null,
): Promise<ShownIssue | null> {
  const { actor, deps } = context;
  if (actor === null || issue === null) return null;
  const opened = await openFetchedIssue(deps, actor, issue);
  if (!canReadIssue(opened.actor, opened.target)) return null;
  const known = await findKnownIssue(deps, issue.id);
  return known && { opened, node: toIssueNode(known) };
}

/** The same by a project's path and the number in it. */
export async function showIssueAt(
  context: ApiContext,
  { project, iid }: { project: string; iid: string },
): Promise<ShownIssue | null> {
  if (context.actor === null || !/^[1-9]\d{0,8}$/.test(iid)) return null;
  return showIssue(context, await context.deps.directory.issue(project, Number(iid)));
}

/** The same by its global id. */
export async function showIssueById(context: ApiContext, id: IssueId): Promise<ShownIssue | null> {
  return context.actor === null ? null : showIssue(context, await context.findIssue(id));
}

/** Whether somebody may change anything about an issue, as GitLab's `update_issue` has it. */
export function mayUpdateIssue({ actor, target }: Pick<OpenedIssue, 'actor' | 'target'>): boolean {
  if (!canReadIssue(actor, target)) return false;
  const takesPart = target.authorId === actor.userId || target.assigneeIds.includes(actor.userId);
  return takesPart || roleReaches(roleAt(actor, projectPlace(target.projectId)), 'planner');
}

async function contactsOf({ row }: IssueNode, args: PageArgs, context: ApiContext) {
  const page = pageOf(args);
  const { actor, deps, viewer } = context;
  if (actor === null) return emptyConnection<ContactNode>();
  const load = context.batch(
    `issue.customerRelationsContacts ${JSON.stringify(page)}`,
    async (issues: readonly IssueNode['row'][]) => {
      const pages = await viewIssueContacts(deps, viewer, { actor, issues, page });
      return pages.map((listed) => connectionOf(listed, toContactNode));
    },
  );
  return load(row);
}

/** What the policy says of an issue, looked up for all that a query shows at once. */
async function targetOf(
  { row }: IssueNode,
  context: ApiContext,
): Promise<Pick<OpenedIssue, 'actor' | 'target'> | null> {
  const { actor, deps, viewer } = context;
  if (actor === null) return null;
  const load = context.batch('issue targets', async (issues: readonly IssueNode['row'][]) => {
    const viewed = await viewIssues(deps, viewer, { actor, issues, linksCount: false });
    return viewed.targets.map((target: IssueTarget) => ({ actor: viewed.actor, target }));
  });
  return load(row);
}

async function permissionsOf(node: IssueNode, _: unknown, context: ApiContext) {
  const viewed = await targetOf(node, context);
  const may = (ability: 'issue.view_contacts' | 'issue.set_contacts'): boolean =>
    viewed !== null && decide(viewed.actor, ability, viewed.target).allowed;
  return {
    readIssue: viewed !== null && canReadIssue(viewed.actor, viewed.target),
    updateIssue: viewed !== null && mayUpdateIssue(viewed),
    readCrmContacts: may('issue.view_contacts'),
    setIssueCrmContacts: may('issue.set_contacts'),
  };
}

async function contactsAvailable({ issue }: { issue: IssueNode }, _: unknown, context: ApiContext) {
  const viewed = await targetOf(issue, context);
  return viewed?.target.ownGroup?.crmEnabled ?? false;
}

const asIssue =
  <Args, Value>(resolve: (node: IssueNode, args: Args, context: ApiContext) => Value) =>
  ({ issue }: { issue: IssueNode }, args: Args, context: ApiContext): Value =>
    resolve(issue, args, context);

const reference = (node: IssueNode, { full }: { full?: boolean | null }) => referenceOf(node, full ?? false);
const webUrl = (node: IssueNode, _: unknown, { deps }: ApiContext) => deps.instanceUrl + webPathOf(node);

/** Issues, and work items, which are the same with another face. */
export const ISSUE_RESOLVERS = {
  Issue: {
    reference,
    webUrl,
    webPath: webPathOf,
    userPermissions: permissionsOf,
    customerRelationsContacts: contactsOf,
  },
  WorkItem: {
    id: asIssue(({ row }) => globalId('WorkItem', row.id)),
    iid: asIssue(({ iid }) => iid),
    title: asIssue(({ title }) => title),
    state: asIssue(({ state }) => (state === 'opened' ? 'OPEN' : 'CLOSED')),
    confidential: asIssue(({ confidential }) => confidential),
    reference: asIssue(reference),
    webUrl: asIssue(webUrl),
    namespace: asIssue(({ row }) => ({ kind: 'project', id: row.projectId, fullPath: row.projectPath })),
    widgets: ({ issue }: { issue: IssueNode }) => [{ type: 'CRM_CONTACTS', issue }],
  },
  WorkItemWidget: { resolveType: () => 'WorkItemWidgetCrmContacts' },
  WorkItemWidgetCrmContacts: { contacts: asIssue(contactsOf), contactsAvailable },
};
