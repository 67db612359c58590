import type { Tx } from '../../db/client.ts';
import { loadChain, loadGroup } from '../../db/queries/places.ts';
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
  const found = await loadGroup(tx, group);
  if (!found) throw new Error(`group ${group} is not known`);
  const { id, fullPath, crmEnabled } = found;
  return { kind: 'crm_group', id, fullPath, crmEnabled };
}
