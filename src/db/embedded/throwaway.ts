import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterIn } from './cluster.ts';
import { findPostmaster, isAlive } from './postmaster-file.ts';
import { startEmbeddedPostgres } from './start.ts';

export interface ThrowawayPostgres {
  readonly connectionString: string;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

const PREFIX = 'tieline-throwaway-';

/** A server with nothing on it and nothing to lose, for tests and checks. What killed ones left is cleared away. */
export async function startThrowawayPostgres(): Promise<ThrowawayPostgres> {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const remove = () => rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  try {
    // Root's server runs as another user, who has to get there.
    await chmod(dataDir, 0o711);
    const { connectionString, stop } = await startEmbeddedPostgres({
      dataDir,
      durable: false,
      log: () => {},
    });
    return { connectionString, stop: () => stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX) || isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    // It may be another user's, or just being cleared away by another start.
    await removeWithServer(join(tmpdir(), name)).catch(() => {});
  }
}

async function removeWithServer(directory: string): Promise<void> {
  const server = findPostmaster(clusterIn(directory).directory);
  if (server !== null) process.kill(server.pid, 'SIGQUIT');
  await rm(directory, { recursive: true, force: true, maxRetries: 10 });
}
