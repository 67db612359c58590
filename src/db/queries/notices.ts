import type { Json } from '../../domain/json.ts';
import type { Tx } from '../client.ts';

/** A message of the outbox that later news may change. */
export interface KeptMessage {
  readonly id: bigint;
  readonly dedupeKey: string;
  readonly lane: string;
  readonly payload: Json;
}

/** The messages about something that were sent or wait to be, oldest first. Those that failed for good are no more. */
export function messagesAbout(tx: Tx, about: string): Promise<KeptMessage[]> {
  return tx.$queryRaw<KeptMessage[]>`
    SELECT id, dedupe_key AS "dedupeKey", lane, payload FROM outbox
    WHERE about = ${about} AND state <> 'failed' ORDER BY id`;
}

/** Puts other words in a message that nobody has tried to send; false once somebody has. */
export async function rewriteUnsent(tx: Tx, id: bigint, payload: Json): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE outbox SET payload = ${JSON.stringify(payload)}::jsonb, about = NULL
    WHERE id = ${id} AND state = 'pending' AND attempts = 0`;
  return count === 1;
}

/** How a message fared, by its key; null when there is none. */
export async function findMessage(
  tx: Tx,
  dedupeKey: string,
): Promise<{ state: 'pending' | 'sent' | 'failed'; remoteRef: string | null } | null> {
  const rows = await tx.$queryRaw<{ state: 'pending' | 'sent' | 'failed'; remoteRef: string | null }[]>`
    SELECT state, remote_ref AS "remoteRef" FROM outbox WHERE dedupe_key = ${dedupeKey}`;
  return rows[0] ?? null;
}
