import { listKnownPlaces } from '../../db/queries/known-places.ts';
import { findPosition, savePosition } from '../../db/queries/sweep-positions.ts';
import { groupPlace, type Place, projectPlace } from '../../domain/actor.ts';
import { type GroupId, groupId, projectId } from '../../domain/ids.ts';
import type { ServiceDeps } from '../deps.ts';
import {
  knownPlace,
  type PlaceSettled,
  settleGroupPlace,
  settleProjectPlace,
  settleRemoval,
} from '../places/settle-place.ts';
import { type Mended, mendedBy } from './report.ts';
import type { SweepSource } from './source.ts';

/** Where a sweep keeps what it found, so that it is not lost when its requests run out. */
export interface Sweeping {
  readonly deps: ServiceDeps;
  readonly source: SweepSource;
  /** Null for everything. */
  readonly below: GroupId | null;
  readonly mended: Mended[];
  readonly counts: { deliveries: number; groups: number; projects: number; issues: number };
}

const BATCH = 100;

const scopeOf = ({ below }: Sweeping, kind: Place['kind']): string => `${kind}s:${below ?? 'all'}`;

/** Lets the next sweep ask about every group and project again, when this one is through. */
export async function forgetPlacesSwept(sweeping: Sweeping): Promise<void> {
  const { database, now } = sweeping.deps;
  await database.transaction(async (tx) => {
    for (const kind of ['group', 'project'] as const) {
      await savePosition(tx, { scope: scopeOf(sweeping, kind), position: null }, now());
    }
  });
}

/** Asks GitLab about every known group or project by id, going on after the last one that was asked about. */
export async function sweepPlaces(sweeping: Sweeping, kind: Place['kind']): Promise<void> {
  const { deps, below, counts } = sweeping;
  const { database } = deps;
  const scope = scopeOf(sweeping, kind);
  let after = BigInt((await database.transaction((tx) => findPosition(tx, scope))) ?? 0);
  for (;;) {
    const ids = await database.transaction((tx) => listKnownPlaces(tx, { kind, below, after, limit: BATCH }));
    try {
      for (const id of ids) {
        await sweepPlace(sweeping, kind === 'group' ? groupPlace(groupId(id)) : projectPlace(projectId(id)));
        counts[`${kind}s`] += 1;
        after = id;
      }
    } finally {
      const position = String(after);
      await database.transaction((tx) => savePosition(tx, { scope, position }, deps.now()));
    }
    if (ids.length < BATCH) break;
  }
}

async function sweepPlace({ deps, source, mended }: Sweeping, place: Place): Promise<void> {
  const found = await look({ deps, source }, place);
  if (found === 'hidden') return;
  if (found !== null) {
    mended.push(...mendedBy(place, found));
    return;
  }
  const before = await knownPlace(deps, place);
  if (before === null || !(await settleRemoval(deps, place))) return;
  mended.push({ kind: place.kind, id: place.id, reference: before.fullPath, what: 'removed', detail: null });
}

async function look(
  { deps, source }: Pick<Sweeping, 'deps' | 'source'>,
  place: Place,
): Promise<PlaceSettled | 'hidden' | null> {
  if (place.kind === 'group') {
    const hierarchy = await source.group(place.id);
    return hierarchy === null || hierarchy === 'hidden' ? hierarchy : settleGroupPlace(deps, hierarchy);
  }
  const project = await source.project(place.id);
  return project === null || project === 'hidden' ? project : settleProjectPlace(deps, project);
}
