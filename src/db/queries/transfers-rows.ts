import type { TransferMode } from '../../domain/transfer-plan.ts';
import type { OutcomeCounts, TransferCounts } from '../../domain/transfer-report.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';
import type { Pair } from './transfers-scope.ts';

/** One pair of crm groups of the scope, and how its customers follow. */
export interface RowsOf extends Pair {
  readonly mode: TransferMode;
}

/**
 * Decides for every row what becomes of it, in temporary tables that both the preview and the transfer read:
 * `transfer_issues`, `transfer_organizations` and `transfer_contacts`. Needs `fillScope`. Nothing else is changed.
 */
export async function fillRows(tx: Tx, rows: RowsOf): Promise<void> {
  await fillIssues(tx, rows);
  await fillOrganizations(tx, rows);
  await fillContacts(tx, rows);
}

async function recreate(tx: Tx, name: string, columns: string): Promise<void> {
  await tx.$executeRawUnsafe(`DROP TABLE IF EXISTS pg_temp.${name}`);
  await tx.$executeRawUnsafe(`CREATE TEMP TABLE ${name} (${columns}) ON COMMIT DROP`);
}

async function fillIssues(tx: Tx, { from, to }: RowsOf): Promise<void> {
  await recreate(tx, 'transfer_issues', 'id bigint');
  await tx.$executeRaw`
    INSERT INTO transfer_issues
    SELECT i.id FROM transfer_groups s JOIN projects p ON p.group_id = s.id JOIN issues i ON i.project_id = p.id
    WHERE s.crm = ${to} AND i.crm_group_id = ${from}`;
  await tx.$executeRaw`ANALYZE transfer_issues`;
}

const linkedContacts = ({ from }: RowsOf): Prisma.Sql => Prisma.sql`
  SELECT l.contact_id FROM issue_contacts l WHERE l.crm_group_id = ${from}
    AND l.issue_id IN (SELECT id FROM transfer_issues)`;

/** What a row becomes that has no equal in the new crm group. */
const alone = ({ mode }: RowsOf): string => (mode === 'move' ? 'moved' : 'copied');

/** Its id there: its own when it moves, a new one when it is copied. */
const newId = ({ mode }: RowsOf, own: Prisma.Sql, sequence: string): Prisma.Sql =>
  mode === 'move' ? own : Prisma.sql`nextval(${sequence}::text::regclass)`;

async function fillOrganizations(tx: Tx, rows: RowsOf): Promise<void> {
  const { from, to } = rows;
  await recreate(
    tx,
    'transfer_organizations',
    'old_id bigint, new_id bigint, outcome text, lost jsonb, position int',
  );
  const chosen =
    rows.mode === 'copy-linked'
      ? Prisma.sql`AND o.id IN (SELECT c.organization_id FROM contacts c
          WHERE c.crm_group_id = ${from} AND c.id IN (${linkedContacts(rows)}))`
      : Prisma.empty;
  await tx.$executeRaw`
    INSERT INTO transfer_organizations
    SELECT o.id, CASE WHEN w.id IS NULL THEN ${newId(rows, Prisma.sql`o.id`, 'organizations_id_seq')} ELSE w.id END,
      CASE WHEN w.id IS NULL THEN ${alone(rows)} WHEN lost.fields IS NULL THEN 'merged' ELSE 'conflict' END,
      lost.fields, row_number() OVER (ORDER BY o.id)
    FROM organizations o
    LEFT JOIN organizations w ON w.crm_group_id = ${to} AND lower(w.name) = lower(o.name)
    CROSS JOIN LATERAL (SELECT CASE WHEN w.id IS NOT NULL THEN nullif(jsonb_strip_nulls(jsonb_build_object(
      'name', CASE WHEN w.name <> o.name THEN o.name END,
      'defaultRate', CASE WHEN w.default_rate <> o.default_rate THEN o.default_rate::text END,
      'description', CASE WHEN w.description <> o.description THEN o.description END,
      'active', CASE WHEN w.active <> o.active THEN o.active END)), '{}') END AS fields) lost
    WHERE o.crm_group_id = ${from} ${chosen}`;
  await tx.$executeRaw`ANALYZE transfer_organizations`;
}

