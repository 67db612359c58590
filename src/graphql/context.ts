import { randomUUID } from 'node:crypto';
import type { Actor } from '../domain/actor.ts';
import type { Organization } from '../domain/customers.ts';
import type { GitLabUserId, GroupId, IssueId } from '../domain/ids.ts';
import type { ServiceDeps } from '../services/deps.ts';
import type { GroupViewer, ViewedGroup } from '../services/groups/view-group.ts';
import { type CustomerKey, organizationsOfContacts } from '../services/organizations/get-organizations.ts';
import type { DirectoryIssue } from '../services/ports.ts';
import { type Batched, batched } from './batch.ts';
import { notAvailable } from './errors.ts';

/** Whose request it is, by the token that came with it. */
export interface Caller {
  readonly userId: GitLabUserId;
  readonly username: string;
  readonly name: string;
  readonly bot: boolean;
  /** Whether the token's scopes let it change anything. */
  readonly mayWrite: boolean;
}

/** What is there for every request. */
export interface ApiServices {
  readonly deps: ServiceDeps;
  readonly viewer: GroupViewer;
  /** An issue by its global id, as GitLab has it; null when it is not found. */
  readonly findIssue: (id: IssueId) => Promise<DirectoryIssue | null>;
}

/** What resolvers work with, for as long as one request takes. */
export interface ApiContext extends ApiServices {
  readonly caller: Caller | null;
  /** Who looks; null without a token. */
  readonly actor: Actor | null;
  /** Who changes something: each change of a request is one of its own. Throws for those who may not write. */
  nextWriter(): Actor;
  /** A group that the caller may see; asked once however often a query names it. */
  group(reference: GroupId | string): Promise<ViewedGroup | null>;
  readonly organization: Batched<CustomerKey, Organization | null>;
  /** A batch that lives as long as the request, made when it is first needed. */
  batch<Key, Value>(
    name: string,
    load: (keys: readonly Key[]) => Promise<readonly Value[]>,
  ): Batched<Key, Value>;
}

function actorOf({ userId, username, name }: Caller): Actor {
  const key = `graphql:${randomUUID()}`;
  const roles = new Map();
  return { userId, username, name, surface: 'graphql', deliveryKey: key, runKey: key, position: 0, roles };
}

/** A context for one request. */
export function createContext(services: ApiServices, caller: Caller | null): ApiContext {
  const actor = caller === null ? null : actorOf(caller);
  const groups = new Map<string, Promise<ViewedGroup | null>>();
  const batches = new Map<string, Batched<never, unknown>>();
  let changes = 0;
  return {
    ...services,
    caller,
    actor,
    nextWriter: () => {
      if (actor === null || !caller?.mayWrite) throw notAvailable();
      changes += 1;
      return { ...actor, position: changes - 1 };
    },
    group: (reference) => {
      if (actor === null) return Promise.resolve(null);
      const key = `${typeof reference} ${reference}`;
      const view = groups.get(key) ?? services.viewer.view(actor, reference);
      groups.set(key, view);
      return view;
    },
    organization: batched((keys) => organizationsOfContacts(services.deps, keys)),
    batch: <Key, Value>(name: string, load: (keys: readonly Key[]) => Promise<readonly Value[]>) => {
      const known = batches.get(name) ?? (batched(load) as Batched<never, unknown>);
      batches.set(name, known);
      return known as Batched<Key, Value>;
    },
  };
}
