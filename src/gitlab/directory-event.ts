import { z } from 'zod';
import { type GitLabUserId, gitLabUserId } from '../domain/ids.ts';

/**
 * What a hook says may have changed in the directory: a person (profile, roles), or where groups and projects are,
 * which may change anybody's inherited role.
 */
export interface DirectoryEvent {
  readonly userId: GitLabUserId | null;
  readonly placesChanged: boolean;
}

const MEMBER_EVENT = /^user_(?:add_to|remove_from|update_for)_(?:team|group)$/;
const USER_EVENT = /^user_(?:create|destroy|rename)$/;
const PLACE_EVENT = /^(?:(?:sub)?group|project)_(?:create|destroy|rename|transfer|update)$/;

const eventSchema = z.object({ event_name: z.string(), user_id: z.int().positive().nullish() });

/** The change a hook's body tells of (member, subgroup, project and system hooks); null for every other body. */
export function directoryEventOf(body: unknown): DirectoryEvent | null {
  const parsed = eventSchema.safeParse(body);
  if (!parsed.success) return null;
  const { event_name: name, user_id: id } = parsed.data;
  if (PLACE_EVENT.test(name)) return { userId: null, placesChanged: true };
  if (!MEMBER_EVENT.test(name) && !USER_EVENT.test(name)) return null;
  return id ? { userId: gitLabUserId(id), placesChanged: false } : null;
}
