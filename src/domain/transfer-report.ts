import type { GitLabUserId, GroupId } from './ids.ts';

/** What moved at GitLab. */
export type TransferKind = 'issue' | 'project' | 'group';

/** How far the customers have followed. A superseded one gave way to a later move, or had nothing left to do. */
export type TransferState = 'held' | 'applied' | 'left_behind' | 'superseded' | 'failed';

/** What became of one row; a conflict was merged and lost values that the report keeps. */
export type TransferOutcome = 'moved' | 'copied' | 'merged' | 'conflict' | 'dropped' | 'waiting';

/** Rows by outcome; outcomes that no row had are left out. */
export type OutcomeCounts = Readonly<Partial<Record<TransferOutcome, number>>>;

export interface TransferCounts {
  readonly contacts: OutcomeCounts;
  readonly organizations: OutcomeCounts;
  readonly links: OutcomeCounts;
}

/** A crm group by name; the path is the one it has now. */
export interface CrmGroupLabel {
  readonly id: GroupId;
  readonly fullPath: string;
}

/** One line of the ledger of transfers. */
export interface Transfer {
  readonly id: bigint;
  readonly kind: TransferKind;
  readonly state: TransferState;
  /** GitLab's id of what moved, and how it is called: a path, or an issue's reference. */
  readonly subjectId: bigint;
  readonly subjectPath: string;
  /** How it was called before it moved; null when that is not known. */
  readonly formerPath: string | null;
  readonly from: CrmGroupLabel;
  /** Null when what moved left every group. */
  readonly to: CrmGroupLabel | null;
  readonly counts: TransferCounts;
  readonly reason: TransferReason | null;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: GitLabUserId | null;
}

/** Why a transfer is held, or why it gave way. */
export type TransferReason =
  | 'no_actor'
  | 'role'
  | 'crm_disabled'
  | 'moved_back'
  | 'moved_on'
  | 'nothing_left'
  | 'cloned';

/** One row of a report. */
export interface TransferEntry {
  readonly position: number;
  readonly kind: 'contact' | 'organization' | 'link';
  readonly outcome: Exclude<TransferOutcome, 'waiting'>;
  /** The contact, the organization or, for a link, the issue. */
  readonly subjectId: bigint;
  /** The row that took its place; for a link the contact it leads to now. */
  readonly targetId: bigint | null;
  /** For a conflict the values that lost, by field; for a link the contact it led to before. */
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** A transfer as one side sees it: where the reader may not look, there is null. */
export interface TransferView extends Omit<Transfer, 'subjectPath' | 'formerPath' | 'from' | 'to'> {
  readonly subject: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** Whether there is a new crm group at all, seen or not. */
  readonly hasTarget: boolean;
}

/** Leaves out of a transfer what a reader may not see of either side. */
export function viewOf(transfer: Transfer, sees: { from: boolean; to: boolean }): TransferView {
  const { subjectPath, formerPath, from, to, ...rest } = transfer;
  const former = sees.from ? (formerPath ?? null) : null;
  return {
    ...rest,
    subject: sees.to ? subjectPath : former,
    from: sees.from ? from.fullPath : null,
    to: sees.to && to ? to.fullPath : null,
    hasTarget: to !== null,
  };
}

/** What everybody on one side of a transfer may see: the other side only within the same hierarchy. */
export function sightOf(transfer: Transfer, side: 'from' | 'to'): { from: boolean; to: boolean } {
  const rootOf = (path: string | undefined): string | undefined => path?.split('/')[0]?.toLowerCase();
  const isOne = rootOf(transfer.from.fullPath) === rootOf(transfer.to?.fullPath);
  return { from: side === 'from' || isOne, to: side === 'to' || isOne };
}

/** How many rows of one kind had one of these outcomes. */
export function countOf(counts: OutcomeCounts, ...outcomes: readonly TransferOutcome[]): number {
  return outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
}

export const NO_COUNTS: TransferCounts = { contacts: {}, organizations: {}, links: {} };
