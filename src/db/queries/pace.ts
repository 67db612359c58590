import { instant, type Queryable, span } from './leases.ts';

/** What a platform was sent of late. */
export interface SentLately {
  readonly count: number;
  /** Milliseconds until the first of them is no longer late; null when there is none. */
  readonly freeInMs: number | null;
}

/** How many messages of a platform (the word before the dot of their kind) ended in the last `withinMs`, by whichever process. */
export async function sentLately(
  db: Queryable,
  { platform, withinMs, now }: { platform: string; withinMs: number; now: Date | null },
): Promise<SentLately> {
  const [row] = await db.$queryRaw<SentLately[]>`
    SELECT count(*)::int AS "count",
      (extract(epoch FROM min(done_at) + ${span(withinMs)} - ${instant(now)}) * 1000)::float8 AS "freeInMs"
    FROM outbox
    WHERE split_part(kind, '.', 1) = ${platform} AND done_at > ${instant(now)} - ${span(withinMs)}`;
  return row ?? { count: 0, freeInMs: null };
}
