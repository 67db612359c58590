import { z } from 'zod';

/** An id in a hook; what a hook says is only used to ask GitLab. */
export const hookIdSchema = z.int().positive();

/** Who acted. Older hooks have no `id`. */
export const hookUserSchema = z.object({
  id: hookIdSchema.nullish(),
  username: z.string().nullish(),
});

/** Missing for work items of a group (epics). */
export const hookProjectSchema = z.object({
  id: hookIdSchema.nullish(),
  path_with_namespace: z.string().nullish(),
});
