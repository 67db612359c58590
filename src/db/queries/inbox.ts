import { randomUUID } from 'node:crypto';
import { type DeliveryId, deliveryId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { instant, type Lease, type Queryable, span } from './leases.ts';

/** A delivery as an edge hands it in: authentic, unread. `key` is unique within its source. */
export interface NewDelivery {
  readonly source: string;
  readonly key: string;
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What became of a delivery handed in: the id of its row, and whether that was there before. */
export interface StoredDelivery {
  readonly deliveryId: DeliveryId;
  readonly duplicate: boolean;
}

/** A delivery that this process may handle until its lease lapses. `attempt` counts from 1. */
export interface ClaimedDelivery {
  readonly lease: Lease;
  readonly source: string;
  readonly key: string;
  readonly kind: string;
  readonly headers: Json;
  readonly attempt: number;
}

interface KeyRow {
  id: bigint;
  source: string;
  key: string;
}

const nameOf = (row: { source: string; key: string }) => `${row.source} ${row.key}`;

/**
 * Writes the deliveries with one statement and answers in their order; the commit is on disk when it resolves.
 * No two of them may have the same source and key.
 */
export async function insertDeliveries(
  db: Queryable,
  deliveries: readonly NewDelivery[],
): Promise<StoredDelivery[]> {
  const inserted = await db.$queryRaw<KeyRow[]>`
    INSERT INTO deliveries (source, key, kind, headers, body)
    SELECT * FROM unnest(
      ${deliveries.map((d) => d.source)}::text[], ${deliveries.map((d) => d.key)}::text[],
      ${deliveries.map((d) => d.kind)}::text[], ${deliveries.map((d) => JSON.stringify(d.headers))}::jsonb[],
      ${deliveries.map((d) => d.body)}::bytea[])
    ON CONFLICT (source, key) DO NOTHING
    RETURNING id, source, key`;
  const fresh = new Map(inserted.map((row) => [nameOf(row), row.id]));
  // A conflicting row may have been committed after the statement above began: only a new one surely sees it.
  const missing = deliveries.filter((delivery) => !fresh.has(nameOf(delivery)));
  const known = new Map((await findByKeys(db, missing)).map((row) => [nameOf(row), row.id]));
  return deliveries.map((delivery) => {
    const id = fresh.get(nameOf(delivery)) ?? known.get(nameOf(delivery));
    if (id === undefined) throw new Error('a delivery was neither stored nor found');
    return { deliveryId: deliveryId(id), duplicate: !fresh.has(nameOf(delivery)) };
  });
}

async function findByKeys(db: Queryable, deliveries: readonly NewDelivery[]): Promise<KeyRow[]> {
  if (deliveries.length === 0) return [];
  return db.$queryRaw<KeyRow[]>`
    SELECT d.id, d.source, d.key FROM deliveries d
    JOIN unnest(${deliveries.map((d) => d.source)}::text[], ${deliveries.map((d) => d.key)}::text[])
      AS wanted(source, key) ON d.source = wanted.source AND d.key = wanted.key`;
}

/** Which rows to claim: up to `limit` of these sources, for `leaseMs`. */
export interface DeliveryClaim {
  readonly sources: readonly string[];
  /** Rows to leave alone whatever their leases say: this process is still handling them. */
  readonly exceptIds: readonly bigint[];
  readonly limit: number;
  readonly leaseMs: number;
  readonly now: Date | null;
}

/**
 * Claims due deliveries, oldest first. The attempt is counted here, before any work, so that a delivery that
 * kills the process is not tried for ever.
 */
export async function claimDeliveries(db: Queryable, claim: DeliveryClaim): Promise<ClaimedDelivery[]> {
  const token = randomUUID();
  const rows = await db.$queryRaw<(Omit<ClaimedDelivery, 'lease'> & { id: bigint })[]>`
    WITH due AS (
      SELECT id FROM deliveries
      WHERE state = 'pending' AND run_at <= ${instant(claim.now)}
        AND (lease_until IS NULL OR lease_until <= ${instant(claim.now)})
        AND source = ANY(${[...claim.sources]}::text[])
        AND id <> ALL(${[...claim.exceptIds]}::bigint[])
      ORDER BY run_at, id LIMIT ${claim.limit}
      FOR UPDATE SKIP LOCKED)
    UPDATE deliveries d
    SET attempts = d.attempts + 1, lease_token = ${token}::uuid,
        lease_until = ${instant(claim.now)} + ${span(claim.leaseMs)}
    FROM due WHERE d.id = due.id
    RETURNING d.id, d.source, d.key, d.kind, d.headers, d.attempts AS attempt`;
  return rows
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, ...row }) => ({ ...row, lease: { id, token } }));
}

/** The raw bytes as received, or null when they are no longer kept. Bodies may be large, so a claim leaves them out. */
export async function loadDeliveryBody(db: Queryable, id: bigint): Promise<Uint8Array | null> {
  const rows = await db.$queryRaw<
    { body: Uint8Array | null }[]
  >`SELECT body FROM deliveries WHERE id = ${id}`;
  return rows[0]?.body ?? null;
}

/** How a delivery ended. */
export interface DeliveryEnd {
  readonly state: 'done' | 'failed';
  readonly outcome: string;
  readonly now: Date | null;
}

/** Ends a delivery and locks its row until the transaction is over. False, and nothing done, when the lease was lost. */
export async function finishDelivery(db: Queryable, lease: Lease, end: DeliveryEnd): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE deliveries
    SET state = ${end.state}, outcome = ${end.outcome}, done_at = ${instant(end.now)},
        lease_until = NULL, lease_token = NULL
    WHERE id = ${lease.id} AND lease_token = ${lease.token}::uuid AND state = 'pending'`;
  return count === 1;
}

/** Puts a delivery back for `delayMs`. False when the lease was lost meanwhile. */
export async function postponeDelivery(
  db: Queryable,
  lease: Lease,
  retry: { delayMs: number; outcome: string; now: Date | null },
): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE deliveries
    SET run_at = ${instant(retry.now)} + ${span(retry.delayMs)}, outcome = ${retry.outcome},
        lease_until = NULL, lease_token = NULL
    WHERE id = ${lease.id} AND lease_token = ${lease.token}::uuid AND state = 'pending'`;
  return count === 1;
}

/** When the first delivery was received; null when none was. */
export async function firstDeliveryAt(db: Queryable): Promise<Date | null> {
  const rows = await db.$queryRaw<{ at: Date }[]>`
    SELECT received_at AS at FROM deliveries ORDER BY id LIMIT 1`;
  return rows[0]?.at ?? null;
}

/**
 * Forgets the bodies of deliveries that were handled before a time, at most so many; gives how many. Keys stay, so
 * that a delivery sent again is known, and so do the bodies of failed ones, which can be replayed.
 */
export async function dropBodies(
  db: Queryable,
  { handledBefore, limit }: { handledBefore: Date; limit: number },
): Promise<number> {
  return db.$executeRaw`
    UPDATE deliveries SET body = NULL WHERE id IN (
      SELECT id FROM deliveries
      WHERE received_at < ${handledBefore} AND state = 'done' AND done_at < ${handledBefore} AND body IS NOT NULL
      ORDER BY received_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
}
