import { type GroupId, groupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';

/** One thing that is wrong with the installation itself. */
export interface HealthProblem {
  /** The same for as long as it is the same problem. */
  readonly key: string;
  readonly check: string;
  /** The group or project that it is about; null for the whole installation. */
  readonly path: string | null;
  readonly what: string;
  readonly todo: string;
  /** Another step is told anew: the days left of what runs out. */
  readonly step: number;
}

export interface OpenProblem extends HealthProblem {
  readonly raisedAt: Date;
}

/** Any number that nothing else in this database locks by. */
const HEALTH_LOCK = 7_405_120_932n;

/** What was wrong the last time; nobody else changes it until the transaction ends. */
export async function openProblems(tx: Tx): Promise<OpenProblem[]> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${HEALTH_LOCK}::bigint)`;
  return tx.$queryRaw<OpenProblem[]>`
    SELECT key, check_name AS "check", path, what, todo, step, raised_at AS "raisedAt" FROM health_problems
    ORDER BY raised_at, key`;
}

/** Keeps a problem as it is now. */
export async function saveProblem(tx: Tx, problem: OpenProblem): Promise<void> {
  const { key, check, path, what, todo, step, raisedAt } = problem;
  await tx.$executeRaw`
    INSERT INTO health_problems (key, check_name, path, what, todo, step, raised_at)
    VALUES (${key}, ${check}, ${path}, ${what}, ${todo}, ${step}, ${raisedAt})
    ON CONFLICT (key) DO UPDATE SET what = excluded.what, todo = excluded.todo, step = excluded.step,
      raised_at = excluded.raised_at`;
}

/** Forgets a problem that is over. */
export async function deleteProblem(tx: Tx, key: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM health_problems WHERE key = ${key}`;
}

/** The crm groups of which a channel asked to be told what is wrong. */
export async function groupsToldOfHealth(tx: Tx): Promise<{ id: GroupId; fullPath: string }[]> {
  const rows = await tx.$queryRaw<{ id: bigint; full_path: string }[]>`
    SELECT DISTINCT g.id, g.full_path FROM subscriptions s JOIN groups g ON g.id = s.crm_group_id
    WHERE s.disabled_at IS NULL AND 'health' = ANY(s.kinds)`;
  return rows.map((row) => ({ id: groupId(row.id), fullPath: row.full_path }));
}
