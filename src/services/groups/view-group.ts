import { type GroupPlace, readPlaces } from '../../db/queries/read-places.ts';
import { type Actor, groupPlace, roleAt } from '../../domain/actor.ts';
import type { GroupId } from '../../domain/ids.ts';
import { roleReaches } from '../../domain/roles.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryHierarchy } from '../ports.ts';
import { type OpenedCrmGroup, recordAndLoad, withGroupRoles } from './open-crm-group.ts';

/** A group that the actor may see, with the crm group that applies in it. */
export interface ViewedGroup extends OpenedCrmGroup {
  readonly name: string;
  readonly parentId: GroupId | null;
  /** Whether CRM is on for the group itself. */
  readonly crmEnabled: boolean;
}

/** Opens groups to look into them; it keeps what it has recorded, so there is one for the whole program. */
export interface GroupViewer {
  /** By id or full path; null when there is none or the actor holds no role there. Grants nothing more. */
  view(actor: Actor, reference: GroupId | string): Promise<ViewedGroup | null>;
  /** Known groups with their settings as they are now; the others are absent. */
  places(groups: readonly GroupId[]): Promise<Map<GroupId, GroupPlace>>;
}

const RECORDED_FOR_MS = 60_000;
const MAX_RECORDED = 10_000;

/**
 * A viewer. What GitLab says of a hierarchy is written down when it is new and once a minute, not at every look;
 * settings are read at every look, by one statement for all who look at the same time.
 */
export function createGroupViewer(deps: ServiceDeps): GroupViewer {
  const recorded = new Map<GroupId, { said: string; at: number }>();
  const places = sharedReads(deps);

  const record = async (hierarchy: DirectoryHierarchy): Promise<void> => {
    const [{ id }] = hierarchy.chain;
    const said = hierarchy.chain.map((group) => `${group.id} ${group.fullPath} ${group.name}`).join('\n');
    const before = recorded.get(id);
    const at = deps.now().getTime();
    if (before?.said === said && at - before.at < RECORDED_FOR_MS) return;
    await recordAndLoad(deps, hierarchy);
    if (recorded.size >= MAX_RECORDED) recorded.clear();
    recorded.set(id, { said, at });
  };

  return {
    places,
    view: async (actor, reference) => {
      const hierarchy = await deps.directory.group(reference);
      if (!hierarchy) return null;
      const [group] = hierarchy.chain;
      await record(hierarchy);
      const place = (await places([group.id])).get(group.id);
      if (!place) return null;
      const { own, crmGroup } = place;
      const looking = await withGroupRoles(deps, actor, [own.id, crmGroup.id]);
      if (!roleReaches(roleAt(looking, groupPlace(own.id)), 'guest')) return null;
      const { id, fullPath, crmEnabled } = crmGroup;
      return {
        actor: looking,
        group: { id: own.id, fullPath: own.fullPath },
        crmGroup: { kind: 'crm_group', id, fullPath, crmEnabled },
        name: own.name,
        parentId: group.parentId,
        crmEnabled: own.crmEnabled,
      };
    },
  };
}

/**
 * One statement at a time: whoever asks while it runs waits for the next, which is for all of them. None is given
 * what was read before they asked.
 */
function sharedReads({ database }: ServiceDeps): GroupViewer['places'] {
  let wanted = new Set<GroupId>();
  let next: Promise<Map<GroupId, GroupPlace>> | null = null;
  let running: Promise<unknown> = Promise.resolve();
  return (groups) => {
    for (const id of groups) wanted.add(id);
    next ??= running.then(() => {
      const ids = [...wanted];
      wanted = new Set();
      next = null;
      const read = readPlaces(database.read, ids);
      running = read.catch(() => {});
      return read;
    });
    return next;
  };
}
