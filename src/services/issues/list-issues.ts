import {
  type CandidateProject,
  type IssueFilter,
  type IssueScope,
  type IssueSort,
  issueCounts,
  issuePages,
  issuesById,
  type KnownIssue,
  projectsInScope,
} from '../../db/queries/issue-lists.ts';
import type { Listed, ListPage } from '../../db/queries/list-page.ts';
import { type Actor, groupPlace, projectPlace, roleAt } from '../../domain/actor.ts';
import type { GroupId, IssueId, ProjectId } from '../../domain/ids.ts';
import { roleReaches } from '../../domain/roles.ts';
import type { ServiceDeps } from '../deps.ts';

export type { IssueFilter, IssueSort, KnownIssue };

export interface IssueListing extends IssueFilter {
  readonly scope: IssueScope;
  /** A group that most of them are below: what is below inherits the actor's role there. */
  readonly anchor: GroupId | null;
}

interface Readable {
  readonly projects: ProjectId[];
  readonly guestProjects: ProjectId[];
}

/** Which projects of a scope the actor may read issues of; asked of GitLab only where no known role tells. */
async function readable(deps: ServiceDeps, actor: Actor, listing: IssueListing): Promise<Readable> {
  const { scope, anchor } = listing;
  const candidates = await projectsInScope(deps.database.read, scope, anchor);
  const held = await deps.directory.roles(actor.userId, anchor === null ? [] : [groupPlace(anchor)]);
  const inherited = anchor === null ? 'none' : roleAt({ roles: held }, groupPlace(anchor));
  const isPlanner = roleReaches(inherited, 'planner');
  const isGuest = roleReaches(inherited, 'guest');
  const seesAll = ({ isBelow }: CandidateProject): boolean => isBelow && isPlanner;
  const seesSome = ({ isBelow, hasConfidential }: CandidateProject): boolean =>
    isBelow && isGuest && !hasConfidential;
  const asked = candidates.filter((project) => !seesAll(project) && !seesSome(project));
  const roles = await deps.directory.roles(
    actor.userId,
    asked.map(({ id }) => projectPlace(id)),
  );
  const reaching = (role: 'guest' | 'planner'): ProjectId[] =>
    asked.filter(({ id }) => roleReaches(roleAt({ roles }, projectPlace(id)), role)).map(({ id }) => id);
  const planner = reaching('planner');
  const guest = reaching('guest').filter((id) => !planner.includes(id));
  const whole = candidates.filter(seesAll).map(({ id }) => id);
  const some = candidates.filter((project) => !seesAll(project) && seesSome(project)).map(({ id }) => id);
  return { projects: [...whole, ...planner], guestProjects: [...some, ...guest] };
}

/**
 * One page of the known issues that the actor may read, for the place or for each contact or organization of the
 * scope. Who may see those, and filter by them, the caller has decided. Throws `input.invalid` for a wrong cursor.
 */
export async function listIssues(
  deps: ServiceDeps,
  actor: Actor,
  asked: IssueListing & { sort: IssueSort; page: ListPage },
): Promise<Listed<KnownIssue>[]> {
  const { sort, page, ...listing } = asked;
  const query = { ...listing, ...(await readable(deps, actor, listing)), readerId: actor.userId };
  return issuePages(deps.database.read, query, { sort, page });
}

/** How many there are on all pages. */
export async function countIssues(deps: ServiceDeps, actor: Actor, listing: IssueListing): Promise<number[]> {
  const query = { ...listing, ...(await readable(deps, actor, listing)), readerId: actor.userId };
  return issueCounts(deps.database.read, query);
}

/** An issue as the copy has it, for a caller who has decided that the actor may read it; null when it is not known. */
export async function findKnownIssue(
  { database }: Pick<ServiceDeps, 'database'>,
  id: IssueId,
): Promise<KnownIssue | null> {
  const [issue] = await issuesById(database.read, [id]);
  return issue ?? null;
}
