import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterIn } from '../../src/db/embedded/cluster.ts';
import { findPostmaster, isAlive } from '../../src/db/embedded/postmaster-file.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts';

/** A server to make databases on: `connectionString` names one that is there already. */
export interface TestServer {
  readonly connectionString: string;
  stop(): Promise<void>;
}

const PREFIX = 'tieline-test-';

/** The server that DATABASE_URL names, else an embedded one of our own in a directory that goes with it. */
export async function startTestServer(): Promise<TestServer> {
  const { DATABASE_URL: given } = process.env;
  if (given !== undefined && given !== '') return { connectionString: given, stop: async () => {} };
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Root's server runs as another user, who has to get there.
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, durable: false, log: () => {} });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { connectionString: server.connectionString, stop };
}

/** Servers and data of runs that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX) || isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    const directory = join(tmpdir(), name);
    const server = findPostmaster(clusterIn(directory).directory);
    if (server !== null) process.kill(server.pid, 'SIGQUIT');
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  }
}
