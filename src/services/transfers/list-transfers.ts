import type { Tx } from '../../db/client.ts';
import { listEntries, previewEntries } from '../../db/queries/transfers-entries.ts';
import { countTransfers, findTransfer, transfersOf } from '../../db/queries/transfers-records.ts';
import { fillRows } from '../../db/queries/transfers-rows.ts';
import { fillScope, pairFacts } from '../../db/queries/transfers-scope.ts';
import { type Actor, groupPlace } from '../../domain/actor.ts';
import { fail } from '../../domain/errors.ts';
import { type GroupId, groupId } from '../../domain/ids.ts';
import { planPair } from '../../domain/transfer-plan.ts';
import {
  type Transfer,
  type TransferEntry,
  type TransferView,
  viewOf,
} from '../../domain/transfer-report.ts';
import { authorize, type CrmGroupTarget, decide } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { mayFollow } from './permission.ts';
import { getCrmGroups, getPlacedGroup } from './place-group.ts';

export const TRANSFERS_PER_PAGE = 5;
export const ENTRIES_PER_PAGE = 20;

/** A transfer as the actor may see it, and what they may decide about it. */
export interface ListedTransfer {
  readonly view: TransferView;
  readonly may: { readonly migrate: boolean; readonly leave: boolean; readonly report: boolean };
}

export interface TransferList {
  readonly crmGroup: string;
  readonly transfers: readonly ListedTransfer[];
  /** Of all pages. */
  readonly total: number;
  /** From 0. */
  readonly page: number;
}

/** Transfers out of and into a crm group, those that wait for a decision first. Takes `contact.view` there. */
export async function listTransfers(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  { page }: { page: number },
): Promise<TransferList> {
  const window = { limit: TRANSFERS_PER_PAGE, offset: page * TRANSFERS_PER_PAGE };
  const { transfers, total } = await listTransferPage(deps, opened, window);
  return { crmGroup: opened.crmGroup.fullPath, page, transfers, total };
}

/** Which rows of the list: from 0, `offset` counted from the start; or the last ones of those before `end`. */
export type TransferWindow =
  | { readonly limit: number; readonly offset: number }
  | { readonly last: number; readonly end: number | null };

/** The same from any row on; `total` counts those of all pages, and `offset` is where this one starts. */
export async function listTransferPage(
  deps: ServiceDeps,
  { actor, crmGroup }: OpenedCrmGroup,
  window: TransferWindow,
): Promise<Pick<TransferList, 'transfers' | 'total'> & { readonly offset: number }> {
  authorize(actor, 'contact.view', crmGroup);
  const { transfers, total, offset } = await deps.database.transaction(async (tx) => {
    const rows = 'limit' in window ? window : rowsBefore(window, await countTransfers(tx, crmGroup.id));
    return { ...(await transfersOf(tx, crmGroup.id, rows)), offset: rows.offset };
  });
  return { transfers: await look(deps, actor, transfers), total, offset };
}

function rowsBefore({ last, end }: { last: number; end: number | null }, total: number) {
  const stop = Math.min(end ?? total, total);
  const offset = Math.max(stop - last, 0);
  return { offset, limit: stop - offset };
}

export interface TransferReport extends ListedTransfer {
  readonly entries: readonly TransferEntry[];
  /** From 0. */
  readonly page: number;
  readonly hasMore: boolean;
  /** Whether the entries are what would happen, and only the first of them. */
  readonly isPreview: boolean;
}

/**
 * The report of a transfer; for a held one, the beginning of what its report would be. For those who may view the
 * contacts of the crm group it went out of or, once a group's transfer is done, of the one it went into. Throws
 * `not_found.transfer` for everybody else.
 */
export async function showTransfer(
  deps: ServiceDeps,
  actor: Actor,
  { id, page }: { id: bigint; page: number },
): Promise<TransferReport> {
  const missing = () => fail('not_found.transfer', { reference: String(id) });
  const transfer = await deps.database.transaction((tx) => findTransfer(tx, id));
  if (!transfer) throw missing();
  const [listed] = await look(deps, actor, [transfer]);
  if (!listed?.may.report) throw missing();
  const limit = ENTRIES_PER_PAGE + 1;
  const isPreview = transfer.state === 'held';
  const rows = await deps.database.transaction((tx) =>
    isPreview
      ? previewHeld(tx, transfer, limit)
      : listEntries(tx, { crmGroupId: transfer.from.id, id }, { limit, offset: page * ENTRIES_PER_PAGE }),
  );
  const entries = rows.slice(0, ENTRIES_PER_PAGE);
  return { ...listed, entries, page, hasMore: !isPreview && rows.length === limit, isPreview };
}

async function previewHeld(tx: Tx, transfer: Transfer, limit: number): Promise<TransferEntry[]> {
  if (!transfer.to) return [];
  const subject = groupId(transfer.subjectId);
  const { chain, crmGroup } = await getPlacedGroup(tx, subject);
  await fillScope(tx, { subject, chain, crmGroup });
  const pair = { from: transfer.from.id, to: transfer.to.id };
  const { mode } = planPair(await pairFacts(tx, pair), { contacts: true, organizations: true });
  await fillRows(tx, { ...pair, mode });
  return previewEntries(tx, pair, limit);
}

/** What the actor may see of transfers and do about them, by their roles on both sides. */
async function look(
  deps: ServiceDeps,
  actor: Actor,
  transfers: readonly Transfer[],
): Promise<ListedTransfer[]> {
  const ids = new Set<GroupId>(transfers.flatMap(({ from, to }) => [from.id, ...(to ? [to.id] : [])]));
  const roles = await deps.directory.roles(actor.userId, [...ids].map(groupPlace));
  const looking = { ...actor, roles: new Map([...actor.roles, ...roles]) };
  const sides = await deps.database.transaction((tx) => getCrmGroups(tx, [...ids]));
  return transfers.map((transfer) => {
    const source = sides.get(transfer.from.id);
    const target = transfer.to ? sides.get(transfer.to.id) : undefined;
    return {
      view: viewOf(transfer, sees(looking, source, target)),
      may: rights(looking, { transfer, source, target }),
    };
  });
}

const sees = (actor: Actor, source?: CrmGroupTarget, target?: CrmGroupTarget) => ({
  from: source !== undefined && mayFollow(actor, source),
  to: target !== undefined && mayFollow(actor, target),
});

function rights(
  actor: Actor,
  sides: { transfer: Transfer; source: CrmGroupTarget | undefined; target: CrmGroupTarget | undefined },
): ListedTransfer['may'] {
  const { transfer, source, target } = sides;
  const seen = sees(actor, source, target);
  const brings = (side: CrmGroupTarget | undefined): boolean =>
    side !== undefined && decide(actor, 'contact.create', side).allowed;
  const isHeld = transfer.state === 'held';
  return {
    migrate: isHeld && brings(target),
    leave: isHeld && (brings(target) || brings(source)),
    report: seen.from || (seen.to && transfer.kind === 'group' && transfer.state === 'applied'),
  };
}
