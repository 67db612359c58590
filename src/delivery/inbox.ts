import type { Database } from '../db/client.ts';
import { isUnreachable } from '../db/errors.ts';
import { insertDeliveries, type NewDelivery, type StoredDelivery } from '../db/queries/inbox.ts';
import { fail } from '../domain/errors.ts';
import type { DeliveryLog } from './log.ts';
import { describeError } from './verdict.ts';

/** Where a delivery may come from: GitLab's project and group hooks, or its system hooks. */
export type DeliverySourceName = 'gitlab' | 'gitlab-system';

/** A verified delivery, raw. `key` is unique within its source, `kind` is the event's name. */
export interface IncomingDelivery extends NewDelivery {
  readonly source: DeliverySourceName;
}

/** Makes deliveries durable. */
export interface Inbox {
  /** Resolves once the delivery is on disk, or was there before. Rejects when it is not: do not acknowledge it then. */
  store(incoming: IncomingDelivery): Promise<StoredDelivery>;
}

export interface InboxDeps {
  readonly database: Database;
  readonly log: DeliveryLog;
  /** Called whenever new deliveries were stored. */
  readonly onStored: () => void;
}

const MAX_IN_FLIGHT = 2;
const MAX_BATCH_ROWS = 500;
/** A body may have 25 MB; a batch of several large ones would be held in memory twice over. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

interface Waiting {
  readonly incoming: IncomingDelivery;
  readonly resolve: (stored: StoredDelivery) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores deliveries in natural batches: what arrives while two inserts are under way goes with the next one, so a
 * lone delivery never waits and a burst shares its commits.
 */
export function createInbox(deps: InboxDeps): Inbox {
  const queue: Waiting[] = [];
  const pending = new Map<string, Promise<StoredDelivery>>();
  let inFlight = 0;

  function flush(): void {
    while (inFlight < MAX_IN_FLIGHT && queue.length > 0) {
      const batch = takeBatch(queue);
      inFlight += 1;
      void writeBatch(deps, batch).finally(() => {
        inFlight -= 1;
        flush();
      });
    }
  }

  return {
    async store(incoming) {
      const name = `${incoming.source} ${incoming.key}`;
      const twin = pending.get(name);
      if (twin !== undefined) return { ...(await twin), duplicate: true };
      const stored = new Promise<StoredDelivery>((resolve, reject) => {
        queue.push({ incoming, resolve, reject });
      });
      pending.set(name, stored);
      flush();
      try {
        return await stored;
      } finally {
        pending.delete(name);
      }
    },
  };
}

/** The oldest rows that fit into one statement; at least one. */
function takeBatch(queue: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { incoming } of queue) {
    bytes += incoming.body.byteLength;
    if (count > 0 && (count >= MAX_BATCH_ROWS || bytes > MAX_BATCH_BYTES)) break;
    count += 1;
  }
  return queue.splice(0, count);
}

async function writeBatch(deps: InboxDeps, batch: readonly Waiting[]): Promise<void> {
  try {
    const stored = await insertDeliveries(
      deps.database.prisma,
      batch.map((waiting) => waiting.incoming),
    );
    batch.forEach((waiting, index) => {
      const answer = stored[index];
      if (answer !== undefined) waiting.resolve(answer);
    });
    if (stored.some((answer) => !answer.duplicate)) deps.onStored();
  } catch (error) {
    await writeSingly(deps, batch, error);
  }
}

/** One bad row fails the whole statement: each row then stands for itself. Without a database none would fare better. */
async function writeSingly(deps: InboxDeps, batch: readonly Waiting[], error: unknown): Promise<void> {
  deps.log.warn({ rows: batch.length, error: describeError(error) }, 'deliveries could not be stored');
  const unreachable = isUnreachable(error);
  if (batch.length > 1 && !unreachable) {
    for (const waiting of batch) await writeBatch(deps, [waiting]);
    return;
  }
  const reason = unreachable ? fail('unavailable.database', {}, error) : error;
  for (const waiting of batch) waiting.reject(reason);
}
