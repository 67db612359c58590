import { previewEntries } from '../../db/queries/transfers-entries.ts';
import { insertTransfer } from '../../db/queries/transfers-records.ts';
import { countRows, fillRows } from '../../db/queries/transfers-rows.ts';
import {
  fillScope,
  groupsInScope,
  type HeldTransfer,
  hasUncoveredCustomers,
  heldTransfersOf,
  isStillNeeded,
  type Pair,
  pairFacts,
  uncoveredPairs,
} from '../../db/queries/transfers-scope.ts';
import type { GroupId } from '../../domain/ids.ts';
import { type PairPlan, planPair } from '../../domain/transfer-plan.ts';
import {
  NO_COUNTS,
  type OutcomeCounts,
  type TransferCounts,
  type TransferReason,
} from '../../domain/transfer-report.ts';
import { carryOut } from './carry-out.ts';
import { permissionIn } from './permission.ts';
import { getCrmGroup, getPlacedGroup, type PlacedGroup, placeGroup } from './place-group.ts';
import { closeHeld, type Settling, tellTransfer } from './settling.ts';

/** How much of a report a preview shows. */
const PREVIEWED_ENTRIES = 20;

/** A group that has moved and is recorded where it is now, with where it was. */
export interface MovedGroup {
  readonly id: GroupId;
  readonly formerPath: string;
  readonly formerChain: readonly GroupId[];
  readonly formerCrmGroup: GroupId;
}

/**
 * Lets the customers follow a group that has moved: what may be carried out is, the rest is held, and what was held
 * for an earlier place gives way. Gives the numbers of the transfers that this made. The groups must be locked.
 */
export async function settleGroup(settling: Settling, moved: MovedGroup): Promise<bigint[]> {
  const { tx } = settling;
  const placed = await getPlacedGroup(tx, moved.id);
  await fillScope(tx, { subject: moved.id, chain: placed.chain, crmGroup: placed.crmGroup });
  const { replanned, closed } = await reviewHeld(settling, { moved, placed });
  const hierarchical: Pair = { from: moved.formerCrmGroup, to: placed.crmGroup };
  const pairs = await uncoveredPairs(tx);
  for (const pair of [hierarchical, ...replanned]) {
    const isKnown = pairs.some(({ from, to }) => from === pair.from && to === pair.to);
    if (!isKnown && pair.from !== pair.to && (await hasUncoveredCustomers(tx, pair))) pairs.push(pair);
  }
  const at: Settled = { ...placed, formerPath: moved.formerPath };
  if (pairs.length === 0) return closed === 0 ? noteEmptyMove(settling, at, hierarchical) : [];
  const made: bigint[] = [];
  for (const pair of pairs) made.push(...(await settlePair(settling, at, pair)));
  return made;
}

type Settled = PlacedGroup & Pick<MovedGroup, 'formerPath'>;

/** Closes held transfers that the move has settled or overtaken; gives the pairs they turn into. */
async function reviewHeld(
  settling: Settling,
  { moved, placed }: { moved: MovedGroup; placed: PlacedGroup },
): Promise<{ replanned: Pair[]; closed: number }> {
  const { tx } = settling;
  const inScope = await groupsInScope(tx);
  const held = await heldTransfersOf(tx, [...inScope, ...placed.chain, ...moved.formerChain]);
  const replanned: Pair[] = [];
  let closed = 0;
  for (const transfer of held) {
    const now = await closeUnneeded(settling, transfer);
    if (now === null) continue;
    closed += 1;
    if (inScope.includes(transfer.subject)) replanned.push({ from: transfer.from, to: now });
  }
  return { replanned, closed };
}

