import type { GroupId } from './ids.ts';

/** What deciding the crm group of a place needs of one group. */
export interface GroupWithSettings {
  readonly id: GroupId;
  readonly fullPath: string;
  /** No settings row means enabled. */
  readonly crmEnabled: boolean;
  readonly sourceGroupId: GroupId | null;
}

/**
 * The group whose contacts apply: the source of the nearest group that sets one, else the root. Not transitive: a
 * source's own source is not followed. `chain` runs from the group itself up to its root.
 */
export function crmGroupOf(chain: readonly [GroupWithSettings, ...GroupWithSettings[]]): GroupId {
  const nearest = chain.find((group) => group.sourceGroupId !== null);
  return nearest?.sourceGroupId ?? (chain.at(-1) ?? chain[0]).id;
}
