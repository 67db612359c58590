import type { KnownIssue } from '../../db/queries/issue-lists.ts';
import { EMPTY_PAGE, type Listed, type ListPage } from '../../db/queries/list-page.ts';
import { nestedContacts } from '../../db/queries/nested-customers.ts';
import { type Actor, groupPlace, projectPlace } from '../../domain/actor.ts';
import type { Contact } from '../../domain/customers.ts';
import { gitLabUserId } from '../../domain/ids.ts';
import { issueReference } from '../../domain/references.ts';
import { decide, type IssueTarget } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { GroupViewer } from '../groups/view-group.ts';

type Viewing = Pick<GroupViewer, 'places'>;

/** Issues as the policy looks at them, and the actor with the roles that count for them. */
export interface ViewedIssues {
  readonly actor: Actor;
  readonly targets: readonly IssueTarget[];
}

/**
 * What the policy needs of several issues, in one statement and one question for each role. `linksCount` looks at
 * the crm group that an issue's links are in, which while a transfer is held is not the one that applies.
 */
export async function viewIssues(
  deps: ServiceDeps,
  viewer: Viewing,
  { actor, issues, linksCount }: { actor: Actor; issues: readonly KnownIssue[]; linksCount: boolean },
): Promise<ViewedIssues> {
  const groups = issues.flatMap(({ groupId, crmGroupId }) => [groupId ?? [], crmGroupId ?? []].flat());
  const places = await viewer.places([...new Set(groups)]);
  const targets = issues.map((issue): IssueTarget => {
    const own = issue.groupId === null ? undefined : places.get(issue.groupId);
    const holding = issue.crmGroupId === null ? undefined : places.get(issue.crmGroupId)?.own;
    const crmGroup = linksCount && holding && own ? holding : own?.crmGroup;
    const { id = null, fullPath = '', crmEnabled = false } = crmGroup ?? {};
    return {
      kind: 'issue',
      reference: issueReference({ project: issue.projectPath, iid: issue.iid }),
      projectId: issue.projectId,
      confidential: issue.confidential,
      authorId: issue.authorId === null ? null : gitLabUserId(issue.authorId),
      assigneeIds: issue.assigneeIds.map(gitLabUserId),
      ownGroup: own ? { fullPath: own.own.fullPath, crmEnabled: own.own.crmEnabled } : null,
      crmGroup: id === null ? null : { kind: 'crm_group', id, fullPath, crmEnabled },
    };
  });
  const counted = targets.flatMap(({ projectId, crmGroup }) => [
    projectPlace(projectId),
    ...(crmGroup ? [groupPlace(crmGroup.id)] : []),
  ]);
  const sheet = await deps.directory.roles(actor.userId, counted);
  return { actor: { ...actor, roles: new Map([...actor.roles, ...sheet]) }, targets };
}

/**
 * One page of the contacts of each of several issues, in order of name; none where the actor may not view them,
 * which takes `issue.view_contacts`.
 */
export async function viewIssueContacts(
  deps: ServiceDeps,
  viewer: Viewing,
  asked: { actor: Actor; issues: readonly KnownIssue[]; page: ListPage },
): Promise<Listed<Contact>[]> {
  const { actor, targets } = await viewIssues(deps, viewer, { ...asked, linksCount: true });
  const seen = asked.issues.flatMap(({ id, crmGroupId }, index) => {
    const target = targets[index];
    const mayView = target && decide(actor, 'issue.view_contacts', target).allowed;
    return mayView && crmGroupId !== null ? [{ index, key: { crmGroupId, id } }] : [];
  });
  if (seen.length === 0) return asked.issues.map(() => EMPTY_PAGE);
  const pages = await nestedContacts(deps.database.read, {
    of: 'issue',
    keys: seen.map(({ key }) => key),
    active: null,
    page: asked.page,
  });
  const byIndex = new Map(seen.map(({ index }, nth) => [index, pages[nth]]));
  return asked.issues.map((_, index) => byIndex.get(index) ?? EMPTY_PAGE);
}
