import type { Database } from '../client.ts';
import { Prisma } from '../generated/client.ts';

/** `in`: webhooks received. `out`: messages to Slack and GitLab. */
export type Direction = 'in' | 'out';

/** One row of either ledger, without its body or payload. */
export interface LedgerRow {
  readonly direction: Direction;
  readonly id: bigint;
  /** Where it came from, or its lane. */
  readonly place: string;
  readonly kind: string;
  readonly key: string;
  readonly state: 'pending' | 'done' | 'sent' | 'failed';
  readonly attempts: number;
  readonly at: Date;
  readonly doneAt: Date | null;
  readonly outcome: string | null;
}

export interface LedgerFilter {
  readonly direction: Direction;
  readonly state: string | null;
  /** The start of a kind: `note`, `slack.`. */
  readonly kind: string | null;
  readonly since: Date | null;
  readonly limit: number;
}

/** The whole of one row. `content` is the body received or the payload to send; null once it is past keeping. */
export interface LedgerEntry extends LedgerRow {
  readonly headers: unknown;
  readonly content: string | null;
}

const INBOX = Prisma.sql`SELECT 'in' AS direction, id, source AS place, kind, key, state, attempts,
  received_at AS at, done_at AS "doneAt", outcome FROM deliveries`;
const OUTBOX = Prisma.sql`SELECT 'out' AS direction, id, lane AS place, kind, dedupe_key AS key, state, attempts,
  created_at AS at, done_at AS "doneAt", outcome FROM outbox`;

/** Rows of one ledger, newest first. */
export function listLedger(database: Database, filter: LedgerFilter): Promise<LedgerRow[]> {
  const { direction, state, kind, since, limit } = filter;
  return database.transaction(
    (tx) => tx.$queryRaw<LedgerRow[]>`
    SELECT * FROM (${direction === 'in' ? INBOX : OUTBOX}) ledger
    WHERE (${state}::text IS NULL OR state = ${state}) AND (${kind}::text IS NULL OR starts_with(kind, ${kind}))
      AND (${since}::timestamptz IS NULL OR at >= ${since})
    ORDER BY id DESC LIMIT ${limit}`,
  );
}

/** One row with its content; null when there is none of that number. */
export function findLedgerEntry(
  database: Database,
  { direction, id }: { direction: Direction; id: bigint },
): Promise<LedgerEntry | null> {
  return database.transaction(async (tx) => {
    const [row] = await tx.$queryRaw<LedgerRow[]>`
      SELECT * FROM (${direction === 'in' ? INBOX : OUTBOX}) ledger WHERE id = ${id}`;
    if (!row) return null;
    if (direction === 'out') {
      const message = await tx.outboxMessage.findUnique({ where: { id }, select: { payload: true } });
      return { ...row, headers: null, content: JSON.stringify(message?.payload ?? null) };
    }
    const delivery = await tx.delivery.findUnique({ where: { id }, select: { headers: true, body: true } });
    const body = delivery?.body ?? null;
    return {
      ...row,
      headers: delivery?.headers ?? null,
      content: body && Buffer.from(body).toString('utf8'),
    };
  });
}

/**
 * Gives a row back to the worker with its tries counted anew, whatever became of it before. What it did then is
 * not done twice. What was to go out in a message goes out in it again; asked for by itself, by itself. False when there is none of that number, when its body is no longer kept, or when it is waiting.
 */
export async function replayLedgerEntry(
  database: Database,
  { direction, id }: { direction: Direction; id: bigint },
): Promise<boolean> {
  // A message may have been sent although it failed: not its first try, so that its sender looks before it writes.
  const attempts = direction === 'in' ? 0 : 1;
  const reset = Prisma.sql`state = 'pending', attempts = ${attempts}::int, run_at = statement_timestamp(),
    lease_until = NULL, lease_token = NULL, done_at = NULL`;
  const count = await database.transaction((tx) =>
    direction === 'in'
      ? tx.$executeRaw`UPDATE deliveries SET ${reset} WHERE id = ${id} AND state <> 'pending' AND body IS NOT NULL`
      : tx.$executeRaw`
          UPDATE outbox SET ${reset}, folded_into = CASE WHEN id <> ${id} THEN folded_into END
          WHERE (id = ${id} OR folded_into = ${id}) AND state = 'failed'`,
  );
  return count > 0;
}
