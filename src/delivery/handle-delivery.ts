import type { Database, Tx } from '../db/client.ts';
import {
  type ClaimedDelivery,
  claimDeliveries,
  finishDelivery,
  loadDeliveryBody,
  postponeDelivery,
} from '../db/queries/inbox.ts';
import { releaseLease } from '../db/queries/leases.ts';
import { GiveUpError } from '../domain/delivery-errors.ts';
import { type DeliveryId, deliveryId } from '../domain/ids.ts';
import { type Attempt, type AttemptRules, runAttempt, unlessAborted } from './attempt.ts';
import { LeaseLostError } from './lease-keeper.ts';
import type { Task } from './pump.ts';
import { oneLine } from './verdict.ts';

/** A stored delivery as its handler sees it. `attempt` counts from 1. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly source: string;
  readonly key: string;
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly attempt: number;
}

/** What handling comes to: one line for the ledger, and the change to make, if any. */
export interface Handled {
  readonly outcome: string;
  /** Runs in the transaction that marks the delivery done: both happen or neither. It may run more than once. */
  readonly write?: (tx: Tx) => Promise<void>;
}

/**
 * Reads what it needs, from the network too, and gives the change to make. Runs again after a crash or an error,
 * so it changes nothing by itself. Throws RetryLaterError or GiveUpError to say which; anything else is tried again.
 */
export type DeliveryHandler = (delivery: Delivery, signal: AbortSignal) => Promise<Handled>;

/** A delivery that was given up. `body` is null when it is no longer kept. */
export interface FailedDelivery {
  readonly id: DeliveryId;
  readonly source: string;
  readonly body: Uint8Array | null;
}

/** What else is written in the transaction that marks a delivery failed. */
export type OnDeliveryFailed = (tx: Tx, failed: FailedDelivery) => Promise<void>;

export interface DeliverySource {
  readonly database: Database;
  readonly handlers: Readonly<Record<string, DeliveryHandler>>;
  readonly onFailed: OnDeliveryFailed;
  readonly leaseMs: number;
  readonly rules: AttemptRules;
  /** Ids of what this process is handling. After a stall its leases may have lapsed, but they are not to be had. */
  readonly running: Set<bigint>;
}

/** Claims up to `limit` due deliveries of the sources that have a handler. */
export async function claimDeliveryTasks(from: DeliverySource, limit: number): Promise<Task[]> {
  const sources = Object.keys(from.handlers);
  if (sources.length === 0) return [];
  const now = from.rules.clock.now();
  const claim = { sources, exceptIds: [...from.running], limit, leaseMs: from.leaseMs, now };
  const rows = await claimDeliveries(from.database.prisma, claim);
  return rows.map((row) => {
    const { id } = row.lease;
    from.running.add(id);
    return {
      run: (stop) =>
        runAttempt(attemptAt(row, from), from.rules, stop).finally(() => from.running.delete(id)),
    };
  });
}

function attemptAt(row: ClaimedDelivery, from: DeliverySource): Attempt {
  const { prisma } = from.database;
  const now = () => from.rules.clock.now();
  return {
    lease: row.lease,
    number: row.attempt,
    label: { deliveryId: String(row.lease.id), source: row.source, kind: row.kind },
    work: (signal) => handle(row, from, signal),
    postpone: (delayMs, outcome) => postponeDelivery(prisma, row.lease, { delayMs, outcome, now: now() }),
    fail: (outcome) => giveUp(row, from, outcome),
    release: () => releaseLease(prisma, 'deliveries', row.lease),
  };
}

async function giveUp(row: ClaimedDelivery, from: DeliverySource, outcome: string): Promise<boolean> {
  const { lease, source } = row;
  return from.database.transaction(async (tx) => {
    const end = { state: 'failed', outcome, now: from.rules.clock.now() } as const;
    if (!(await finishDelivery(tx, lease, end))) return false;
    const body = await loadDeliveryBody(tx, lease.id);
    await from.onFailed(tx, { id: deliveryId(lease.id), source, body });
    return true;
  });
}

async function handle(row: ClaimedDelivery, from: DeliverySource, signal: AbortSignal): Promise<string> {
  const handler = from.handlers[row.source];
  if (handler === undefined) throw new GiveUpError(`nothing handles ${row.source}`);
  const body = await loadDeliveryBody(from.database.prisma, row.lease.id);
  if (body === null) throw new GiveUpError('the body is no longer kept');
  const delivery: Delivery = {
    id: deliveryId(row.lease.id),
    source: row.source,
    key: row.key,
    kind: row.kind,
    headers: row.headers as Record<string, string>,
    body,
    attempt: row.attempt,
  };
  const handled = await unlessAborted(signal, async () => handler(delivery, signal));
  const outcome = oneLine(handled.outcome);
  await from.database.transaction(async (tx) => {
    // First, so that the row is locked against every other process for the rest of the transaction.
    const mine = await finishDelivery(tx, row.lease, { state: 'done', outcome, now: from.rules.clock.now() });
    if (!mine) throw new LeaseLostError();
    from.rules.keeper.letGo(row.lease);
    await handled.write?.(tx);
  });
  return outcome;
}
