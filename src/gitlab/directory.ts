import { type Place, placeKey } from '../domain/actor.ts';
import { type GitLabUserId, type GroupId, groupId, type ProjectId } from '../domain/ids.ts';
import { type Role, roleFromAccessLevel } from '../domain/roles.ts';
import type { Directory, DirectoryHierarchy, DirectoryProject, DirectoryUser } from '../services/ports.ts';
import { type AnswerFrom, createBriefCache } from './brief-cache.ts';
import type { GitLabClient } from './client/contract.ts';
import type { ApiMember, ApiProject, ApiUser } from './client/responses.ts';
import type { DirectoryEvent } from './directory-event.ts';
import { directoryIssue } from './directory-issue.ts';
import { createGroupReader, isBelow } from './group-reader.ts';
import { isPlausiblePath, namesPath } from './path-reference.ts';

export interface DirectoryOptions {
  readonly client: GitLabClient;
  /** Looks people up by e-mail; `client` unless said. */
  readonly adminClient?: Pick<GitLabClient, 'usersByEmail'> | undefined;
  /** Milliseconds since the epoch. */
  readonly clock?: (() => number) | undefined;
  /** How long an answer serves; never more than 60 s. */
  readonly cacheMs?: number | undefined;
  /** Told where each answer comes from, for metrics. */
  readonly onAnswer?: ((of: CachedKind, from: AnswerFrom) => void) | undefined;
}

/** What the directory remembers for a short while. */
export type CachedKind = 'user' | 'role' | 'project' | 'group' | 'root_groups';

/** The directory, and a way to drop from its cache what a hook says has changed. */
export interface ForgetfulDirectory extends Directory {
  forget(event: DirectoryEvent): void;
}

const MAX_CACHE_MS = 60_000;
const NULL_CACHE_MS = 30_000;

/**
 * The directory over GitLab's API. Users, groups, projects and roles are kept for `cacheMs` (what does not exist for
 * 30 s), counted from the question, one question at a time each; issues are always asked for, since whether one is
 * confidential must not be a minute old.
 */
export function createDirectory(options: DirectoryOptions): ForgetfulDirectory {
  const { client, adminClient = client, clock = Date.now } = options;
  const ttlMs = Math.min(options.cacheMs ?? MAX_CACHE_MS, MAX_CACHE_MS);
  const cache = <Value>(kind: CachedKind, max: number) => {
    const onAnswer = (from: AnswerFrom) => options.onAnswer?.(kind, from);
    return createBriefCache<Value>({ max, ttlMs, nullTtlMs: NULL_CACHE_MS, clock, onAnswer });
  };
  const users = cache<ApiUser>('user', 2_000);
  const members = cache<ApiMember>('role', 20_000);
  const projects = cache<ApiProject & { asOf: Date }>('project', 4_000);
  const groups = createGroupReader(client, cache('group', 4_000), cache('root_groups', 1), clock);

  const project = async (reference: ProjectId | string): Promise<DirectoryProject | null> => {
    if (typeof reference === 'string' && !isPlausiblePath(reference)) return null;
    const found = await readProject(reference);
    if (found === null || isOfOneTime(found)) return found;
    for (const kept of [projects, groups]) kept.forget(() => true);
    return readProject(reference);
  };

  const readProject = async (reference: ProjectId | string): Promise<DirectoryProject | null> => {
    const key = String(reference).toLowerCase();
    const found = await projects.get(`${typeof reference}:${key}`, async () => {
      const asOf = new Date(clock());
      const answer = await client.project(reference);
      return answer && { ...answer, asOf };
    });
    if (found === null || !namesPath(reference, found.path_with_namespace)) return null;
    return placed(found, groups.hierarchy);
  };

  const role = async (user: GitLabUserId, place: Place, fresh: boolean): Promise<Role> => {
    const key = memberKey(user, placeKey(place));
    const member = await members.get(key, () => client.member(place, user), fresh);
    return member === null ? 'none' : effectiveRole(member, clock());
  };

  return {
    user: async (id) => asUser(await users.get(String(id), () => client.user(id))),
    userByEmail: async (email) => asUser(await confirmedOwner(adminClient, email)),
    group: (reference) => groups.hierarchy(reference),
    rootGroups: () => groups.roots(),
    project,
    issue: async (reference, iid) => {
      const home = await project(reference);
      const issue = home === null ? null : await client.issue({ project: home.id, iid });
      return issue === null || home === null ? null : directoryIssue(issue, home);
    },
    roles: async (user, places, { fresh = false } = {}) => {
      const asked = places.map(async (place) => [placeKey(place), await role(user, place, fresh)] as const);
      return new Map(await Promise.all(asked));
    },
    forget: ({ userId, placesChanged }) => {
      if (userId !== null) {
        users.forget((key) => key === String(userId));
        members.forget((key) => key.startsWith(memberKey(userId, '')));
      }
      if (!placesChanged) return;
      for (const kept of [members, projects, groups]) kept.forget(() => true);
    },
  };
}

const memberKey = (user: GitLabUserId, place: string): string => `${user}@${place}`;

/** Null also when the bot sees the project but not the groups above it: without a root there is no crm group. */
async function placed(
  project: ApiProject & { asOf: Date },
  hierarchyOf: (id: GroupId) => Promise<DirectoryHierarchy | null>,
): Promise<DirectoryProject | null> {
  const { id, path_with_namespace: fullPath, name, asOf } = project;
  const base = { id, fullPath, name, asOf };
  if (project.namespace.kind !== 'group') return { ...base, hierarchy: null };
  const hierarchy = await hierarchyOf(groupId(project.namespace.id));
  return hierarchy === null ? null : { ...base, hierarchy };
}

/** Whether the project's path continues its group's: otherwise it was moved or renamed between the two answers. */
function isOfOneTime({ fullPath, hierarchy }: DirectoryProject): boolean {
  return hierarchy === null || isBelow(fullPath, hierarchy.chain[0].fullPath);
}

/** A membership ends at the start of its last day, UTC (GitLab's `expires_at <= Time.current`). */
function effectiveRole(member: ApiMember, now: number): Role {
  if (member.state !== 'active') return 'none';
  if ((member.membership_state ?? 'active') !== 'active') return 'none';
  if (member.expires_at) {
    const end = Date.parse(member.expires_at);
    // An end that cannot be read is taken for one that has passed.
    if (!(end > now)) return 'none';
  }
  return roleFromAccessLevel(member.access_level);
}

function asUser(user: ApiUser | null): DirectoryUser | null {
  if (user === null) return null;
  const { id, username, name } = user;
  return { id, username, name, active: user.state === 'active', bot: user.bot ?? false };
}

/** GitLab's search is by parts of names too, so only an equal and confirmed address counts. */
async function confirmedOwner(
  client: Pick<GitLabClient, 'usersByEmail'>,
  email: string,
): Promise<ApiUser | null> {
  const wanted = email.trim().toLowerCase();
  if (wanted === '') return null;
  const found = (await client.usersByEmail(wanted)) ?? [];
  const owners = found.filter((user) => user.email?.toLowerCase() === wanted && Boolean(user.confirmed_at));
  return owners.length === 1 ? (owners[0] ?? null) : null;
}
