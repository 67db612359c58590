import { findKnownPlace, type KnownPlace, markRemoved } from '../../db/queries/known-places.ts';
import { knownGroups, lockGroups, moveGroup } from '../../db/queries/transfers-places.ts';
import { groupPlace, type Place, projectPlace } from '../../domain/actor.ts';
import type { Transfer } from '../../domain/transfer-report.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryGroup, DirectoryHierarchy, DirectoryProject } from '../ports.ts';
import { transferGroup } from '../transfers/transfer-group.ts';
import { transferProject } from '../transfers/transfer-project.ts';

/** What came of GitLab's word on a place. */
export interface PlaceSettled {
  /** Null when the place was not known before. */
  readonly before: KnownPlace | null;
  readonly fullPath: string;
  readonly transfers: readonly Transfer[];
}

/** What is known of a group or project; null when nothing is. */
export function knownPlace(deps: Pick<ServiceDeps, 'database'>, place: Place): Promise<KnownPlace | null> {
  return deps.database.transaction((tx) => findKnownPlace(tx, place));
}

/**
 * Takes GitLab's word on a group: paths below it follow a new name, customers follow a move; without anybody's right
 * to bring them the transfer is held. A repeat changes nothing.
 */
export async function settleGroupPlace(
  deps: ServiceDeps,
  hierarchy: DirectoryHierarchy,
): Promise<PlaceSettled> {
  const [group] = hierarchy.chain;
  const before = await knownPlace(deps, groupPlace(group.id));
  await followRenames(deps, hierarchy.chain);
  const { transfers } = await transferGroup(deps, null, { hierarchy });
  return { before, fullPath: group.fullPath, transfers };
}

/** The same for a project and the groups above it. */
export async function settleProjectPlace(
  deps: ServiceDeps,
  project: DirectoryProject,
): Promise<PlaceSettled> {
  const before = await knownPlace(deps, projectPlace(project.id));
  await followRenames(deps, project.hierarchy?.chain ?? []);
  const transfers = await transferProject(deps, null, { project });
  return { before, fullPath: project.fullPath, transfers };
}

/** Notes that GitLab has a group or project no more. False when that was known, or the place was not. */
export function settleRemoval(deps: ServiceDeps, place: Place): Promise<boolean> {
  return deps.database.transaction((tx) => markRemoved(tx, place, deps.now()));
}

/**
 * Gives everything below renamed groups its new path. A hierarchy in which a group has moved as well is left to the
 * transfer, which writes the paths itself.
 */
async function followRenames(deps: ServiceDeps, chain: readonly DirectoryGroup[]): Promise<void> {
  const root = chain.at(-1);
  if (!root) return;
  const ids = chain.map(({ id }) => id);
  await deps.database.transaction(async (tx) => {
    const before = new Map((await knownGroups(tx, ids)).map((group) => [group.id, group]));
    const known = chain.filter(({ id }) => before.has(id));
    if (known.some(({ id, parentId }) => before.get(id)?.parentId !== parentId)) return;
    if (known.every(({ id, fullPath }) => before.get(id)?.fullPath === fullPath)) return;
    await lockGroups(tx, ids);
    for (const group of known.reverse()) {
      const [current] = await knownGroups(tx, [group.id]);
      if (!current || current.fullPath === group.fullPath) continue;
      await moveGroup(tx, { group, formerPath: current.fullPath, rootId: root.id, at: deps.now() });
    }
  });
}
