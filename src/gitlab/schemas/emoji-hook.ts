import { z } from 'zod';
import { hookIdSchema } from './hook-parts.ts';

/**
 * An Emoji Hook (GitLab 17.5): an emoji was put on something, or taken back. `event_type` came before `action`;
 * either tells which, and no command hangs on an emoji.
 */
export const emojiHookSchema = z.object({
  object_kind: z.literal('emoji'),
  event_type: z.string().nullish(),
  object_attributes: z.object({
    id: hookIdSchema,
    action: z.string().nullish(),
    name: z.string(),
    awardable_type: z.string(),
    awardable_id: hookIdSchema,
  }),
});
