import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A running server, as it describes itself in its data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly socketDirectory: string;
  readonly ready: boolean;
}

/** The server that runs on this cluster, null when none does. A stale file does not count. */
export function findPostmaster(clusterDirectory: string): Postmaster | null {
  // The lines: pid, data directory, start time, port, socket directory, listen address, shared memory key, status.
  const lines = readLines(join(clusterDirectory, 'postmaster.pid'));
  const pid = Number(lines[0]);
  if (!isPostmasterOf(pid, clusterDirectory)) return null;
  return { pid, socketDirectory: lines[4]?.trim() ?? '', ready: lines[7]?.trim() === 'ready' };
}

/**
 * Removes a lock file whose pid by now belongs to some other program; PostgreSQL would take that for another
 * server and refuse to start. Files of a dead process it clears itself. Synchronous on purpose: a server that is
 * just starting must not get in between the look and the removal.
 */
export function clearReusedLock(file: string, clusterDirectory: string): void {
  // PostgreSQL writes a negative pid when it runs without a postmaster.
  const pid = Math.abs(Number(readLines(file)[0]));
  if (isAlive(pid) && !isPostmasterOf(pid, clusterDirectory)) rmSync(file, { force: true });
}

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isPostmasterOf(pid: number, clusterDirectory: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandLine(pid);
  // A process that cannot be looked at may be our server: better to refuse than to take its lock away.
  if (command === null) return true;
  return /(^|\/)postgres /.test(command) && `${command} `.includes(` ${clusterDirectory} `);
}

/** With its arguments; null when the system does not tell, empty for a process that has ended. */
function commandLine(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    }
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return isAlive(pid) ? null : '';
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
