import type { Tx } from '../../db/client.ts';
import { isConfirmed, loadChain, loadGroup } from '../../db/queries/places.ts';
import { type ChainLink, readChain } from '../../db/queries/read-places.ts';
import { shareGroup } from '../../db/queries/transfers-places.ts';
import { type Actor, groupPlace } from '../../domain/actor.ts';
import { crmGroupOf, type GroupWithSettings } from '../../domain/crm-group.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { CrmGroupTarget } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryHierarchy } from '../ports.ts';
import { recordHierarchy } from '../transfers/record-hierarchy.ts';

/** A group somebody works in, the crm group that applies there, and the actor with their role on it. */
export interface OpenedCrmGroup {
  readonly actor: Actor;
  readonly group: { readonly id: GroupId; readonly fullPath: string };
  readonly crmGroup: CrmGroupTarget;
}

const toTarget = (group: GroupWithSettings): CrmGroupTarget => ({
  kind: 'crm_group',
  id: group.id,
  fullPath: group.fullPath,
  crmEnabled: group.crmEnabled,
});

/** The crm group of a known group as the database has it now; null when the group is not known. */
export async function loadCrmGroup(
  tx: Tx,
  group: GroupId,
): Promise<{ own: GroupWithSettings; crmGroup: CrmGroupTarget } | null> {
  const [own, ...above] = await loadChain(tx, group);
  if (!own) return null;
  const id = crmGroupOf([own, ...above]);
  const found = [own, ...above].find((candidate) => candidate.id === id) ?? (await loadGroup(tx, id));
  return found ? { own, crmGroup: toTarget(found) } : null;
}

type Loaded = NonNullable<Awaited<ReturnType<typeof loadCrmGroup>>>;

/**
 * The crm group of the group that `find` gives, held: no transfer into or out of it commits until the transaction
 * ends. Null when there is no group, or it is not known.
 */
export async function holdCrmGroup(tx: Tx, find: () => Promise<GroupId | null>): Promise<Loaded | null> {
  const load = async (): Promise<Loaded | null> => {
    const group = await find();
    return group === null ? null : loadCrmGroup(tx, group);
  };
  for (let loaded = await load(); loaded !== null; ) {
    await shareGroup(tx, loaded.crmGroup.id);
    // A transfer that was waited for may have made it another one.
    const again = await load();
    if (again?.crmGroup.id === loaded.crmGroup.id) return again;
    loaded = again;
  }
  return null;
}

/** The crm group with its settings as they are now, inside the transaction that acts on it, and held until its end. */
export async function reloadCrmGroup(tx: Tx, opened: OpenedCrmGroup): Promise<CrmGroupTarget> {
  const loaded = await holdCrmGroup(tx, async () => opened.group.id);
  if (!loaded) throw fail('not_found.group', { reference: opened.group.fullPath });
  return { ...loaded.crmGroup, ...cameBy(loaded, opened.crmGroup.asked) };
}

/**
 * Writes GitLab's word on a hierarchy, unless it is known already, and gives the crm group that applies at its lowest
 * group. A group that turns out to have moved is settled on the way, by nobody in particular.
 */
export async function recordAndLoad(
  deps: ServiceDeps,
  hierarchy: DirectoryHierarchy,
): Promise<{ own: GroupWithSettings; crmGroup: CrmGroupTarget }> {
  const group = hierarchy.chain[0];
  const found = await readChain(deps.database.read, group.id);
  if (found !== null && isRecorded(hierarchy.chain, found.chain, deps.now())) {
    return { own: found.place.own, crmGroup: toTarget(found.place.crmGroup) };
  }
  const loaded = await deps.database.transaction(async (tx) => {
    await recordHierarchy({ tx, now: deps.now(), actor: null }, hierarchy.chain);
    return loadCrmGroup(tx, group.id);
  });
  if (!loaded) throw fail('not_found.group', { reference: group.fullPath });
  return loaded;
}

/** Whether to record it would change nothing: it may be asked for at every key that is pressed. */
const isRecorded = (told: DirectoryHierarchy['chain'], known: readonly ChainLink[], now: Date): boolean =>
  told.length === known.length &&
  told.every(({ id, fullPath, name, asOf }, index) => {
    const link = known[index];
    const isSame = link?.id === id && link.fullPath === fullPath && link.name === name && !link.removed;
    return isSame && isConfirmed(link.checkedAt, asOf ?? now);
  });

/** Fetches the actor's roles at these groups beside those already known. */
export async function withGroupRoles(
  deps: ServiceDeps,
  actor: Actor,
  groups: readonly GroupId[],
): Promise<Actor> {
  const sheet = await deps.directory.roles(actor.userId, groups.map(groupPlace));
  return { ...actor, roles: new Map([...actor.roles, ...sheet]) };
}

/**
 * Finds a group by id or path and what crm group applies in it. Throws `not_found.group` when GitLab has none.
 * Grants nothing: the caller authorizes.
 */
export async function openCrmGroup(
  deps: ServiceDeps,
  actor: Actor,
  reference: GroupId | string,
): Promise<OpenedCrmGroup> {
  const hierarchy = await deps.directory.group(reference);
  const asked = typeof reference === 'string' ? reference : '';
  if (!hierarchy) throw fail('not_found.group', { reference: asked });
  const { own, crmGroup } = await recordAndLoad(deps, hierarchy);
  return {
    actor: await withGroupRoles(deps, actor, [own.id, crmGroup.id]),
    group: { id: own.id, fullPath: own.fullPath },
    crmGroup: { ...crmGroup, ...cameBy({ own, crmGroup }, asked) },
  };
}

/** How the actor came to a crm group, for refusals that must not tell more than the actor knows. */
function cameBy(
  { own, crmGroup }: { own: GroupWithSettings; crmGroup: CrmGroupTarget },
  asked: string | undefined,
): Pick<CrmGroupTarget, 'asked' | 'below'> {
  return { asked, below: own.fullPath.startsWith(`${crmGroup.fullPath}/`) ? own.id : undefined };
}
