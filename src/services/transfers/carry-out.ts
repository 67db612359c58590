import { insertEntries, type TransferKey } from '../../db/queries/transfers-entries.ts';
import { decideTransfer, insertTransfer } from '../../db/queries/transfers-records.ts';
import { applyRows, countRows, fillRows } from '../../db/queries/transfers-rows.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { PairPlan } from '../../domain/transfer-plan.ts';
import type { TransferCounts } from '../../domain/transfer-report.ts';
import { type Settling, tellTransfer } from './settling.ts';

/** A planned pair of the scope that has been filled, and the held transfer that it decides, if one does. */
export interface CarryOut {
  readonly subject: { readonly id: GroupId; readonly fullPath: string; readonly formerPath: string | null };
  readonly plan: PairPlan;
  readonly held: TransferKey | null;
}

/** Brings the customers of a pair over, with its report, audit entries and notices; gives the transfer's number. */
export async function carryOut(settling: Settling, work: CarryOut): Promise<bigint> {
  const { tx, now } = settling;
  const { plan } = work;
  await fillRows(tx, plan);
  const counts = await countRows(tx, plan);
  const key = await openLine(settling, work, counts);
  await insertEntries(tx, key, plan);
  await applyRows(tx, plan, now);
  await tellTransfer(settling, key.id, 'group.transferred');
  return key.id;
}

async function openLine(
  { tx, now, actor }: Settling,
  { subject, plan, held }: CarryOut,
  counts: TransferCounts,
): Promise<TransferKey> {
  const by = actor?.userId ?? null;
  if (held) {
    await decideTransfer(tx, held.id, { state: 'applied', reason: null, counts, by, at: now });
    return held;
  }
  const key = await insertTransfer(tx, {
    kind: 'group',
    state: 'applied',
    subjectId: subject.id,
    subjectPath: subject.fullPath,
    formerPath: subject.formerPath,
    from: plan.from,
    to: plan.to,
    actorId: by,
    counts,
    reason: null,
    at: now,
  });
  if (!key) throw new Error('an applied transfer met a held one');
  return key;
}
