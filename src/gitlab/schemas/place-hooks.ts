import { z } from 'zod';
import { hookIdSchema, optionalIdSchema, optionalTextSchema } from './hook-parts.ts';

/** What may become of a place. GitLab does not send all of them for each kind of place, by far. */
const changeOf = (place: string) =>
  z.string().regex(new RegExp(`^${place}_(?:create|destroy|rename|transfer|update)$`));

/**
 * A Project Hook of a group (17.6), or a system hook about a project. The id is relied on; without the path nothing
 * can be compared. `project_namespace_id` is not the group's id, so a transfer names no group.
 */
export const projectEventSchema = z.object({
  event_name: changeOf('project'),
  project_id: hookIdSchema,
  path_with_namespace: optionalTextSchema,
});

/** A system hook about a group. The id is relied on; the oldest name the last part of the path alone. */
export const groupEventSchema = z.object({
  event_name: changeOf('group'),
  group_id: hookIdSchema,
  full_path: optionalTextSchema,
});

/** A Subgroup Hook of a group above. The id is relied on; the parent is named with it. */
export const subgroupEventSchema = z.object({
  event_name: changeOf('subgroup'),
  group_id: hookIdSchema,
  full_path: optionalTextSchema,
  parent_group_id: optionalIdSchema,
  parent_full_path: optionalTextSchema,
});
