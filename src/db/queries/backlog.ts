import type { Database } from '../client.ts';

/** What is still to do. Ages are in whole seconds since the oldest row came in; 0 when there is none. */
export interface Backlog {
  readonly inboxPending: number;
  readonly inboxOldestSec: number;
  readonly outboxPending: number;
  readonly outboxOldestSec: number;
  /** Rows that failed for good, in both ledgers. */
  readonly failed: number;
}

/** Counts what waits, for a health check. A message scheduled for later does not count as old before its time. */
export async function backlog(database: Database): Promise<Backlog> {
  const rows = await database.prisma.$queryRaw<Backlog[]>`
    SELECT i.pending AS "inboxPending", i.oldest AS "inboxOldestSec",
           o.pending AS "outboxPending", o.oldest AS "outboxOldestSec",
           (SELECT count(*) FROM deliveries WHERE state = 'failed')::int
             + (SELECT count(*) FROM outbox WHERE state = 'failed')::int AS failed
    FROM (SELECT count(*)::int AS pending,
                 coalesce(extract(epoch FROM statement_timestamp() - min(received_at)), 0)::int AS oldest
          FROM deliveries WHERE state = 'pending') i,
         (SELECT count(*)::int AS pending,
                 coalesce(extract(epoch FROM statement_timestamp()
                   - min(created_at) FILTER (WHERE attempts > 0 OR run_at <= statement_timestamp())), 0)::int AS oldest
          FROM outbox WHERE state = 'pending') o`;
  const [row] = rows;
  if (row === undefined) throw new Error('the backlog query gave no row');
  return row;
}
