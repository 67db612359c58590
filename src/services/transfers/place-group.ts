import type { Tx } from '../../db/client.ts';
import { loadChain, loadGroups } from '../../db/queries/places.ts';
import { crmGroupOf, type GroupWithSettings } from '../../domain/crm-group.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { CrmGroupTarget } from '../../policy/authorize.ts';

/** Where a known group stands: itself, what is above it up to the root, and the crm group that applies. */
export interface PlacedGroup {
  readonly own: GroupWithSettings;
  readonly chain: readonly GroupId[];
  readonly crmGroup: GroupId;
}

/** Null for a group that is not known. */
export async function placeGroup(tx: Tx, group: GroupId): Promise<PlacedGroup | null> {
  const [own, ...above] = await loadChain(tx, group);
  if (!own) return null;
  return { own, chain: [own, ...above].map(({ id }) => id), crmGroup: crmGroupOf([own, ...above]) };
}

/** The same for a group that must be known. */
export async function getPlacedGroup(tx: Tx, group: GroupId): Promise<PlacedGroup> {
  const placed = await placeGroup(tx, group);
  if (!placed) throw new Error(`group ${group} is not known`);
  return placed;
}

/** A crm group as the policy looks at it. */
export async function getCrmGroup(tx: Tx, group: GroupId): Promise<CrmGroupTarget> {
  const found = (await getCrmGroups(tx, [group])).get(group);
  if (!found) throw new Error(`group ${group} is not known`);
  return found;
}

/** Several by id; those that are not known are absent. */
export async function getCrmGroups(
  tx: Tx,
  groups: readonly GroupId[],
): Promise<ReadonlyMap<GroupId, CrmGroupTarget>> {
  const found = await loadGroups(tx, groups);
  return new Map(
    found.map(({ id, fullPath, crmEnabled }) => [id, { kind: 'crm_group', id, fullPath, crmEnabled }]),
  );
}
