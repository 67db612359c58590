import type { Tx } from '../../db/client.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { decideTransfer, findTransfer } from '../../db/queries/transfers-records.ts';
import type { Actor } from '../../domain/actor.ts';
import type { CrmEvent } from '../../domain/events.ts';
import type { PairPlan } from '../../domain/transfer-plan.ts';
import {
  sightOf,
  type Transfer,
  type TransferCounts,
  type TransferEntry,
  type TransferReason,
  type TransferView,
  viewOf,
} from '../../domain/transfer-report.ts';
import { renewHomes } from '../home/shown-homes.ts';
import { announce } from '../notices/announce.ts';
import { editNotices } from '../notices/edit-notices.ts';

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

type Told = Exclude<Extract<CrmEvent, { transfer: TransferView }>['kind'], 'group.transfer_decided'>;

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

/** What the notices of a held transfer are about. */
const aboutOf = (id: bigint): string => `transfer:${id}`;

/** Lets the notices of a held transfer say what became of it; gives the lanes of their channels. */
function tellDecision({ tx, actor }: Settling, transfer: Transfer): Promise<ReadonlySet<string>> {
  return editNotices(tx, actor, {
    about: aboutOf(transfer.id),
    eventOf: (told) => {
      if (!('transfer' in told)) throw new Error(`a notice of transfer ${transfer.id} tells of none`);
      // Whoever may see a side saw its name in the notice.
      const sees = { from: told.transfer.from !== null, to: told.transfer.to !== null };
      return { kind: 'group.transfer_decided', transfer: viewOf(transfer, sees) };
    },
  });
}

/** Closes a held transfer that has nothing left to decide, and lets its notices say why. */
export async function closeHeld(settling: Settling, id: bigint, reason: TransferReason): Promise<void> {
  const { tx, now, actor } = settling;
  await decideTransfer(tx, id, { state: 'superseded', reason, by: actor?.userId ?? null, at: now });
  const transfer = await findTransfer(tx, id);
  if (!transfer) return;
  await tellDecision(settling, transfer);
  await showAtHome(settling, transfer);
}

/** What waits for a decision stands on the home tabs of both sides. */
async function showAtHome({ tx, now }: Settling, { id, kind, state, from, to }: Transfer): Promise<void> {
  if (kind !== 'group') return;
  await renewHomes(tx, [from.id, ...(to ? [to.id] : [])], { key: `transfer:${id}:${state}`, now });
}

/**
 * Writes a transfer's audit entries and its notices for the channels of both sides. A channel hears of it once, and
 * of the other side only what everybody on its own may see; one that was told that it is held finds the outcome there.
 */
export async function tellTransfer(settling: Settling, id: bigint, kind: Told): Promise<void> {
  const { tx, actor } = settling;
  const transfer = await findTransfer(tx, id);
  if (!transfer) throw new Error(`transfer ${id} has gone`);
  await auditTransfer(settling, transfer, transfer.state === 'left_behind' ? 'group.left_behind' : kind);
  const isHeld = kind === 'group.transfer_held';
  const except = isHeld ? new Set<string>() : await tellDecision(settling, transfer);
  await showAtHome(settling, transfer);
  for (const side of ['to', 'from'] as const) {
    const crmGroupId = transfer[side]?.id;
    if (crmGroupId === undefined) continue;
    const event = { kind, transfer: viewOf(transfer, sightOf(transfer, side)) };
    const about = isHeld ? { about: aboutOf(id) } : {};
    await announce(tx, actor, { crmGroupId, event, key: `transfer:${id}`, except, ...about });
  }
}
