/**
 * Messages to send, in lanes. A lane is busy as long as any of its rows holds a lease that has not run out:
 *   - a pending row with a token is being sent;
 *   - a pending row without a token failed and is held back, and its lane with it;
 *   - a row that has ended keeps a lease for the rest that its lane needs before the next message.
 * A row that goes out in another one waits for that one's end, which is its own.
 * So one condition serves order, holding and pace, for every process at once.
 */
import { randomUUID } from 'node:crypto';
import type { Json } from '../../domain/json.ts';
import type { Database, Tx } from '../client.ts';
import { instant, type Lease, type Queryable, span } from './leases.ts';

/** A message to send once its transaction has committed. Without `runAt` it is due at once. */
export interface NewMessage {
  /** Which sender takes it: a platform, a dot, and what it is. */
  readonly kind: string;
  /** The same message has the same key, for ever: a second one is left out. */
  readonly dedupeKey: string;
  /** Messages of one lane are sent one after another. */
  readonly lane: string;
  readonly payload: Json;
  /** What later news will edit this message for. */
  readonly about?: string;
  readonly runAt?: Date;
}

/** A message that this process may send until its lease lapses. `attempt` counts from 1. */
export interface ClaimedMessage {
  readonly lease: Lease;
  readonly kind: string;
  readonly dedupeKey: string;
  readonly lane: string;
  readonly payload: Json;
  readonly createdAt: Date;
  readonly attempt: number;
}

/** Writes the messages beside the change that gives rise to them. Gives how many were new; the others are left as they are. */
export async function enqueue(tx: Tx, messages: readonly NewMessage[]): Promise<number> {
  if (messages.length === 0) return 0;
  return tx.$executeRaw`
    INSERT INTO outbox (kind, dedupe_key, lane, payload, about, run_at)
    SELECT m.kind, m.dedupe_key, m.lane, m.payload, m.about, coalesce(m.run_at, statement_timestamp())
    FROM unnest(
      ${messages.map((m) => m.kind)}::text[], ${messages.map((m) => m.dedupeKey)}::text[],
      ${messages.map((m) => m.lane)}::text[], ${messages.map((m) => JSON.stringify(m.payload))}::jsonb[],
      ${messages.map((m) => m.about ?? null)}::text[], ${messages.map((m) => m.runAt ?? null)}::timestamptz[])
      WITH ORDINALITY AS m(kind, dedupe_key, lane, payload, about, run_at, position)
    ORDER BY m.position
    ON CONFLICT (dedupe_key) DO NOTHING`;
}

/** What is or was to be sent under that key; null for none. */
export async function findMessage(tx: Tx, dedupeKey: string): Promise<{ payload: Json } | null> {
  const rows = await tx.$queryRaw<{ payload: Json }[]>`
    SELECT payload FROM outbox WHERE dedupe_key = ${dedupeKey}`;
  return rows[0] ?? null;
}

/** Any number that nothing else in this database locks by. */
const CLAIM_LOCK = 7_405_120_931n;

/** Which messages to claim: at most one per lane, up to `limit` of these kinds, for `leaseMs`. */
export interface MessageClaim {
  readonly kinds: readonly string[];
  /** Lanes to leave alone whatever their leases say: this process is still sending there. */
  readonly exceptLanes: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
  readonly now: Date | null;
}

/**
 * Claims the first due message of every lane that is not busy. Claims take turns, across processes: two that
 * overlapped could each see a lane as free, when a message with a lower id is committed after one with a higher.
 * Lanes are stepped through by their index, one probe each however long their queues; `+ interval '0'` keeps the
 * planner from walking every due message instead when its statistics are old.
 */
