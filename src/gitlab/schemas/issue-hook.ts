import { z } from 'zod';
import { hookIdSchema, hookProjectSchema, hookUserSchema } from './hook-parts.ts';
import { hookInstantSchema } from './instant.ts';

/**
 * An Issue Hook or a work item's, which GitLab sends under the same header. `action` is missing in test deliveries,
 * `project` for work items of a group.
 */
export const issueHookSchema = z.object({
  object_kind: z.enum(['issue', 'work_item']),
  event_type: z.string().nullish(),
  user: hookUserSchema.nullish(),
  project: hookProjectSchema.nullish(),
  object_attributes: z.object({
    id: hookIdSchema,
    iid: hookIdSchema,
    project_id: hookIdSchema.nullish(),
    author_id: hookIdSchema.nullish(),
    action: z.string().nullish(),
    type: z.string().nullish(),
    title: z.string().nullish(),
    description: z.string().nullish(),
    state: z.string().nullish(),
    confidential: z.boolean().nullish(),
    moved_to_id: hookIdSchema.nullish(),
    created_at: hookInstantSchema.nullish().catch(null),
    updated_at: hookInstantSchema.nullish().catch(null),
  }),
});

export type IssueHook = z.output<typeof issueHookSchema>;
