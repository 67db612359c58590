import { z } from 'zod';
import { groupPlace, type Place, projectPlace } from '../domain/actor.ts';
import { type GitLabUserId, gitLabUserId, groupId, projectId } from '../domain/ids.ts';
import { optionalTextSchema } from './schemas/hook-parts.ts';
import { accessRequestHookSchema, memberHookSchema, userHookSchema } from './schemas/person-hooks.ts';
import { groupEventSchema, projectEventSchema, subgroupEventSchema } from './schemas/place-hooks.ts';

/**
 * What a hook says may have changed in the directory: a person (profile, roles), or where groups and projects are,
 * which may change anybody's inherited role.
 */
export interface DirectoryEvent {
  readonly userId: GitLabUserId | null;
  readonly placesChanged: boolean;
}

/** Where a hook says that a group or project is. */
export interface ToldPlace {
  readonly place: Place;
  readonly fullPath: string;
  /** Whether it is said to be gone. */
  readonly isDestroyed: boolean;
}

/** A member, subgroup, project or system hook, read. */
export interface DirectoryHook {
  /** Null when nothing that is remembered can have changed. */
  readonly event: DirectoryEvent | null;
  readonly places: readonly ToldPlace[];
}

interface HookKind {
  /** As it is named when one cannot be read. */
  readonly what: string;
  readonly isNamed: (eventName: string) => boolean;
  readonly read: (body: unknown) => DirectoryHook | null;
}

function kind<Shape extends z.ZodRawShape & { event_name: z.ZodString }>(
  what: string,
  schema: z.ZodObject<Shape>,
  read: (hook: z.output<z.ZodObject<Shape>>) => DirectoryHook,
): HookKind {
  return {
    what,
    isNamed: (eventName) => schema.shape.event_name.safeParse(eventName).success,
    read: (body) => {
      const parsed = schema.safeParse(body);
      return parsed.success ? read(parsed.data) : null;
    },
  };
}

const aboutPerson = (id: number): DirectoryEvent => ({ userId: gitLabUserId(id), placesChanged: false });
const ABOUT_PLACES: DirectoryEvent = { userId: null, placesChanged: true };

type MaybeId = number | null | undefined;
type MaybePath = string | null | undefined;

/** A place can only be compared when both its id and its path are told. */
const projectAt = (id: MaybeId, fullPath: MaybePath, isDestroyed = false): ToldPlace[] =>
  id && fullPath ? [{ place: projectPlace(projectId(id)), fullPath, isDestroyed }] : [];
const groupAt = (id: MaybeId, fullPath: MaybePath, isDestroyed = false): ToldPlace[] =>
  id && fullPath ? [{ place: groupPlace(groupId(id)), fullPath, isDestroyed }] : [];

const isDestroy = (eventName: string): boolean => eventName.endsWith('_destroy');

const KINDS: readonly HookKind[] = [
  kind('a member hook', memberHookSchema, (hook) => ({
    event: aboutPerson(hook.user_id),
    places: projectAt(hook.project_id, hook.project_path_with_namespace),
  })),
  kind('an access request', accessRequestHookSchema, (hook) => ({
    event: null,
    places: projectAt(hook.project_id, hook.project_path_with_namespace),
  })),
  kind('a user hook', userHookSchema, (hook) => ({ event: aboutPerson(hook.user_id), places: [] })),
  kind('a project hook', projectEventSchema, (hook) => ({
    event: ABOUT_PLACES,
    places: projectAt(hook.project_id, hook.path_with_namespace, isDestroy(hook.event_name)),
  })),
  kind('a group hook', groupEventSchema, (hook) => ({
    event: ABOUT_PLACES,
    places: groupAt(hook.group_id, hook.full_path, isDestroy(hook.event_name)),
  })),
  kind('a subgroup hook', subgroupEventSchema, (hook) => ({
    event: ABOUT_PLACES,
    places: [
      ...groupAt(hook.group_id, hook.full_path, isDestroy(hook.event_name)),
      ...groupAt(hook.parent_group_id, hook.parent_full_path),
    ],
  })),
];

const namedSchema = z.object({ event_name: optionalTextSchema });

/**
 * A member, subgroup, project or system hook as its own schema reads it; what it should have been when something that
 * is relied on is missing; null for every other body.
 */
export function readDirectoryHook(
  body: unknown,
):
  | DirectoryHook
  | { readonly event: null; readonly places: readonly []; readonly unreadable: string }
  | null {
  const name = namedSchema.safeParse(body).data?.event_name ?? '';
  const found = KINDS.find(({ isNamed }) => isNamed(name));
  if (found === undefined) return null;
  return found.read(body) ?? { event: null, places: [], unreadable: found.what };
}
