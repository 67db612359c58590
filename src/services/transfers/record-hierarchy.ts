import { loadChain, recordChain } from '../../db/queries/places.ts';
import {
  crmGroupsBelow,
  type KnownGroup,
  knownGroups,
  lockGroups,
  moveGroup,
  sourcesOf,
} from '../../db/queries/transfers-places.ts';
import { crmGroupOf } from '../../domain/crm-group.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { DirectoryGroup } from '../ports.ts';
import { type MovedGroup, settleGroup } from './settle-group.ts';
import type { Settling } from './settling.ts';

/**
 * Writes GitLab's word on a hierarchy, `chain` running from a group to its root. Where that word says that a known
 * group has another parent than it had, its customers follow in the same transaction, or a transfer is held; paths
 * follow a new name. An answer that is older than what is known undoes nothing: it may be a minute old, and another
 * process may have heard more. Gives the numbers of the transfers that this made; none, usually.
 */
export async function recordHierarchy(
  settling: Settling,
  chain: readonly DirectoryGroup[],
): Promise<readonly bigint[]> {
  const { tx, now } = settling;
  let moved = await movedIn(settling, chain);
  if (moved.length > 0) {
    await lockAround(settling, chain, moved);
    // Somebody else may have been told first.
    moved = await movedIn(settling, chain);
  }
  const former: MovedGroup[] = [];
  for (const group of moved) former.push(await formerPlace(settling, group.id));
  const root = chain.at(-1);
  for (const group of moved) {
    const [current] = await knownGroups(tx, [group.id]);
    if (root && current) {
      await moveGroup(tx, { group, formerPath: current.fullPath, rootId: root.id, at: now });
    }
  }
  await followNames(settling, chain);
  await recordChain(tx, chain, now);
  const made: bigint[] = [];
  for (const group of former) made.push(...(await settleGroup(settling, group)));
  return made;
}

/** Known groups of a chain whose parent is another one now, from the top down. */
async function movedIn({ tx, now }: Settling, chain: readonly DirectoryGroup[]): Promise<DirectoryGroup[]> {
  const known = await knownById(tx, chain);
  return chain
    .filter((told) => {
      const before = known.get(told.id);
      return before !== undefined && before.parentId !== told.parentId && isNews(told, before, now);
    })
    .reverse();
}

/** Gives everything below a renamed group its new path. */
async function followNames({ tx, now }: Settling, chain: readonly DirectoryGroup[]): Promise<void> {
  const root = chain.at(-1);
  const renamed = (told: DirectoryGroup, before: KnownGroup | undefined): boolean =>
    before !== undefined &&
    before.parentId === told.parentId &&
    before.fullPath !== told.fullPath &&
    isNews(told, before, now);
  const known = await knownById(tx, chain);
  if (!root || !chain.some((told) => renamed(told, known.get(told.id)))) return;
  await lockGroups(
    tx,
    chain.map(({ id }) => id),
  );
  for (const group of chain.toReversed()) {
    // The group above may just have given this one its new path.
    const [before] = await knownGroups(tx, [group.id]);
    if (!before || !renamed(group, before)) continue;
    await moveGroup(tx, { group, formerPath: before.fullPath, rootId: root.id, at: now });
  }
}

async function knownById(
  tx: Settling['tx'],
  chain: readonly DirectoryGroup[],
): Promise<ReadonlyMap<GroupId, KnownGroup>> {
  const known = await knownGroups(
    tx,
    chain.map(({ id }) => id),
  );
  return new Map(known.map((group) => [group.id, group]));
}

/** Whether an answer is at least as new as what is known. */
const isNews = ({ asOf }: DirectoryGroup, { checkedAt }: KnownGroup, now: Date): boolean =>
  (asOf ?? now) >= checkedAt;

async function formerPlace({ tx }: Settling, group: GroupId): Promise<MovedGroup> {
  const [own, ...above] = await loadChain(tx, group);
  if (!own) throw new Error(`group ${group} is not known`);
  return {
    id: group,
    formerPath: own.fullPath,
    formerChain: [own, ...above].map(({ id }) => id),
    formerCrmGroup: crmGroupOf([own, ...above]),
  };
}

/** Locks what a transfer reads and changes: the groups and the crm groups on both sides. */
async function lockAround(
  { tx }: Settling,
  chain: readonly DirectoryGroup[],
  moved: readonly DirectoryGroup[],
): Promise<void> {
  const ids = chain.map(({ id }) => id);
  const sources = await sourcesOf(tx, ids);
  const around = new Set<GroupId>([...ids, ...sources.values()]);
  for (const { id } of moved) {
    const former = await loadChain(tx, id);
    const [own, ...above] = former;
    if (own) around.add(crmGroupOf([own, ...above]));
    for (const crmGroup of await crmGroupsBelow(tx, id)) around.add(crmGroup);
  }
  await lockGroups(tx, [...around]);
}