/** Closes a held transfer unless it still has something to decide; gives the crm group its subject has now if so. */
export async function closeUnneeded(settling: Settling, held: HeldTransfer): Promise<GroupId | null> {
  const { tx } = settling;
  const placed = await placeGroup(tx, held.subject);
  if (placed && (await isStillNeeded(tx, held, placed.crmGroup))) return null;
  const reason: TransferReason =
    placed?.crmGroup === held.from
      ? 'moved_back'
      : placed?.crmGroup === held.to
        ? 'nothing_left'
        : 'moved_on';
  await closeHeld(settling, held.id, reason);
  return placed?.crmGroup ?? null;
}

async function settlePair(settling: Settling, at: Settled, pair: Pair): Promise<bigint[]> {
  const { tx, actor } = settling;
  const facts = await pairFacts(tx, pair);
  const plan = planPair(facts, permissionIn(actor, await getCrmGroup(tx, pair.to)));
  if (settling.preview) {
    await fillRows(tx, plan);
    const counts = await countRows(tx, plan);
    settling.preview.push({ plan, counts, entries: await previewEntries(tx, plan, PREVIEWED_ENTRIES) });
    return [];
  }
  const made =
    plan.heldFor === null
      ? await carryOut(settling, { subject: subjectOf(at), plan, held: null })
      : await hold(settling, at, plan);
  await closeOvertaken(settling, at, pair);
  return made === null ? [] : [made];
}

/** Closes held transfers of groups around that the one just made has taken over. The scope must be filled. */
export async function closeOvertaken(settling: Settling, at: PlacedGroup, pair: Pair): Promise<void> {
  const { tx } = settling;
  const below = (await groupsInScope(tx)).filter((group) => group !== at.own.id);
  const around = (await heldTransfersOf(tx, [...below, ...at.chain])).filter(
    (held) => held.from === pair.from && held.to === pair.to,
  );
  const hasOwn = around.some((held) => held.subject === at.own.id);
  for (const held of around) {
    if (hasOwn && below.includes(held.subject)) {
      await closeHeld(settling, held.id, 'moved_on');
    } else await closeUnneeded(settling, held);
  }
}

const subjectOf = ({ own, formerPath }: Settled) => ({ id: own.id, fullPath: own.fullPath, formerPath });

/** What a line of the ledger says of the move, whatever comes of it. */
const lineOf = ({ now, actor }: Settling, at: Settled, pair: Pair) => ({
  kind: 'group' as const,
  subjectId: at.own.id,
  subjectPath: at.own.fullPath,
  formerPath: at.formerPath,
  from: pair.from,
  to: pair.to,
  actorId: actor?.userId ?? null,
  at: now,
});

async function hold(settling: Settling, at: Settled, plan: PairPlan): Promise<bigint | null> {
  const { tx } = settling;
  await fillRows(tx, plan);
  const key = await insertTransfer(tx, {
    ...lineOf(settling, at, plan),
    state: 'held',
    counts: waiting(await countRows(tx, plan)),
    reason: plan.heldFor,
  });
  if (!key) return null;
  await tellTransfer(settling, key.id, 'group.transfer_held');
  return key.id;
}

function waiting(counts: TransferCounts): TransferCounts {
  const all = (of: OutcomeCounts): OutcomeCounts => {
    const sum = Object.values(of).reduce((a, b) => a + b, 0);
    return sum === 0 ? {} : { waiting: sum };
  };
  return {
    contacts: all(counts.contacts),
    organizations: all(counts.organizations),
    links: all(counts.links),
  };
}

/** A move to another crm group with nothing to bring is told of, and done. */
async function noteEmptyMove(settling: Settling, at: Settled, pair: Pair): Promise<bigint[]> {
  const { tx } = settling;
  if (pair.from === pair.to || settling.preview) return [];
  const held = await heldTransfersOf(tx, at.chain);
  if (held.some(({ from, to }) => from === pair.from && to === pair.to)) return [];
  const line = lineOf(settling, at, pair);
  const key = await insertTransfer(tx, { ...line, state: 'applied', counts: NO_COUNTS, reason: null });
  if (!key) return [];
  await tellTransfer(settling, key.id, 'group.transferred');
  return [key.id];
}
