import type { Database } from '../db/client.ts';
import { type FoldRule, foldedInto, foldWaiting } from '../db/queries/folding.ts';
import { releaseLease } from '../db/queries/leases.ts';
import {
  type ClaimedMessage,
  claimMessages,
  finishMessage,
  type MessageEnd,
  postponeMessage,
} from '../db/queries/outbox.ts';
import { GiveUpError } from '../domain/delivery-errors.ts';
import type { Json } from '../domain/json.ts';
import { type Attempt, type AttemptRules, runAttempt, unlessAborted } from './attempt.ts';
import { LeaseLostError } from './lease-keeper.ts';
import type { Pacer } from './pacer.ts';
import type { Task } from './pump.ts';
import { oneLine } from './verdict.ts';

/** A message as its sender sees it. `attempt` counts from 1; after the first, the message may have been sent already. */
export interface Message {
  readonly id: bigint;
  readonly kind: string;
  readonly dedupeKey: string;
  readonly lane: string;
  readonly payload: Json;
  readonly attempt: number;
  readonly createdAt: Date;
  /** The payloads of others that go out in this message, oldest first; the same ones at every try. */
  readonly folded: readonly Json[];
}

/** What sending came to: one line for the ledger, and the platform's id of what was sent. */
export interface Sent {
  readonly outcome?: string;
  readonly remoteRef?: string;
}

/** Sends one message. Throws RetryLaterError, which holds its lane, or GiveUpError, which lets the lane go on. */
export type Sender = (message: Message, signal: AbortSignal) => Promise<Sent>;

/** How a lane is paced: the least time between the end of one send and the start of the next. */
export interface LaneRule {
  readonly minGapMs: number;
}

export interface MessageSource {
  readonly database: Database;
  readonly senders: Readonly<Record<string, Sender>>;
  readonly lanes: (lane: string) => LaneRule;
  /** The kinds of which several that wait in a lane are sent in one message. */
  readonly folds: Readonly<Record<string, FoldRule>>;
  readonly leaseMs: number;
  readonly rules: AttemptRules;
  /** Lanes that this process is sending in. After a stall their leases may have lapsed, but they are not to be had. */
  readonly busyLanes: Set<string>;
  readonly pacer: Pacer;
}

/** Claims the next message of up to `limit` lanes, of the kinds that have a sender. */
export async function claimMessageTasks(from: MessageSource, limit: number): Promise<Task[]> {
  const now = from.rules.clock.now();
  const kinds = Object.keys(from.senders);
  const room = await from.pacer.room(limit, from.rules.onDueIn);
  if (room === 0) return [];
  const claim = { kinds, exceptLanes: [...from.busyLanes], limit: room, leaseMs: from.leaseMs, now };
  const rows = await claimMessages(from.database, claim);
  return rows.map((row) => {
    from.busyLanes.add(row.lane);
    const end = from.pacer.begin();
    return {
      run: (stop) =>
        runAttempt(attemptAt(row, from), from.rules, stop).finally(() => {
          from.busyLanes.delete(row.lane);
          end();
        }),
    };
  });
}

function attemptAt(row: ClaimedMessage, from: MessageSource): Attempt {
  const { prisma } = from.database;
  return {
    lease: row.lease,
    number: row.attempt,
    label: { messageId: String(row.lease.id), kind: row.kind, lane: row.lane },
    work: (signal) => send(row, from, signal),
    postpone: (delayMs, outcome) =>
      postponeMessage(prisma, row.lease, { delayMs, outcome, now: from.rules.clock.now() }),
    fail: (outcome) => end(row, from, { state: 'failed', outcome, remoteRef: null }),
    release: () => releaseLease(prisma, 'outbox', row.lease),
  };
}

async function send(row: ClaimedMessage, from: MessageSource, signal: AbortSignal): Promise<string> {
  const sender = from.senders[row.kind];
  if (sender === undefined) throw new GiveUpError(`nothing sends ${row.kind}`);
  const { lease, ...message } = row;
  const folded = await folding(row, from);
  const sent = await unlessAborted(signal, async () => sender({ ...message, id: lease.id, folded }, signal));
  const outcome = sent.outcome === undefined ? null : oneLine(sent.outcome);
  if (!(await end(row, from, { state: 'sent', outcome, remoteRef: sent.remoteRef ?? null }))) {
    throw new LeaseLostError();
  }
  return outcome ?? 'sent';
}

/** What waits is taken in at the first try alone: what a later one sends may have been posted already. */
async function folding({ lease, lane, kind, attempt }: ClaimedMessage, from: MessageSource): Promise<Json[]> {
  const rule = from.folds[kind];
  if (rule === undefined) return [];
  const { prisma } = from.database;
  const now = from.rules.clock.now();
  if (attempt === 1) await foldWaiting(prisma, { ...rule, lease, lane, kind, now });
  return foldedInto(prisma, lease.id);
}

/** Ends the message and lets its lane rest, after a failure too: the platform was asked all the same. */
async function end(
  row: ClaimedMessage,
  from: MessageSource,
  how: Pick<MessageEnd, 'state' | 'outcome' | 'remoteRef'>,
): Promise<boolean> {
  const restMs = from.lanes(row.lane).minGapMs;
  const now = from.rules.clock.now();
  const mine = await finishMessage(from.database.prisma, row.lease, { ...how, restMs, now });
  if (mine && restMs > 0) from.rules.onDueIn(restMs);
  return mine;
}
