import { type GroupId, groupId } from '../../domain/ids.ts';
import type { PairFacts } from '../../domain/transfer-plan.ts';
import type { Tx } from '../client.ts';

/** A group with everything below it, as transfers look at it; `chain` runs from the group to its root. */
export interface ScopeOf {
  readonly subject: GroupId;
  readonly chain: readonly GroupId[];
  /** The crm group that applies at the subject. */
  readonly crmGroup: GroupId;
}

export interface Pair {
  readonly from: GroupId;
  readonly to: GroupId;
}

/** A held transfer of a group. */
export interface HeldTransfer extends Pair {
  readonly id: bigint;
  readonly subject: GroupId;
}

/**
 * Fills `transfer_groups`, which the other statements of a transfer work on: the subject and every group below it,
 * the crm group that applies in each, and the path of groups above it.
 */
export async function fillScope(tx: Tx, { subject, chain, crmGroup }: ScopeOf): Promise<void> {
  await tx.$executeRaw`DROP TABLE IF EXISTS pg_temp.transfer_groups`;
  await tx.$executeRaw`
    CREATE TEMP TABLE transfer_groups (id bigint, crm bigint, path bigint[]) ON COMMIT DROP`;
  await tx.$executeRaw`
    WITH RECURSIVE below AS (
      SELECT ${subject}::bigint AS id, ${crmGroup}::bigint AS crm, ${[...chain]}::bigint[] AS path
      UNION ALL
      SELECT g.id, coalesce(s.source_group_id, b.crm), b.path || g.id
      FROM groups g JOIN below b ON g.parent_id = b.id LEFT JOIN group_settings s ON s.group_id = g.id
      WHERE g.id <> ALL(b.path)
    ) INSERT INTO transfer_groups SELECT id, crm, path FROM below`;
  await tx.$executeRaw`ANALYZE transfer_groups`;
}

/** The groups of the scope. */
export async function groupsInScope(tx: Tx): Promise<GroupId[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`SELECT id FROM transfer_groups`;
  return rows.map((row) => groupId(row.id));
}

/** Pairs of crm groups that linked issues of the scope have and should have, unless a held transfer covers them. */
export async function uncoveredPairs(tx: Tx): Promise<Pair[]> {
  const rows = await tx.$queryRaw<{ from_id: bigint; to_id: bigint }[]>`
    SELECT i.crm_group_id AS from_id, s.crm AS to_id
    FROM transfer_groups s JOIN projects p ON p.group_id = s.id JOIN issues i ON i.project_id = p.id
    WHERE i.crm_group_id <> s.crm
      AND EXISTS (SELECT FROM issue_contacts l WHERE l.crm_group_id = i.crm_group_id AND l.issue_id = i.id)
      AND NOT EXISTS (SELECT FROM transfers h WHERE h.state = 'held' AND h.kind = 'group'
        AND h.crm_group_id = i.crm_group_id AND h.to_crm_group_id = s.crm AND h.subject_id = ANY(s.path))
    GROUP BY i.crm_group_id, s.crm ORDER BY i.crm_group_id, s.crm`;
  return rows.map((row) => ({ from: groupId(row.from_id), to: groupId(row.to_id) }));
}

