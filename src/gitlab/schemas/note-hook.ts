import { z } from 'zod';
import { hookIdSchema, hookProjectSchema, hookUserSchema } from './hook-parts.ts';
import { hookInstantSchema } from './instant.ts';

/** The issue a note is on, as far as it is needed to ask GitLab for it. */
const noteIssueSchema = z.object({
  id: hookIdSchema,
  iid: hookIdSchema,
  project_id: hookIdSchema.nullish(),
  confidential: z.boolean().nullish(),
});

/**
 * A Note Hook of any GitLab version. `action` is missing before 16.11 and in test deliveries; `user` is the note's
 * author even when somebody else edited it, so it is never taken for the actor.
 */
export const noteHookSchema = z.object({
  object_kind: z.literal('note'),
  event_type: z.string().nullish(),
  user: hookUserSchema.nullish(),
  project_id: hookIdSchema.nullish(),
  project: hookProjectSchema.nullish(),
  object_attributes: z.object({
    id: hookIdSchema,
    note: z.string(),
    action: z.string().nullish(),
    system: z.boolean().nullish(),
    internal: z.boolean().nullish(),
    noteable_type: z.string().nullish(),
    author_id: hookIdSchema.nullish(),
    updated_by_id: hookIdSchema.nullish(),
    discussion_id: z.string().nullish(),
    project_id: hookIdSchema.nullish(),
    created_at: hookInstantSchema.nullish().catch(null),
    updated_at: hookInstantSchema.nullish().catch(null),
  }),
  issue: noteIssueSchema.nullish(),
  /** In place of `issue`, should a GitLab name work items so. */
  work_item: noteIssueSchema.nullish().catch(null),
});

export type NoteHook = z.output<typeof noteHookSchema>;
