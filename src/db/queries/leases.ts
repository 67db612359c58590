import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';

/** What a query needs of a client: the base client and a transaction both have it. */
export type Queryable = Pick<Tx, '$queryRaw' | '$executeRaw'>;

/** The right to work on one row. The token is new with every claim, so that a late finisher is told apart. */
export interface Lease {
  readonly id: bigint;
  readonly token: string;
}

export type Ledger = 'deliveries' | 'outbox';

const TABLES = { deliveries: Prisma.raw('"deliveries"'), outbox: Prisma.raw('"outbox"') } as const;

/**
 * "Now" as the database tells it, so that processes with differing clocks agree; a date given stands in for it.
 * Both are stable within a statement, hence fit for index conditions.
 */
export function instant(at: Date | null): Prisma.Sql {
  return Prisma.sql`coalesce(${at}::timestamptz, statement_timestamp())`;
}

/** An interval of `ms` milliseconds. */
export function span(ms: number): Prisma.Sql {
  return Prisma.sql`(${ms}::float8 * interval '1 millisecond')`;
}

/**
 * Extends the leases by `leaseMs` from now and gives the ids that were still held. A row locked by a transaction
 * (its own finish, usually) is skipped rather than waited for, so it is missing from the answer too.
 */
export async function renewLeases(
  db: Queryable,
  ledger: Ledger,
  renewal: { leases: readonly Lease[]; leaseMs: number; now: Date | null },
): Promise<Set<bigint>> {
  const ids = renewal.leases.map((lease) => lease.id);
  const tokens = renewal.leases.map((lease) => lease.token);
  const rows = await db.$queryRaw<{ id: bigint }[]>`
    UPDATE ${TABLES[ledger]} SET lease_until = ${instant(renewal.now)} + ${span(renewal.leaseMs)}
    WHERE id IN (
      SELECT r.id FROM ${TABLES[ledger]} r
      JOIN unnest(${ids}::bigint[], ${tokens}::uuid[]) AS held(id, token)
        ON r.id = held.id AND r.lease_token = held.token
      WHERE r.state = 'pending'
      FOR UPDATE OF r SKIP LOCKED)
    RETURNING id`;
  return new Set(rows.map((row) => row.id));
}

/** Gives an unfinished row back at once, as if it had not been claimed. False when the lease was lost meanwhile. */
export async function releaseLease(db: Queryable, ledger: Ledger, lease: Lease): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE ${TABLES[ledger]}
    SET lease_until = NULL, lease_token = NULL, attempts = greatest(attempts - 1, 0)
    WHERE id = ${lease.id} AND lease_token = ${lease.token}::uuid AND state = 'pending'`;
  return count === 1;
}
