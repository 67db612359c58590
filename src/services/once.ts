import type { Tx } from '../db/client.ts';
import { claimRun, saveRun } from '../db/queries/command-runs.ts';
import type { Actor } from '../domain/actor.ts';
import { fromJson, toJson } from '../domain/json.ts';
import type { ServiceDeps } from './deps.ts';

/**
 * Runs a change in one transaction and keeps its result with it, so that the same command of the same request,
 * come again after a crash or by a double click, changes nothing and gives the first result. A change that throws
 * leaves nothing behind.
 */
export function once<Result>(
  deps: Pick<ServiceDeps, 'database'>,
  actor: Pick<Actor, 'runKey' | 'position'>,
  change: { command: string; run: (tx: Tx) => Promise<Result> },
): Promise<Result> {
  const key = { runKey: actor.runKey, position: actor.position };
  return deps.database.transaction(async (tx) => {
    const before = await claimRun(tx, key, change.command);
    if (before) return fromJson<Result>(before.result);
    const result = await change.run(tx);
    await saveRun(tx, key, toJson(result));
    return result;
  });
}
