import { crmGroupOf, type GroupWithSettings } from '../../domain/crm-group.ts';
import { type GroupId, groupId } from '../../domain/ids.ts';
import type { Read, Statement } from '../read.ts';

/** A known group and the crm group that applies there. */
export interface GroupPlace {
  readonly own: GroupWithSettings & { readonly name: string };
  readonly crmGroup: GroupWithSettings;
}

interface ChainRow {
  start: string;
  id: string;
  full_path: string;
  name: string;
  crm_enabled: boolean;
  source_group_id: string | null;
  source_path: string | null;
  source_enabled: boolean;
  /** In seconds. */
  checked_at: number;
  removed: boolean;
}

const chainsOf = (which: string): string => `WITH RECURSIVE chain AS (
      SELECT g.id AS start, g.id, g.parent_id, g.full_path, g.name, g.checked_at, g.removed_at, 0 AS depth
      FROM groups g WHERE g.id ${which}
      UNION ALL
      SELECT c.start, g.id, g.parent_id, g.full_path, g.name, g.checked_at, g.removed_at, c.depth + 1
      FROM groups g JOIN chain c ON g.id = c.parent_id WHERE c.depth < 30
    )
    SELECT c.start, c.id, c.full_path, c.name, coalesce(s.crm_enabled, true) AS crm_enabled, s.source_group_id,
      source.full_path AS source_path, coalesce(at_source.crm_enabled, true) AS source_enabled,
      date_part('epoch', c.checked_at) AS checked_at, c.removed_at IS NOT NULL AS removed
    FROM chain c LEFT JOIN group_settings s ON s.group_id = c.id
    LEFT JOIN groups source ON source.id = s.source_group_id
    LEFT JOIN group_settings at_source ON at_source.group_id = s.source_group_id
    ORDER BY c.start, c.depth`;

const CHAINS: Statement = { name: 'graphql_chains', text: chainsOf('= ANY ($1::bigint[])') };
/** An array is planned anew each time, for which the planner takes longer than the statement. */
const CHAIN: Statement = { name: 'graphql_chain', text: chainsOf('= $1::bigint') };

/** Several groups in one statement; those that are not known are absent. */
export async function readPlaces(read: Read, groups: readonly GroupId[]): Promise<Map<GroupId, GroupPlace>> {
  const rows = await (groups.length === 1 ? read<ChainRow>(CHAIN, groups) : read<ChainRow>(CHAINS, [groups]));
  const chains = new Map<string, ChainRow[]>();
  for (const row of rows) {
    const chain = chains.get(row.start) ?? [];
    chain.push(row);
    chains.set(row.start, chain);
  }
  return new Map([...chains].map(([start, chain]) => [groupId(start), placeOf(chain)]));
}

/** A group of a chain, as GitLab had it when it was last heard of. */
export interface ChainLink {
  readonly id: GroupId;
  readonly fullPath: string;
  readonly name: string;
  readonly checkedAt: Date;
  readonly removed: boolean;
}

/** Where a known group stands, from itself up to its root; null for one that is not known. */
export async function readChain(
  read: Read,
  group: GroupId,
): Promise<{ place: GroupPlace; chain: readonly ChainLink[] } | null> {
  const rows = await read<ChainRow>(CHAIN, [group]);
  if (rows.length === 0) return null;
  const chain = rows.map((row) => ({
    id: groupId(row.id),
    fullPath: row.full_path,
    name: row.name,
    checkedAt: new Date(Math.round(row.checked_at * 1_000)),
    removed: row.removed,
  }));
  return { place: placeOf(rows), chain };
}

const toGroup = (row: ChainRow): GroupPlace['own'] => ({
  id: groupId(row.id),
  fullPath: row.full_path,
  name: row.name,
  crmEnabled: row.crm_enabled,
  sourceGroupId: row.source_group_id === null ? null : groupId(row.source_group_id),
});

function placeOf(rows: readonly ChainRow[]): GroupPlace {
  const [own, ...above] = rows.map(toGroup);
  if (!own) throw new Error('a chain has at least its own group');
  const id = crmGroupOf([own, ...above]);
  return { own, crmGroup: [own, ...above].find((group) => group.id === id) ?? sourceIn(rows, id) };
}

function sourceIn(rows: readonly ChainRow[], id: GroupId): GroupWithSettings {
  const row = rows.find((candidate) => candidate.source_group_id === String(id));
  return {
    id,
    fullPath: row?.source_path ?? '',
    crmEnabled: row?.source_enabled ?? false,
    // Not followed: a source's own source does not count.
    sourceGroupId: null,
  };
}

interface HolderRow {
  id: string;
  full_path: string;
}

const HOLDERS = {
  contact: {
    name: 'graphql_contact_holder',
    text: 'SELECT g.id, g.full_path FROM contacts c JOIN groups g ON g.id = c.crm_group_id WHERE c.id = $1',
  },
  organization: {
    name: 'graphql_organization_holder',
    text: 'SELECT g.id, g.full_path FROM organizations o JOIN groups g ON g.id = o.crm_group_id WHERE o.id = $1',
  },
} as const satisfies Record<string, Statement>;

/** The group that holds a contact or organization of this id; null when there is none. */
export async function readHolder(
  read: Read,
  kind: keyof typeof HOLDERS,
  id: bigint,
): Promise<{ id: GroupId; fullPath: string } | null> {
  const [row] = await read<HolderRow>(HOLDERS[kind], [id]);
  return row ? { id: groupId(row.id), fullPath: row.full_path } : null;
}
