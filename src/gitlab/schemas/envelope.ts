import { z } from 'zod';

/** What tells the kind of a delivery. Hooks name it `object_kind`, member, subgroup and system hooks `event_name`. */
const envelopeSchema = z.object({
  object_kind: z.string().nullish(),
  event_name: z.string().nullish(),
});

const KIND = /^[a-z][a-z0-9_]{0,63}$/;

/** The kind that stands for a body which names none: a custom template, or not an object at all. */
export const UNKNOWN_KIND = 'unknown';

/**
 * The event's name as the body tells it, since work items come with the header of issues and system hooks all with
 * the same one; `unknown` when it names none that could be GitLab's.
 */
export function kindOf(body: unknown): string {
  const parsed = envelopeSchema.safeParse(body);
  const name = parsed.success ? (parsed.data.object_kind ?? parsed.data.event_name ?? '') : '';
  return KIND.test(name) ? name : UNKNOWN_KIND;
}