async function fillContacts(tx: Tx, rows: RowsOf): Promise<void> {
  const { from, to } = rows;
  await recreate(
    tx,
    'transfer_contacts',
    'old_id bigint, new_id bigint, organization_id bigint, outcome text, lost jsonb, position int',
  );
  const chosen =
    rows.mode === 'copy-linked' ? Prisma.sql`AND c.id IN (${linkedContacts(rows)})` : Prisma.empty;
  await tx.$executeRaw`
    INSERT INTO transfer_contacts
    SELECT c.id, CASE WHEN w.id IS NULL THEN ${newId(rows, Prisma.sql`c.id`, 'contacts_id_seq')} ELSE w.id END,
      m.new_id,
      CASE WHEN w.id IS NULL THEN ${alone(rows)} WHEN lost.fields IS NULL THEN 'merged' ELSE 'conflict' END,
      lost.fields, (SELECT count(*) FROM transfer_organizations) + row_number() OVER (ORDER BY c.id)
    FROM contacts c
    LEFT JOIN contacts w ON w.crm_group_id = ${to} AND w.email IS NOT NULL AND lower(w.email) = lower(c.email)
    LEFT JOIN transfer_organizations m ON m.old_id = c.organization_id
    CROSS JOIN LATERAL (SELECT CASE WHEN w.id IS NOT NULL THEN nullif(jsonb_strip_nulls(jsonb_build_object(
      'firstName', CASE WHEN w.first_name <> c.first_name THEN c.first_name END,
      'lastName', CASE WHEN w.last_name <> c.last_name THEN c.last_name END,
      'email', CASE WHEN w.email <> c.email THEN c.email END,
      'phone', CASE WHEN w.phone <> c.phone THEN c.phone END,
      'description', CASE WHEN w.description <> c.description THEN c.description END,
      'organization', CASE WHEN w.organization_id <> m.new_id THEN (
        SELECT o.name FROM organizations o WHERE o.crm_group_id = ${from} AND o.id = c.organization_id) END,
      'active', CASE WHEN w.active <> c.active THEN c.active END)), '{}') END AS fields) lost
    WHERE c.crm_group_id = ${from} ${chosen}`;
  await tx.$executeRaw`ANALYZE transfer_contacts`;
}

/** Counts what the filled tables have decided. */
export async function countRows(tx: Tx, { from }: Pair): Promise<TransferCounts> {
  const rows = await tx.$queryRaw<{ kind: keyof TransferCounts; outcome: string; n: bigint }[]>`
    SELECT 'contacts' AS kind, outcome, count(*) AS n FROM transfer_contacts GROUP BY outcome
    UNION ALL SELECT 'organizations', outcome, count(*) FROM transfer_organizations GROUP BY outcome
    UNION ALL SELECT 'links', 'moved', count(*) FROM issue_contacts l
      WHERE l.crm_group_id = ${from} AND l.issue_id IN (SELECT id FROM transfer_issues) HAVING count(*) > 0`;
  const of = (kind: keyof TransferCounts): OutcomeCounts =>
    Object.fromEntries(rows.filter((row) => row.kind === kind).map((row) => [row.outcome, Number(row.n)]));
  return { contacts: of('contacts'), organizations: of('organizations'), links: of('links') };
}

/**
 * Carries out what the filled tables have decided, one statement for each kind of row however many there are. Two
 * links of an issue never meet in one contact: all its links are in one crm group, where an address is unique.
 */
