import type { TransferEntry, TransferOutcome } from '../../domain/transfer-report.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';
import type { Pair } from './transfers-scope.ts';

/** A transfer by its key. */
export interface TransferKey {
  readonly crmGroupId: bigint;
  readonly id: bigint;
}

interface EntryRow {
  position: number;
  kind: TransferEntry['kind'];
  outcome: Exclude<TransferOutcome, 'waiting'>;
  subject_id: bigint;
  target_id: bigint | null;
  data: Readonly<Record<string, unknown>> | null;
}

const toEntry = (row: EntryRow): TransferEntry => ({
  position: row.position,
  kind: row.kind,
  outcome: row.outcome,
  subjectId: row.subject_id,
  targetId: row.target_id,
  data: row.data,
});

/** The report of what the filled tables have decided, one SELECT for each kind of row. */
const organizationEntries = Prisma.sql`
  SELECT m.position, 'organization' AS kind, m.outcome, m.old_id AS subject_id, m.new_id AS target_id, m.lost AS data
  FROM transfer_organizations m`;
const contactEntries = Prisma.sql`
  SELECT m.position, 'contact' AS kind, m.outcome, m.old_id AS subject_id, m.new_id AS target_id, m.lost AS data
  FROM transfer_contacts m`;
const linkEntries = ({ from }: Pair): Prisma.Sql => Prisma.sql`
  SELECT ((SELECT count(*) FROM transfer_organizations) + (SELECT count(*) FROM transfer_contacts)
      + row_number() OVER ())::int AS position,
    'link' AS kind, 'moved' AS outcome, l.issue_id AS subject_id, m.new_id AS target_id,
    CASE WHEN m.new_id <> l.contact_id THEN jsonb_build_object('contactId', l.contact_id::text) END AS data
  FROM issue_contacts l JOIN transfer_contacts m ON m.old_id = l.contact_id
  WHERE l.crm_group_id = ${from} AND l.issue_id IN (SELECT id FROM transfer_issues)`;

/** Writes the report of a transfer that the filled tables describe; before `applyRows`. */
export async function insertEntries(tx: Tx, key: TransferKey, pair: Pair): Promise<void> {
  for (const entries of [organizationEntries, contactEntries, linkEntries(pair)]) {
    await tx.$executeRaw`
      INSERT INTO transfer_entries (crm_group_id, transfer_id, position, kind, outcome, subject_id, target_id, data)
      SELECT ${key.crmGroupId}::bigint, ${key.id}::bigint, e.position, e.kind, e.outcome, e.subject_id, e.target_id,
        e.data
      FROM (${entries}) e`;
  }
}

/** The first rows of the report that `insertEntries` would write. */
export async function previewEntries(tx: Tx, pair: Pair, limit: number): Promise<TransferEntry[]> {
  const rows = await tx.$queryRaw<EntryRow[]>`
    SELECT * FROM (${organizationEntries} UNION ALL ${contactEntries} UNION ALL (${linkEntries(pair)})) e
    ORDER BY e.position LIMIT ${limit}`;
  return rows.map(toEntry);
}

/** Rows of a report in order; `offset` from 0. */
export async function listEntries(
  tx: Tx,
  key: TransferKey,
  page: { limit: number; offset: number },
): Promise<TransferEntry[]> {
  const rows = await tx.$queryRaw<EntryRow[]>`
    SELECT position, kind, outcome, subject_id, target_id, data FROM transfer_entries
    WHERE crm_group_id = ${key.crmGroupId} AND transfer_id = ${key.id}
    ORDER BY position LIMIT ${page.limit} OFFSET ${page.offset}`;
  return rows.map(toEntry);
}

/** Notes the links of these issues in a report as having come to this; gives how many there were. */
export function insertLinkEntries(
  tx: Tx,
  key: TransferKey,
  links: { outcome: 'moved' | 'copied' | 'dropped'; from: bigint; issues: Prisma.Sql },
): Promise<number> {
  const target = links.outcome === 'dropped' ? Prisma.sql`NULL::bigint` : Prisma.sql`l.contact_id`;
  const data =
    links.outcome === 'dropped'
      ? Prisma.sql`jsonb_build_object('contactId', l.contact_id::text, 'linkedAt', l.created_at)`
      : Prisma.sql`NULL::jsonb`;
  return tx.$executeRaw`
    INSERT INTO transfer_entries (crm_group_id, transfer_id, position, kind, outcome, subject_id, target_id, data)
    SELECT ${key.crmGroupId}::bigint, ${key.id}::bigint, row_number() OVER (ORDER BY l.issue_id, l.contact_id), 'link',
      ${links.outcome}, l.issue_id, ${target}, ${data}
    FROM issue_contacts l WHERE l.crm_group_id = ${links.from} AND l.issue_id IN (${links.issues})`;
}
