import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase, type Database, SEARCHES_AT_ONCE } from '../../src/db/client.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts';
import { migrate } from '../../src/db/migrate.ts';
import { fill, type Size } from './data.ts';

export interface Bench {
  readonly database: Database;
  readonly byHand: pg.Pool;
  close(): Promise<void>;
}

/** As a server of this size would be set up; what PostgreSQL comes with is meant for the smallest. */
const SETTINGS: Record<string, string> = {
  shared_buffers: '1GB',
  work_mem: '16MB',
  effective_cache_size: '4GB',
  random_page_cost: '1.1',
  max_wal_size: '8GB',
  max_parallel_workers_per_gather: '0',
};

interface BenchOptions {
  readonly callers: number;
  readonly log: (line: string) => void;
}

/** A server in a directory of its own, filled and analyzed; or the database that BENCH_DATABASE_URL names, as it is. */
export async function openBench(size: Size, { callers, log }: BenchOptions): Promise<Bench> {
  const { BENCH_DATABASE_URL: given } = process.env;
  const server = given === undefined ? await startFilled(size, log) : { url: given, stop: async () => {} };
  const database = createDatabase({ connectionString: server.url, maxConnections: callers });
  const byHand = new pg.Pool({ connectionString: server.url, max: SEARCHES_AT_ONCE });
  // The server ends while the last connections are still leaving.
  byHand.on('error', () => {});
  return {
    database,
    byHand,
    close: async () => {
      await Promise.all([database.close(), byHand.end()]);
      await server.stop();
    },
  };
}

/** A filled and analyzed server in a directory of its own, which goes with it. */
export async function startFilled(
  size: Size,
  log: (line: string) => void,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tieline-bench-search-'));
  // Root's server runs as another user, who has to get there.
  await chmod(dataDir, 0o711);
  const options = { dataDir, durable: false, log };
  try {
    const first = await startEmbeddedPostgres(options);
    await withClient(first.connectionString, async (client) => {
      for (const [name, value] of Object.entries(SETTINGS)) {
        await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
      }
    });
    await first.stop();
    const server = await startEmbeddedPostgres(options);
    await migrate(server.connectionString);
    await withClient(server.connectionString, (client) => fill(client, size, log));
    const stop = () => server.stop().finally(() => rm(dataDir, { recursive: true, force: true }));
    return { url: server.connectionString, stop };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
