import { claimSweep, savePosition } from '../../db/queries/sweep-positions.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SweepReport } from './report.ts';
import { OutOfRequestsError, type SweepSource } from './source.ts';
import { sweepDeliveries } from './sweep-deliveries.ts';
import { sweepIssues, sweepUnfollowed } from './sweep-issues.ts';
import { forgetPlacesSwept, type Sweeping, sweepPlaces } from './sweep-places.ts';

/** After this a sweep whose process died no longer keeps others from theirs. */
const CLAIM_MS = 30 * 60_000;

/**
 * Compares what is known with GitLab and mends what differs: hooks that were not received, where groups and projects are, by id,
 * and the issues that changed since the last sweep. Ends when it is through or has no requests left; the next one goes on there.
 * Null when another sweep is under way. `group` limits it to a group and all below. Throws `not_found.group`.
 */
export async function sweep(
  deps: ServiceDeps,
  source: SweepSource,
  { group = null }: { group?: string | null } = {},
): Promise<SweepReport | null> {
  const { database, now } = deps;
  const until = new Date(now().getTime() + CLAIM_MS);
  if (!(await database.transaction((tx) => claimSweep(tx, now(), until)))) return null;
  try {
    return await claimed(deps, source, group);
  } finally {
    await database.transaction((tx) => savePosition(tx, { scope: 'claim', position: null }, now()));
  }
}

async function claimed(deps: ServiceDeps, source: SweepSource, group: string | null): Promise<SweepReport> {
  const below = group === null ? null : await groupCalled(source, group);
  const counts = { deliveries: 0, groups: 0, projects: 0, issues: 0 };
  const sweeping: Sweeping = { deps, source, below, mended: [], counts };
  let isComplete = true;
  try {
    await sweepPlaces(sweeping, 'group');
    await sweepPlaces(sweeping, 'project');
    const watched = below === null ? (await source.rootGroups()).map(({ id }) => id) : [below];
    for (const root of watched) await sweepIssues(sweeping, root);
    await sweepUnfollowed(sweeping);
    if (below === null) await sweepHooks(sweeping);
    if (below === null) await sweepDeliveries(sweeping);
    await forgetPlacesSwept(sweeping);
  } catch (error) {
    if (!(error instanceof OutOfRequestsError)) throw error;
    isComplete = false;
  }
  return { isComplete, requests: source.requests(), ...counts, mended: sweeping.mended };
}

async function sweepHooks({ source, mended }: Sweeping): Promise<void> {
  for (const { id, fullPath } of await source.newProjects()) {
    mended.push({ kind: 'project', id, reference: fullPath, what: 'hooked', detail: null });
  }
}

async function groupCalled(source: SweepSource, path: string): Promise<GroupId> {
  const hierarchy = await source.groupByPath(path);
  if (!hierarchy) throw fail('not_found.group', { reference: path });
  return hierarchy.chain[0].id;
}
