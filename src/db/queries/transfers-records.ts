import { type GitLabUserId, type GroupId, gitLabUserId, groupId } from '../../domain/ids.ts';
import type {
  Transfer,
  TransferCounts,
  TransferKind,
  TransferReason,
  TransferState,
} from '../../domain/transfer-report.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';
import type { TransferKey } from './transfers-entries.ts';

interface TransferRow {
  id: bigint;
  kind: TransferKind;
  state: TransferState;
  subject_id: bigint;
  subject_path: string;
  former_path: string | null;
  crm_group_id: bigint;
  from_path: string | null;
  to_crm_group_id: bigint | null;
  to_path: string | null;
  counts: TransferCounts;
  reason: TransferReason | null;
  created_at: Date;
  decided_at: Date | null;
  decided_by: bigint | null;
}

const toTransfer = (row: TransferRow): Transfer => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  subjectId: row.subject_id,
  subjectPath: row.subject_path,
  formerPath: row.former_path,
  from: { id: groupId(row.crm_group_id), fullPath: row.from_path ?? `group ${row.crm_group_id}` },
  to:
    row.to_crm_group_id === null
      ? null
      : { id: groupId(row.to_crm_group_id), fullPath: row.to_path ?? `group ${row.to_crm_group_id}` },
  counts: row.counts,
  reason: row.reason,
  createdAt: row.created_at,
  decidedAt: row.decided_at,
  decidedBy: row.decided_by === null ? null : gitLabUserId(row.decided_by),
});

const SELECT = Prisma.sql`
  SELECT t.id, t.kind, t.state, t.subject_id, coalesce(s.full_path, t.subject_path) AS subject_path, t.former_path,
    t.crm_group_id, f.full_path AS from_path, t.to_crm_group_id, g.full_path AS to_path, t.counts, t.reason, t.created_at,
    t.decided_at, t.decided_by
  FROM transfers t LEFT JOIN groups f ON f.id = t.crm_group_id LEFT JOIN groups g ON g.id = t.to_crm_group_id
  LEFT JOIN groups s ON t.kind = 'group' AND t.state = 'held' AND s.id = t.subject_id`;

export interface NewTransfer {
  readonly kind: TransferKind;
  readonly state: Extract<TransferState, 'held' | 'applied'>;
  readonly subjectId: bigint;
  readonly subjectPath: string;
  readonly formerPath: string | null;
  readonly from: GroupId;
  readonly to: GroupId | null;
  readonly actorId: GitLabUserId | null;
  readonly counts: TransferCounts;
  readonly reason: TransferReason | null;
  readonly at: Date;
}

/** Opens a line of the ledger; null when the same is held already. */
export async function insertTransfer(tx: Tx, transfer: NewTransfer): Promise<TransferKey | null> {
  const isDecided = transfer.state !== 'held';
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    INSERT INTO transfers (crm_group_id, kind, state, subject_id, subject_path, former_path, to_crm_group_id, actor_id,
      counts, reason, created_at, decided_at, decided_by)
    VALUES (${transfer.from}, ${transfer.kind}, ${transfer.state}, ${transfer.subjectId}, ${transfer.subjectPath},
      ${transfer.formerPath}, ${transfer.to}::bigint, ${transfer.actorId}::bigint, ${JSON.stringify(transfer.counts)}::jsonb,
      ${transfer.reason}, ${transfer.at}, ${isDecided ? transfer.at : null}::timestamptz,
      ${isDecided ? transfer.actorId : null}::bigint)
    ON CONFLICT (crm_group_id, kind, subject_id, to_crm_group_id) WHERE state = 'held' DO NOTHING RETURNING id`;
  const id = rows[0]?.id;
  return id === undefined ? null : { crmGroupId: transfer.from, id };
}

export interface Decision {
  readonly state: Exclude<TransferState, 'held'>;
  readonly reason: TransferReason | null;
  /** Left as it was when absent. */
  readonly counts?: TransferCounts;
  readonly by: GitLabUserId | null;
  readonly at: Date;
}

/** Closes a held transfer. */
export async function decideTransfer(tx: Tx, id: bigint, decision: Decision): Promise<void> {
  const counts = decision.counts === undefined ? null : JSON.stringify(decision.counts);
  await tx.$executeRaw`
    UPDATE transfers SET state = ${decision.state}, reason = coalesce(${decision.reason}, reason),
      counts = coalesce(${counts}::jsonb, counts), decided_at = ${decision.at}, decided_by = ${decision.by}::bigint
    WHERE id = ${id} AND state = 'held'`;
}

/** Sets the counts of a transfer that was opened in this transaction. */
export async function saveCounts(tx: Tx, key: TransferKey, counts: TransferCounts): Promise<void> {
  await tx.$executeRaw`
    UPDATE transfers SET counts = ${JSON.stringify(counts)}::jsonb
    WHERE crm_group_id = ${key.crmGroupId} AND id = ${key.id}`;
}

/** A transfer by its number; null when there is none. */
export async function findTransfer(tx: Tx, id: bigint): Promise<Transfer | null> {
  const rows = await tx.$queryRaw<TransferRow[]>`${SELECT} WHERE t.id = ${id}`;
  return rows[0] ? toTransfer(rows[0]) : null;
}

const ofCrmGroup = (crmGroup: GroupId): Prisma.Sql =>
  Prisma.sql`(t.crm_group_id = ${crmGroup} OR t.to_crm_group_id = ${crmGroup})`;

/** How many transfers there are out of and into a crm group. */
export async function countTransfers(tx: Tx, crmGroup: GroupId): Promise<number> {
  const [counted] = await tx.$queryRaw<{ n: bigint }[]>`
    SELECT count(*) AS n FROM transfers t WHERE ${ofCrmGroup(crmGroup)}`;
  return Number(counted?.n ?? 0);
}

/** The transfers out of and into a crm group, those that wait first, then the newest; `total` counts them all. */
export async function transfersOf(
  tx: Tx,
  crmGroup: GroupId,
  page: { limit: number; offset: number },
): Promise<{ transfers: Transfer[]; total: number }> {
  const rows = await tx.$queryRaw<TransferRow[]>`
    ${SELECT} WHERE ${ofCrmGroup(crmGroup)} ORDER BY t.state = 'held' DESC, t.id DESC
    LIMIT ${page.limit} OFFSET ${page.offset}`;
  return { transfers: rows.map(toTransfer), total: await countTransfers(tx, crmGroup) };
}

/** Whether the links of an issue were put on this clone of it before. */
export async function wasCloned(tx: Tx, source: bigint, cloneReference: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM transfers WHERE kind = 'issue' AND subject_id = ${source} AND reason = 'cloned'
      AND subject_path = ${cloneReference}) AS found`;
  return rows[0]?.found ?? false;
}
