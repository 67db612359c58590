import { recordIssueCopy } from '../../db/queries/places.ts';
import { type Actor, groupPlace, projectPlace } from '../../domain/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId } from '../../domain/ids.ts';
import { type IssueReference, issueReference } from '../../domain/references.ts';
import type { IssueTarget } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { loadCrmGroup } from '../groups/open-crm-group.ts';
import type { DirectoryIssue } from '../ports.ts';
import { recordPlace } from '../transfers/record-place.ts';

/** An issue, what the policy needs of it, and the actor with their roles on its project and its crm group. */
export interface OpenedIssue {
  readonly actor: Actor;
  readonly issue: DirectoryIssue;
  readonly target: IssueTarget;
}

type Located = Pick<IssueTarget, 'ownGroup' | 'crmGroup'>;

/**
 * Keeps GitLab's word on an issue and all that is above it, and tells which crm group applies. A project or group
 * that turns out to have moved is settled on the way, by nobody in particular.
 */
export function recordIssue(deps: ServiceDeps, issue: DirectoryIssue): Promise<Located> {
  const { project } = issue;
  const groupId: GroupId | null = project.hierarchy?.chain[0].id ?? null;
  return deps.database.transaction(async (tx) => {
    const now = deps.now();
    await recordPlace({ tx, now, actor: null }, project);
    await recordIssueCopy(tx, { ...issue, projectId: project.id }, now);
    if (groupId === null) return { ownGroup: null, crmGroup: null };
    const loaded = await loadCrmGroup(tx, groupId);
    return { ownGroup: loaded?.own ?? null, crmGroup: loaded?.crmGroup ?? null };
  });
}

/** The same for an issue that has been fetched already, as a webhook's handler has. */
export async function openFetchedIssue(
  deps: ServiceDeps,
  actor: Actor,
  issue: DirectoryIssue & { asked?: string },
): Promise<OpenedIssue> {
  const { ownGroup, crmGroup } = await recordIssue(deps, issue);
  const places = [projectPlace(issue.project.id), ...(crmGroup ? [groupPlace(crmGroup.id)] : [])];
  const sheet = await deps.directory.roles(actor.userId, places);
  return {
    actor: { ...actor, roles: new Map([...actor.roles, ...sheet]) },
    issue,
    target: {
      kind: 'issue',
      reference: issueReference({ project: issue.project.fullPath, iid: issue.iid }),
      asked: issue.asked,
      projectId: issue.project.id,
      confidential: issue.confidential,
      authorId: issue.authorId,
      assigneeIds: issue.assigneeIds,
      ownGroup,
      crmGroup,
    },
  };
}

/** Finds an issue by reference. Throws `not_found.issue` when GitLab has none. Grants nothing. */
export async function openIssue(
  deps: ServiceDeps,
  actor: Actor,
  reference: IssueReference,
): Promise<OpenedIssue> {
  const issue = await deps.directory.issue(reference.project, reference.iid);
  if (!issue) throw fail('not_found.issue', { reference: issueReference(reference) });
  return openFetchedIssue(deps, actor, { ...issue, asked: issueReference(reference) });
}
