import type { Json } from '../../domain/json.ts';
import { instant, type Lease, type Queryable } from './leases.ts';

/** When messages that wait in a lane are sent in one; `atLeast` and `atMost` count that one too. */
export interface FoldRule {
  readonly atLeast: number;
  readonly atMost: number;
}

/** What a claimed message may take in. */
export interface Folding extends FoldRule {
  readonly lease: Lease;
  readonly lane: string;
  readonly kind: string;
  readonly now: Date | null;
}

/**
 * Puts messages of the same kind that wait in the lane into a claimed one, unless they are few. Those that later news
 * may edit keep a message of their own, as do those that somebody tried to send. Does nothing the second time.
 */
export async function foldWaiting(db: Queryable, folding: Folding): Promise<void> {
  const { lease, lane, kind, atLeast, atMost, now } = folding;
  await db.$executeRaw`
    WITH waiting AS (
      SELECT id FROM outbox
      WHERE lane = ${lane} AND state = 'pending' AND id <> ${lease.id} AND kind = ${kind} AND about IS NULL
        AND folded_into IS NULL AND attempts = 0 AND run_at <= ${instant(now)}
      ORDER BY id LIMIT ${atMost - 1} FOR UPDATE SKIP LOCKED)
    UPDATE outbox SET folded_into = ${lease.id}
    WHERE id IN (SELECT id FROM waiting) AND (SELECT count(*) FROM waiting) >= ${atLeast - 1}
      AND EXISTS (SELECT FROM outbox own
                  WHERE own.id = ${lease.id} AND own.lease_token = ${lease.token}::uuid AND own.about IS NULL)
      AND NOT EXISTS (SELECT FROM outbox before WHERE before.folded_into = ${lease.id})`;
}

/** The payloads that go out in a message beside its own, oldest first. */
export async function foldedInto(db: Queryable, id: bigint): Promise<Json[]> {
  const rows = await db.$queryRaw<{ payload: Json }[]>`
    SELECT payload FROM outbox WHERE folded_into = ${id} AND state <> 'sent' ORDER BY id`;
  return rows.map(({ payload }) => payload);
}

/** A page of what went out in a message to one of these lanes, its own first, and how much that is in all. */
export async function messageParts(
  db: Queryable,
  { id, lanes, kind }: { id: bigint; lanes: readonly string[]; kind: string },
  { limit, offset }: { limit: number; offset: number },
): Promise<{ payloads: Json[]; total: number }> {
  const rows = await db.$queryRaw<{ payload: Json; total: number }[]>`
    SELECT payload, total FROM (
      SELECT id, payload, count(*) OVER ()::int AS total FROM outbox
      WHERE (id = ${id} OR folded_into = ${id}) AND kind = ${kind} AND lane = ANY(${[...lanes]}::text[])
    ) parts ORDER BY id LIMIT ${limit} OFFSET ${offset}`;
  return { payloads: rows.map(({ payload }) => payload), total: rows[0]?.total ?? 0 };
}
