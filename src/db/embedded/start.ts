import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { findBinaryPackage, prepareBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { DataDirInUseError } from './errors.ts';
import { takeLock } from './lock.ts';
import { placeData } from './placement.ts';
import { bringUp, type RunningServer, type ServerPlan, stopServer } from './server.ts';
import { stateDirectory } from './state-directory.ts';

export interface EmbeddedOptions {
  /** Made when it does not exist. */
  readonly dataDir: string;
  readonly log: (message: string) => void;
  /** False gives up what was written when the machine fails, for speed; for tests. */
  readonly durable?: boolean;
  /** What to do when another Tieline uses the data: throw DataDirInUseError (default), or work beside it. */
  readonly whenInUse?: 'refuse' | 'join';
  /** Where to put what the server's user cannot reach; for tests. */
  readonly stateDirectory?: string;
}

export interface EmbeddedPostgres {
  readonly connectionString: string;
  /** Whether another Tieline keeps the server; then stop() leaves it running. */
  readonly joined: boolean;
  /** Closes every connection and waits until the server has ended. Safe to call twice. */
  stop(): Promise<void>;
}

const DATABASE = 'tieline';
const RESTART_AFTER_MS = 1_000;

/**
 * Serves the data directory with a PostgreSQL of our own over a UNIX socket, and holds it against a second
 * Tieline. A server left behind by a killed Tieline is taken over; one that is killed is started again.
 * Throws EmbeddedUnavailableError, DataDirInUseError, DataDirVersionError or EmbeddedStartError.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const plan = await prepare(options);
  const server = await bringUp(plan);
  const holder = await takeLock(server.connection);
  const connectionString = socketUrl(server.socketDirectory);
  if (holder === null) {
    await ensureDatabase(server.connection);
    if (server.wasRunning) options.log(`Took over the PostgreSQL left running on ${plan.cluster.directory}.`);
    return { connectionString, joined: false, stop: keepRunning(plan, server, options.log) };
  }
  await server.connection.end();
  if (options.whenInUse === 'join') return { connectionString, joined: true, stop: async () => {} };
  throw new DataDirInUseError(resolve(options.dataDir), holder.pid);
}

async function prepare(options: EmbeddedOptions): Promise<ServerPlan> {
  const { dataDir, log, durable = true } = options;
  const elsewhere = async () => options.stateDirectory ?? (await stateDirectory());
  const found = await findBinaryPackage();
  const { cluster, user } = await placeData(dataDir, { stateDirectory: elsewhere, log });
  const binaries = await prepareBinaries(found, { user, stateDirectory: elsewhere });
  await ensureCluster(cluster, { binaries, user, durable });
  return { cluster, binaries, user, durable };
}

/** A start may have been killed between making the cluster and making this. */
async function ensureDatabase(connection: pg.Client): Promise<void> {
  const { rowCount } = await connection.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (rowCount === 0) await connection.query(`CREATE DATABASE ${DATABASE}`);
}

/** Everything that the environment could change is named: pg reads PGPORT, PGSSLMODE and the like. */
function socketUrl(socketDirectory: string): string {
  const query = new URLSearchParams({ host: socketDirectory, port: '5432', sslmode: 'disable' });
  return `postgresql://postgres@localhost/${DATABASE}?${query}`;
}

/** Starts the server again should it die under us, until the returned function stops it. */
function keepRunning(plan: ServerPlan, first: RunningServer, log: (message: string) => void) {
  let server = first;
  let isOurs = true;
  let stopped: Promise<void> | null = null;
  let restarting: Promise<void> | null = null;
  const watch = () => {
    server.connection.once('end', () => {
      if (stopped === null) restarting = restart();
    });
  };
  const restart = async () => {
    log(`The connection to PostgreSQL on ${plan.cluster.directory} broke; starting it again.`);
    while (stopped === null) {
      try {
        server = await bringUp(plan);
        const holder = await takeLock(server.connection);
        // Another Tieline was quicker. The data is safe, PostgreSQL serves both; the server is now theirs.
        isOurs = holder === null;
        return watch();
      } catch (error) {
        log(`PostgreSQL could not be started again: ${(error as Error).message}`);
        await delay(RESTART_AFTER_MS);
      }
    }
  };
  const stop = async () => {
    await restarting;
    if (isOurs) await stopServer(plan.cluster, server);
    await server.connection.end().catch(() => {});
  };
  watch();
  return () => {
    stopped ??= stop();
    return stopped;
  };
}
