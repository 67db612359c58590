import type { Place } from '../../domain/actor.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';

/** A group or project as it was last heard of. */
export interface KnownPlace {
  readonly fullPath: string;
  readonly name: string;
  readonly isRemoved: boolean;
}

const tableOf = (kind: Place['kind']): Prisma.Sql =>
  kind === 'group' ? Prisma.sql`groups` : Prisma.sql`projects`;

/** What is known of a place; null when nothing is. */
export async function findKnownPlace(tx: Tx, { kind, id }: Place): Promise<KnownPlace | null> {
  const rows = await tx.$queryRaw<{ full_path: string; name: string; removed: boolean }[]>`
    SELECT full_path, name, removed_at IS NOT NULL AS removed FROM ${tableOf(kind)} WHERE id = ${id}`;
  const [row] = rows;
  return row ? { fullPath: row.full_path, name: row.name, isRemoved: row.removed } : null;
}

/** Notes that GitLab has a place no more; what belongs to it is kept. False when that was known. */
export async function markRemoved(tx: Tx, { kind, id }: Place, now: Date): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE ${tableOf(kind)} SET removed_at = ${now} WHERE id = ${id} AND removed_at IS NULL`;
  return changed > 0;
}

/** Which known places to list: in order of id, those after `after`, of everywhere or of a group and all below it. */
export interface PlaceList {
  readonly kind: Place['kind'];
  readonly below: GroupId | null;
  readonly after: bigint;
  readonly limit: number;
}

/** Ids of places that GitLab has, as far as is known. */
export async function listKnownPlaces(tx: Tx, { kind, below, after, limit }: PlaceList): Promise<bigint[]> {
  const group = kind === 'group' ? Prisma.sql`p.id` : Prisma.sql`p.group_id`;
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM groups WHERE id = ${below}::bigint
      UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id
    )
    SELECT p.id FROM ${tableOf(kind)} p
    WHERE p.id > ${after} AND p.removed_at IS NULL
      AND (${below}::bigint IS NULL OR ${group} IN (SELECT id FROM below))
    ORDER BY p.id LIMIT ${limit}`;
  return rows.map((row) => row.id);
}
