import { createHash } from 'node:crypto';
import type { Tx } from '../../db/client.ts';
import {
  deleteProblem,
  groupsToldOfHealth,
  type HealthProblem,
  type OpenProblem,
  openProblems,
  saveProblem,
} from '../../db/queries/health.ts';
import type { ServiceDeps } from '../deps.ts';
import { announce } from '../notices/announce.ts';

export type { HealthProblem };

/** What changed since the last look, and what is wrong now. */
export interface HealthSettled {
  readonly raised: readonly HealthProblem[];
  readonly resolved: readonly HealthProblem[];
  readonly open: number;
}

/**
 * Compares what is wrong with what was wrong the last time, and tells the channels that asked for it: each problem
 * once, again at each of its steps, and when it is over. `isUnknown` names problems that nobody could look at this time;
 * they stay as they are. A channel hears of its own groups and of the whole installation, never of other groups.
 */
export function settleHealth(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  problems: readonly HealthProblem[],
  isUnknown: (problem: HealthProblem) => boolean,
): Promise<HealthSettled> {
  return database.transaction(async (tx) => {
    const before = new Map((await openProblems(tx)).map((problem) => [problem.key, problem]));
    const current = new Map(problems.map((problem) => [problem.key, problem]));
    const raised: HealthProblem[] = [];
    for (const problem of current.values()) {
      const known = before.get(problem.key);
      const isNews = known?.step !== problem.step;
      if (isNews) raised.push(problem);
      const open = { ...problem, raisedAt: known && !isNews ? known.raisedAt : now() };
      await saveProblem(tx, open);
      // Each time: a channel that asked for it meanwhile is told now, the others have been.
      await tell(tx, 'health.raised', open);
    }
    const resolved = [...before.values()].filter((old) => !current.has(old.key) && !isUnknown(old));
    for (const problem of resolved) {
      await deleteProblem(tx, problem.key);
      await tell(tx, 'health.resolved', problem);
    }
    return { raised, resolved, open: current.size };
  });
}

async function tell(
  tx: Tx,
  kind: 'health.raised' | 'health.resolved',
  { key, path, what, todo, raisedAt }: OpenProblem,
): Promise<void> {
  const sum = createHash('sha256').update(key).digest('hex').slice(0, 24);
  for (const { id, fullPath } of await groupsToldOfHealth(tx)) {
    if (path !== null && !`${path}/`.startsWith(`${fullPath}/`)) continue;
    const event = { kind, what, todo } as const;
    await announce(tx, null, { crmGroupId: id, event, key: `${sum}:${raisedAt.getTime()}` });
  }
}
