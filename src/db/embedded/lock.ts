import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { isAlive } from './postmaster-file.ts';

// Nothing else on the embedded server uses this number: 'tieline' in ASCII.
const LOCK_KEY = '32766981629898341';
const HOLDER_PREFIX = 'tieline process ';
const RETRY_MS = 50;
const RELEASED_WITHIN_MS = 5_000;

/** The application name of a connection that may hold the lock, so that others can say who does. */
export function lockHolderName(pid: number): string {
  return `${HOLDER_PREFIX}${pid}`;
}

/**
 * Takes the data for as long as the connection lives; the server lets go of it when the process is killed.
 * Gives null when it was taken, else who has it: `pid` is null when that cannot be learned.
 */
export async function takeLock(connection: pg.Client): Promise<{ pid: number | null } | null> {
  const deadline = Date.now() + RELEASED_WITHIN_MS;
  for (;;) {
    const { rows } = await connection.query(`SELECT pg_try_advisory_lock(${LOCK_KEY}) AS taken`);
    if (rows[0]?.taken === true) return null;
    const pid = await findHolder(connection);
    const isLeaving = pid === null || !isAlive(pid);
    if (!isLeaving || Date.now() > deadline) return { pid };
    await delay(RETRY_MS);
  }
}

async function findHolder(connection: pg.Client): Promise<number | null> {
  const { rows } = await connection.query(
    `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND (classid::bigint << 32 | objid::bigint) = ${LOCK_KEY}`,
  );
  const name = String(rows[0]?.application_name ?? '');
  const pid = Number(name.slice(HOLDER_PREFIX.length));
  return name.startsWith(HOLDER_PREFIX) && Number.isInteger(pid) ? pid : null;
}