export async function claimMessages(database: Database, claim: MessageClaim): Promise<ClaimedMessage[]> {
  if (!(await anyDue(database.prisma, claim.now))) return [];
  const token = randomUUID();
  const rows = await database.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CLAIM_LOCK}::bigint)`;
    return tx.$queryRaw<(Omit<ClaimedMessage, 'lease'> & { id: bigint })[]>`
      WITH RECURSIVE lanes AS (
        (SELECT lane FROM outbox WHERE state = 'pending' ORDER BY lane LIMIT 1)
        UNION ALL
        SELECT (SELECT o.lane FROM outbox o WHERE o.state = 'pending' AND o.lane > lanes.lane
                ORDER BY o.lane LIMIT 1)
        FROM lanes WHERE lanes.lane IS NOT NULL
      ), heads AS (
        SELECT head.id FROM lanes
        CROSS JOIN LATERAL (
          SELECT o.id, o.kind, o.run_at FROM outbox o
          WHERE o.state = 'pending' AND o.lane = lanes.lane AND o.folded_into IS NULL
            AND o.run_at + interval '0' <= ${instant(claim.now)}
          ORDER BY o.id LIMIT 1) AS head
        WHERE head.kind = ANY(${[...claim.kinds]}::text[])
          AND lanes.lane <> ALL(${[...claim.exceptLanes]}::text[])
          AND NOT EXISTS (SELECT 1 FROM outbox busy
                          WHERE busy.lane = lanes.lane AND busy.lease_until > ${instant(claim.now)})
        ORDER BY head.run_at, head.id LIMIT ${claim.limit}
      )
      UPDATE outbox o
      SET attempts = o.attempts + 1, lease_token = ${token}::uuid,
          lease_until = ${instant(claim.now)} + ${span(claim.leaseMs)}
      WHERE o.id IN (SELECT c.id FROM outbox c JOIN heads USING (id) WHERE c.state = 'pending'
                     FOR UPDATE OF c SKIP LOCKED)
      RETURNING o.id, o.kind, o.dedupe_key AS "dedupeKey", o.lane, o.payload, o.created_at AS "createdAt",
                o.attempts AS attempt`;
  });
  return rows.map(({ id, ...row }) => ({ ...row, lease: { id, token } }));
}

/** Spares the turn and its transaction when there is nothing to take, which is most of the time. */
async function anyDue(db: Queryable, now: Date | null): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM outbox
    WHERE state = 'pending' AND run_at <= ${instant(now)} AND folded_into IS NULL LIMIT 1`;
  return rows.length > 0;
}

/** How a message ended, and how long its lane rests before the next. */
export interface MessageEnd {
  readonly state: 'sent' | 'failed';
  readonly outcome: string | null;
  readonly remoteRef: string | null;
  readonly restMs: number;
  readonly now: Date | null;
}

/** Ends a message, and with it those that went out in it. False, and nothing done, when the lease was lost. */
export async function finishMessage(db: Queryable, lease: Lease, end: MessageEnd): Promise<boolean> {
  const rows = await db.$queryRaw<{ id: bigint }[]>`
    WITH ended AS (
      UPDATE outbox
      SET state = ${end.state}, outcome = ${end.outcome}, remote_ref = ${end.remoteRef},
          done_at = ${instant(end.now)}, lease_token = NULL,
          lease_until = CASE WHEN ${end.restMs > 0} THEN ${instant(end.now)} + ${span(end.restMs)} END
      WHERE id = ${lease.id} AND lease_token = ${lease.token}::uuid AND state = 'pending'
      RETURNING id, attempts
    ), folded AS (
      UPDATE outbox part
      SET state = ${end.state}, remote_ref = ${end.remoteRef}, done_at = ${instant(end.now)},
          outcome = concat_ws(': ', 'in message ' || ended.id, ${end.outcome}::text), attempts = ended.attempts
      FROM ended WHERE part.folded_into = ended.id AND part.state <> 'sent'
    )
    SELECT id FROM ended`;
  return rows.length === 1;
}

/** Holds a message, and its lane, back for `delayMs`. False when the lease was lost meanwhile. */
export async function postponeMessage(
  db: Queryable,
  lease: Lease,
  retry: { delayMs: number; outcome: string; now: Date | null },
): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE outbox
    SET run_at = ${instant(retry.now)} + ${span(retry.delayMs)}, outcome = ${retry.outcome},
        lease_until = ${instant(retry.now)} + ${span(retry.delayMs)}, lease_token = NULL
    WHERE id = ${lease.id} AND lease_token = ${lease.token}::uuid AND state = 'pending'`;
  return count === 1;
}