export async function applyRows(tx: Tx, rows: RowsOf, now: Date): Promise<void> {
  await tx.$executeRaw`SET CONSTRAINTS ALL DEFERRED`;
  await fillBlanks(tx, rows, now);
  if (rows.mode === 'move') await moveCustomers(tx, rows);
  else await copyCustomers(tx, rows);
  await tx.$executeRaw`
    UPDATE issue_contacts l SET crm_group_id = ${rows.to}, contact_id = m.new_id
    FROM transfer_contacts m
    WHERE l.crm_group_id = ${rows.from} AND l.contact_id = m.old_id
      AND l.issue_id IN (SELECT id FROM transfer_issues)`;
  await tx.$executeRaw`
    UPDATE issues i SET crm_group_id = ${rows.to} FROM transfer_issues t WHERE i.id = t.id`;
  if (rows.mode === 'move') await deleteDuplicates(tx, rows);
}

/** The row that stays wins; what it left blank it takes from its duplicate. */
async function fillBlanks(tx: Tx, { from, to }: RowsOf, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE organizations w SET default_rate = coalesce(w.default_rate, o.default_rate),
      description = coalesce(w.description, o.description), version = w.version + 1, updated_at = ${now}
    FROM transfer_organizations m JOIN organizations o ON o.crm_group_id = ${from} AND o.id = m.old_id
    WHERE m.outcome IN ('merged', 'conflict') AND w.crm_group_id = ${to} AND w.id = m.new_id
      AND ((w.default_rate IS NULL AND o.default_rate IS NOT NULL)
        OR (w.description IS NULL AND o.description IS NOT NULL))`;
  await tx.$executeRaw`
    UPDATE contacts w SET phone = coalesce(w.phone, c.phone), description = coalesce(w.description, c.description),
      organization_id = coalesce(w.organization_id, m.organization_id), version = w.version + 1, updated_at = ${now}
    FROM transfer_contacts m JOIN contacts c ON c.crm_group_id = ${from} AND c.id = m.old_id
    WHERE m.outcome IN ('merged', 'conflict') AND w.crm_group_id = ${to} AND w.id = m.new_id
      AND ((w.phone IS NULL AND c.phone IS NOT NULL) OR (w.description IS NULL AND c.description IS NOT NULL)
        OR (w.organization_id IS NULL AND m.organization_id IS NOT NULL))`;
}

async function moveCustomers(tx: Tx, { from, to }: RowsOf): Promise<void> {
  await tx.$executeRaw`
    UPDATE organizations o SET crm_group_id = ${to} FROM transfer_organizations m
    WHERE o.crm_group_id = ${from} AND o.id = m.old_id AND m.outcome = 'moved'`;
  await tx.$executeRaw`
    UPDATE contacts c SET crm_group_id = ${to}, organization_id = m.organization_id FROM transfer_contacts m
    WHERE c.crm_group_id = ${from} AND c.id = m.old_id AND m.outcome = 'moved'`;
}

async function copyCustomers(tx: Tx, { from, to }: RowsOf): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO organizations (crm_group_id, id, name, default_rate, description, active, created_at, updated_at)
    SELECT ${to}, m.new_id, o.name, o.default_rate, o.description, o.active, o.created_at, o.updated_at
    FROM transfer_organizations m JOIN organizations o ON o.crm_group_id = ${from} AND o.id = m.old_id
    WHERE m.outcome = 'copied'`;
  await tx.$executeRaw`
    INSERT INTO contacts (crm_group_id, id, organization_id, first_name, last_name, email, phone, description,
      active, created_at, updated_at)
    SELECT ${to}, m.new_id, m.organization_id, c.first_name, c.last_name, c.email, c.phone, c.description,
      c.active, c.created_at, c.updated_at
    FROM transfer_contacts m JOIN contacts c ON c.crm_group_id = ${from} AND c.id = m.old_id
    WHERE m.outcome = 'copied'`;
}

/** Last: RESTRICT does not wait for the end of the transaction, so nothing may lead to them any more. */
async function deleteDuplicates(tx: Tx, { from }: RowsOf): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM contacts c USING transfer_contacts m
    WHERE c.crm_group_id = ${from} AND c.id = m.old_id AND m.outcome IN ('merged', 'conflict')`;
  await tx.$executeRaw`
    DELETE FROM organizations o USING transfer_organizations m
    WHERE o.crm_group_id = ${from} AND o.id = m.old_id AND m.outcome IN ('merged', 'conflict')`;
}
