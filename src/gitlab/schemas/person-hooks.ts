import { z } from 'zod';
import { hookIdSchema, optionalIdSchema, optionalTextSchema } from './hook-parts.ts';

/**
 * A Member Hook of a group, or a system hook about a member of a project (`team`) or group. The person is relied on;
 * the level goes out as a word, which may be a custom role's, so GitLab is asked for it. Group hooks name the group
 * without its full path, and hooks about a project's members name no group.
 */
export const memberHookSchema = z.object({
  event_name: z.string().regex(/^user_(?:add_to|remove_from|update_for)_(?:team|group)$/),
  user_id: hookIdSchema,
  project_id: optionalIdSchema,
  project_path_with_namespace: optionalTextSchema,
});

/** Somebody asks to become a member, or no longer does: no role changes, but a project is named with its path. */
export const accessRequestHookSchema = memberHookSchema.extend({
  event_name: z.string().regex(/^user_access_request_(?:to|revoked_for|denied_for)_(?:project|group)$/),
  user_id: optionalIdSchema,
});

/** A system hook about a person themselves. The id is relied on; name and address are GitLab's to tell. */
export const userHookSchema = z.object({
  event_name: z.string().regex(/^user_(?:create|destroy|rename)$/),
  user_id: hookIdSchema,
});
