import type { GitLabUserId, GroupId, ProjectId } from './ids.ts';
import type { Role } from './roles.ts';

/** The way in through which a change came. */
export type Surface = 'slack' | 'gitlab' | 'graphql' | 'cli';

/** Somewhere a role is held. */
export type Place =
  | { readonly kind: 'group'; readonly id: GroupId }
  | { readonly kind: 'project'; readonly id: ProjectId };

export const groupPlace = (id: GroupId): Place => ({ kind: 'group', id });
export const projectPlace = (id: ProjectId): Place => ({ kind: 'project', id });

/** A string that is equal for equal places, for use as a map key. */
export const placeKey = (place: Place): string => `${place.kind}:${place.id}`;

/** Effective roles as GitLab told them, by `placeKey`. A place that was not asked about counts as `none`. */
export type RoleSheet = ReadonlyMap<string, Role>;

/** Who acts, always a GitLab user, and by which request. */
export interface Actor {
  readonly userId: GitLabUserId;
  readonly username: string;
  readonly name: string;
  readonly surface: Surface;
  /** Key of the webhook or Slack request that this act came in; written to the audit log. */
  readonly deliveryKey: string;
  /** What the act is part of, the same however often it is told of: a comment, a Slack request. */
  readonly runKey: string;
  /** Which command of that this is, from 0; with the key it makes the act unique. */
  readonly position: number;
  readonly roles: RoleSheet;
}

/** The actor's role at a place; `none` when it was never fetched, so that nothing is granted by omission. */
export function roleAt(actor: Pick<Actor, 'roles'>, place: Place): Role {
  return actor.roles.get(placeKey(place)) ?? 'none';
}