/** Whether a crm group is in the scope and has customers of its own, and no held transfer is to bring them. */
export async function hasUncoveredCustomers(tx: Tx, { from, to }: Pair): Promise<boolean> {
  const rows = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM transfer_groups WHERE id = ${from})
      AND (EXISTS (SELECT FROM contacts WHERE crm_group_id = ${from})
        OR EXISTS (SELECT FROM organizations WHERE crm_group_id = ${from}))
      AND NOT EXISTS (SELECT FROM transfers h JOIN transfer_groups s ON h.subject_id = ANY(s.path)
        WHERE h.state = 'held' AND h.kind = 'group' AND h.crm_group_id = ${from} AND h.to_crm_group_id = ${to}
          AND s.id = ${from}) AS found`;
  return rows[0]?.found ?? false;
}

/** What deciding how the customers of a pair follow takes; of the scope. */
export async function pairFacts(tx: Tx, { from, to }: Pair): Promise<PairFacts> {
  const rows = await tx.$queryRaw<Record<Fact, boolean>[]>`
    WITH scope_issues AS (
      SELECT i.id FROM transfer_groups s JOIN projects p ON p.group_id = s.id JOIN issues i ON i.project_id = p.id
      WHERE s.crm = ${to} AND i.crm_group_id = ${from}
    )
    SELECT EXISTS (SELECT FROM transfer_groups WHERE id = ${from}) AS from_moved,
      EXISTS (SELECT FROM group_settings WHERE source_group_id = ${from})
        OR EXISTS (SELECT FROM groups g LEFT JOIN group_settings s ON s.group_id = g.id
          WHERE g.id = ${from} AND g.parent_id IS NULL AND s.source_group_id IS NULL)
        OR EXISTS (SELECT FROM issues i JOIN projects p ON p.id = i.project_id
          LEFT JOIN transfer_groups s ON s.id = p.group_id AND s.crm = ${to}
          WHERE i.crm_group_id = ${from} AND s.id IS NULL AND EXISTS (
            SELECT FROM issue_contacts l WHERE l.crm_group_id = i.crm_group_id AND l.issue_id = i.id)) AS in_use,
      EXISTS (SELECT FROM contacts WHERE crm_group_id = ${from}) AS has_contacts,
      EXISTS (SELECT FROM organizations WHERE crm_group_id = ${from}) AS has_organizations,
      EXISTS (SELECT FROM scope_issues i JOIN issue_contacts l ON l.issue_id = i.id
        WHERE l.crm_group_id = ${from}) AS links_contacts,
      EXISTS (SELECT FROM scope_issues i JOIN issue_contacts l ON l.issue_id = i.id
        JOIN contacts c ON c.crm_group_id = l.crm_group_id AND c.id = l.contact_id
        WHERE l.crm_group_id = ${from} AND c.organization_id IS NOT NULL) AS links_organizations`;
  const is = (fact: Fact): boolean => rows[0]?.[fact] ?? false;
  return {
    from,
    to,
    fromMoved: is('from_moved'),
    fromInUse: is('in_use'),
    has: { contacts: is('has_contacts'), organizations: is('has_organizations') },
    linked: { contacts: is('links_contacts'), organizations: is('links_organizations') },
  };
}

type Fact =
  | 'from_moved'
  | 'in_use'
  | 'has_contacts'
  | 'has_organizations'
  | 'links_contacts'
  | 'links_organizations';

/** Held transfers of these groups. */
export async function heldTransfersOf(tx: Tx, groups: readonly GroupId[]): Promise<HeldTransfer[]> {
  const rows = await tx.$queryRaw<
    { id: bigint; subject_id: bigint; crm_group_id: bigint; to_crm_group_id: bigint }[]
  >`
    SELECT id, subject_id, crm_group_id, to_crm_group_id FROM transfers
    WHERE state = 'held' AND kind = 'group' AND to_crm_group_id IS NOT NULL
      AND subject_id = ANY(${[...groups]}::bigint[]) ORDER BY id`;
  return rows.map((row) => ({
    id: row.id,
    subject: groupId(row.subject_id),
    from: groupId(row.crm_group_id),
    to: groupId(row.to_crm_group_id),
  }));
}

/**
 * Whether a held transfer still has something to decide: a linked issue below its subject whose links are in the
 * one crm group and should be in the other, or customers of a crm group that moved along. `crmGroup` applies at the
 * subject now.
 */
export async function isStillNeeded(tx: Tx, held: HeldTransfer, crmGroup: GroupId): Promise<boolean> {
  const rows = await tx.$queryRaw<{ needed: boolean }[]>`
    WITH RECURSIVE below AS (
      SELECT ${held.subject}::bigint AS id, ${crmGroup}::bigint AS crm
      UNION ALL
      SELECT g.id, coalesce(s.source_group_id, b.crm)
      FROM groups g JOIN below b ON g.parent_id = b.id LEFT JOIN group_settings s ON s.group_id = g.id
    )
    SELECT EXISTS (
        SELECT FROM below b JOIN projects p ON p.group_id = b.id JOIN issues i ON i.project_id = p.id
        WHERE b.crm = ${held.to} AND i.crm_group_id = ${held.from} AND EXISTS (
          SELECT FROM issue_contacts l WHERE l.crm_group_id = i.crm_group_id AND l.issue_id = i.id))
      OR (${crmGroup === held.to} AND EXISTS (SELECT FROM below WHERE id = ${held.from})
        AND (EXISTS (SELECT FROM contacts WHERE crm_group_id = ${held.from})
          OR EXISTS (SELECT FROM organizations WHERE crm_group_id = ${held.from}))) AS needed`;
  return rows[0]?.needed ?? false;
}

/** Whether a held transfer from one crm group to another covers issues of a group: they are frozen, not astray. */
export async function isFrozenAt(tx: Tx, pair: Pair, chain: readonly GroupId[]): Promise<boolean> {
  const rows = await tx.$queryRaw<{ frozen: boolean }[]>`
    SELECT EXISTS (SELECT FROM transfers WHERE state = 'held' AND kind = 'group' AND crm_group_id = ${pair.from}
      AND to_crm_group_id = ${pair.to} AND subject_id = ANY(${[...chain]}::bigint[])) AS frozen`;
  return rows[0]?.frozen ?? false;
}
