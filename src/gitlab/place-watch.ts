import { type Place, placeKey } from '../domain/actor.ts';
import type { ProjectId } from '../domain/ids.ts';
import type { PlaceSettled } from '../services/places/settle-place.ts';
import type { Directory, DirectoryHierarchy, DirectoryProject } from '../services/ports.ts';
import type { DirectoryEvent, ToldPlace } from './directory-event.ts';
import type { Handled, InboundDelivery } from './handler-types.ts';
import { toldPlaces } from './told-places.ts';

export interface PlaceWatchDeps {
  readonly directory: Pick<Directory, 'project' | 'group'> & { forget(event: DirectoryEvent): void };
  readonly known: (
    place: Place,
  ) => Promise<{ readonly fullPath: string; readonly isRemoved: boolean } | null>;
  readonly settleGroup: (hierarchy: DirectoryHierarchy) => Promise<PlaceSettled>;
  readonly settleProject: (project: DirectoryProject) => Promise<PlaceSettled>;
  /** False when it was known. */
  readonly settleRemoval: (place: Place) => Promise<boolean>;
  /** Sees to it that a project which is heard of has its webhook; gives a line for the ledger, or null. */
  readonly projectMet: (project: ProjectId, how: { mayFail: boolean }) => Promise<string | null>;
}

type Handle<Tx> = (delivery: InboundDelivery, signal: AbortSignal) => Promise<Handled<Tx>>;

/**
 * Compares where each delivery says that projects and groups are with what is known of them, before it is handled.
 * GitLab tells nobody that a group was put under another one; the next hook from below it has another path. Where
 * they differ GitLab is asked by id, and its answer settled: once, since that mends the paths of all that is below.
 */
export function watchPlaces<Tx>(deps: PlaceWatchDeps, handle: Handle<Tx>): Handle<Tx> {
  const check = createPlaceCheck(deps);
  return async (delivery, signal) => {
    signal.throwIfAborted();
    const lines: string[] = [];
    for (const told of toldPlaces(bodyOf(delivery))) {
      lines.push(...(await check(told)), ...(await met(deps, told, delivery)));
    }
    const handled = await handle(delivery, signal);
    return lines.length === 0 ? handled : { ...handled, outcome: [...lines, handled.outcome].join('; ') };
  };
}

function bodyOf({ body }: InboundDelivery): unknown {
  return body === null ? null : (JSON.parse(Buffer.from(body).toString('utf8')) as unknown);
}

const EVERY_PLACE: DirectoryEvent = { userId: null, placesChanged: true };

/** One question at a time for each place; no line when it is where it was thought to be, or was never heard of. */
function createPlaceCheck(deps: PlaceWatchDeps): (told: ToldPlace) => Promise<string[]> {
  const flights = new Map<string, Promise<string | null>>();
  return async (told) => {
    const known = await deps.known(told.place);
    if (known === null) return [];
    if (told.isDestroyed ? known.isRemoved : samePath(known.fullPath, told.fullPath)) return [];
    const key = placeKey(told.place);
    const flight = flights.get(key) ?? settle(deps, told).finally(() => flights.delete(key));
    flights.set(key, flight);
    return lineOf(await flight);
  };
}

const lineOf = (line: string | null): string[] => (line === null ? [] : [line]);

/** A system hook is the only one that tells of a new project, so it is tried again; others have work of their own to do. */
async function met(deps: PlaceWatchDeps, told: ToldPlace, { source }: InboundDelivery): Promise<string[]> {
  const { place, isDestroyed } = told;
  if (place.kind !== 'project' || isDestroyed) return [];
  return lineOf(await deps.projectMet(place.id, { mayFail: source !== 'gitlab-system' }));
}

async function settle(deps: PlaceWatchDeps, told: ToldPlace): Promise<string | null> {
  const { directory } = deps;
  const { place } = told;
  const name = `${place.kind} ${place.id}`;
  directory.forget(EVERY_PLACE);
  const found = await read(directory, place);
  if (found === null) {
    return told.isDestroyed && (await deps.settleRemoval(place)) ? `${name} is gone` : null;
  }
  const { before, fullPath, transfers } = await found.settle(deps);
  const states = transfers.map(({ kind, state }) => `${kind} transfer ${state}`);
  if (states.length === 0 && before?.fullPath === fullPath) return null;
  return [`${name} is now ${fullPath}`, ...states].join(', ');
}

interface Found {
  readonly fullPath: string;
  settle(deps: PlaceWatchDeps): Promise<PlaceSettled>;
}

async function read(directory: PlaceWatchDeps['directory'], place: Place): Promise<Found | null> {
  if (place.kind === 'group') {
    const hierarchy = await directory.group(place.id);
    if (hierarchy === null) return null;
    return { fullPath: hierarchy.chain[0].fullPath, settle: (deps) => deps.settleGroup(hierarchy) };
  }
  const project = await directory.project(place.id);
  if (project === null) return null;
  return { fullPath: project.fullPath, settle: (deps) => deps.settleProject(project) };
}

const samePath = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
