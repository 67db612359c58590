import type { Json } from '../../domain/json.ts';
import type { Tx } from '../client.ts';

/** One command of one request. */
export interface RunKey {
  readonly runKey: string;
  readonly position: number;
}

/**
 * Claims the run for this transaction. Gives the recorded result when the command was carried out before; waits
 * for another transaction that is carrying it out now. Null means: it is ours to do.
 */
export async function claimRun(tx: Tx, run: RunKey, command: string): Promise<{ result: Json } | null> {
  const inserted = await tx.$executeRaw`
    INSERT INTO command_runs (run_key, position, command, result)
    VALUES (${run.runKey}, ${run.position}, ${command}, 'null'::jsonb) ON CONFLICT DO NOTHING`;
  if (inserted === 1) return null;
  const rows = await tx.$queryRaw<{ result: Json }[]>`
    SELECT result FROM command_runs WHERE run_key = ${run.runKey} AND position = ${run.position}`;
  return { result: rows[0]?.result ?? null };
}

/** Whether a command was carried out, by what is committed. */
export async function wasRun(tx: Tx, run: RunKey): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM command_runs WHERE run_key = ${run.runKey} AND position = ${run.position}`;
  return rows.length > 0;
}

/** Keeps what a claimed run came to. */
export async function saveRun(tx: Tx, run: RunKey, result: Json): Promise<void> {
  await tx.$executeRaw`
    UPDATE command_runs SET result = ${JSON.stringify(result)}::jsonb
    WHERE run_key = ${run.runKey} AND position = ${run.position}`;
}

/**
 * Those of these comments (`note:12`, `issue:34`) that were answered, or with `orRun` whose commands were at least
 * carried out before.
 */
export async function answeredComments(
  tx: Tx,
  keys: readonly string[],
  { orRun }: { orRun: boolean },
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ key: string }[]>`
    SELECT asked.key FROM unnest(${[...keys]}::text[]) AS asked(key)
    WHERE EXISTS (SELECT FROM outbox o WHERE o.dedupe_key = 'gitlab.reply:' || asked.key)
      OR (${orRun} AND EXISTS (SELECT FROM command_runs r WHERE r.run_key = 'gitlab:' || asked.key))`;
  return new Set(rows.map(({ key }) => key));
}
