import { z } from 'zod';

/** An id in a hook; what a hook says is only used to ask GitLab. */
export const hookIdSchema = z.int().positive();

/** An id that helps and is not needed: null when it is missing or none. */
export const optionalIdSchema = hookIdSchema.nullish().catch(null);

/** Text that helps and is not needed: null when it is missing or none. */
export const optionalTextSchema = z.string().nullish().catch(null);

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
