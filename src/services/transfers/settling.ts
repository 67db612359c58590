import type { Tx } from '../../db/client.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { findTransfer } from '../../db/queries/transfers-records.ts';
import type { Actor } from '../../domain/actor.ts';
import type { CrmEvent } from '../../domain/events.ts';
import type { PairPlan } from '../../domain/transfer-plan.ts';
import {
  sightOf,
  type Transfer,
  type TransferCounts,
  type TransferEntry,
  type TransferView,
  viewOf,
} from '../../domain/transfer-report.ts';
import { announce } from '../notices/announce.ts';

/** What settling a move works with: one transaction, and who moved it; null when that is not known. */
export interface Settling {
  readonly tx: Tx;
  readonly now: Date;
  readonly actor: Actor | null;
  /** Collects what would be done instead of doing it. */
  readonly preview?: PreviewedPair[];
}

/** What would become of the customers of one crm group. */
export interface PreviewedPair {
  readonly plan: PairPlan;
  readonly counts: TransferCounts;
  /** The first of the report. */
  readonly entries: readonly TransferEntry[];
}

type Told = Extract<CrmEvent, { transfer: TransferView }>['kind'];

/** How long a transfer may take: rows in the hundreds of thousands, and the checks at the end. */
export const TRANSFER_TIMEOUT_MS = 15 * 60_000;

/** Notes a transfer in the audit log of both sides. */
async function auditTransfer(
  { tx, now, actor }: Settling,
  transfer: Transfer,
  action: Told | 'group.left_behind',
): Promise<void> {
  const subject = { kind: transfer.kind, id: transfer.subjectId } as const;
  const after = {
    transfer: transfer.id,
    state: transfer.state,
    from: transfer.from.id,
    to: transfer.to?.id ?? null,
    counts: transfer.counts,
    reason: transfer.reason,
  };
  const sides = new Set([transfer.from.id, ...(transfer.to ? [transfer.to.id] : [])]);
  for (const crmGroupId of sides) {
    await writeAudit(tx, actor, { crmGroupId, action, subject, after }, now);
  }
}

/**
 * Writes a transfer's audit entries and its notices for the channels of both sides. A channel hears of it once, and
 * of the other side only what everybody on its own may see.
 */
export async function tellTransfer(settling: Settling, id: bigint, kind: Told): Promise<void> {
  const { tx, actor } = settling;
  const transfer = await findTransfer(tx, id);
  if (!transfer) throw new Error(`transfer ${id} has gone`);
  await auditTransfer(settling, transfer, transfer.state === 'left_behind' ? 'group.left_behind' : kind);
  for (const side of ['to', 'from'] as const) {
    const crmGroupId = transfer[side]?.id;
    if (crmGroupId === undefined) continue;
    const event = { kind, transfer: viewOf(transfer, sightOf(transfer, side)) };
    await announce(tx, actor, { crmGroupId, event, key: `transfer:${id}` });
  }
}
