import { findPosition, savePosition } from '../../db/queries/sweep-positions.ts';
import type { Sweeping } from './sweep-places.ts';

const SCOPE = 'deliveries';
/** GitLab shows its log for two days. */
const MAX_BACK_MS = 2 * 24 * 60 * 60_000;
/** A delivery is in the log when its receiver has answered, or not: ten seconds, and clocks differ. */
const OVERLAP_MS = 5 * 60_000;

/** Takes up the hooks that GitLab knows were not received since the last sweep; they are handled like any other. */
export async function sweepDeliveries({ deps, source, counts }: Sweeping): Promise<void> {
  const { database, now } = deps;
  const begun = now().getTime();
  const kept = await database.transaction((tx) => findPosition(tx, SCOPE));
  const earliest = begun - MAX_BACK_MS;
  const since = new Date(kept === null ? earliest : Math.max(earliest, Date.parse(kept)));
  counts.deliveries = await source.missedDeliveries(since);
  const position = new Date(begun - OVERLAP_MS).toISOString();
  await database.transaction((tx) => savePosition(tx, { scope: SCOPE, position }, now()));
}
