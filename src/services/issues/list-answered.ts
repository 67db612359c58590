import { answeredComments } from '../../db/queries/command-runs.ts';
import { firstDeliveryAt } from '../../db/queries/inbox.ts';
import type { ServiceDeps } from '../deps.ts';

/**
 * Those of these comments (`note:12`, or `issue:34` for a description) that were answered, or with `orRun` whose
 * commands were at least carried out.
 */
export function listAnswered(
  { database }: Pick<ServiceDeps, 'database'>,
  keys: readonly string[],
  how: { orRun: boolean },
): Promise<ReadonlySet<string>> {
  return database.transaction((tx) => answeredComments(tx, keys, how));
}

/** When the first webhook was received; null when none was. */
export function heardSince({ database }: Pick<ServiceDeps, 'database'>): Promise<Date | null> {
  return database.transaction((tx) => firstDeliveryAt(tx));
}
