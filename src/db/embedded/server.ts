import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Binaries } from './binaries.ts';
import { type Cluster, lastLines } from './cluster.ts';
import { EmbeddedStartError } from './errors.ts';
import { lockHolderName } from './lock.ts';
import { clearReusedLock, findPostmaster, isAlive } from './postmaster-file.ts';
import { type ServerUser, spawnDetached } from './server-user.ts';
import { makeSocketDirectory, removeSocketDirectory } from './socket-directory.ts';

/** What it takes to start the server of one cluster. */
export interface ServerPlan {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly user: ServerUser;
  readonly durable: boolean;
}

/** A server that answers, with a connection to its `postgres` database. */
export interface RunningServer extends Candidate {
  readonly connection: pg.Client;
}

interface Candidate {
  readonly pid: number;
  readonly socketDirectory: string;
  /** It was there already: another Tieline's, or left behind by one that was killed. */
  readonly wasRunning: boolean;
  /** Where its lines begin in the log file. */
  readonly logStart: number;
}

const POLL_MS = 20;
// After a crash it first replays its log; a big one takes a while.
const READY_WITHIN_MS = 120_000;
const RETRY_MS = 100;
const STOP_WITHIN_MS = 8_000;
const MAX_LOG_BYTES = 1_000_000;
// It lost the race against another start, or the last processes of a killed server are still leaving.
const WORTH_RETRYING = /lock file ".*" already exists|shared memory block .* is still in use/;

/** Connects to the cluster's server, starting it when it does not run. */
export async function bringUp(plan: ServerPlan): Promise<RunningServer> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const found = findPostmaster(plan.cluster.directory);
    const server = found === null ? await spawnServer(plan) : { ...found, wasRunning: true, logStart: 0 };
    const connection = await connectWhenReady(server, plan, deadline);
    if (connection !== null) return { ...server, connection };
    if (!server.wasRunning) await checkExit(plan, server, deadline);
  }
}

async function spawnServer(plan: ServerPlan): Promise<Candidate> {
  const { cluster, user, binaries } = plan;
  const socketDirectory = await makeSocketDirectory(cluster.directory, user);
  const log = await open(cluster.logFile, 'a', 0o600);
  try {
    if ((await log.stat()).size > MAX_LOG_BYTES) await log.truncate();
    const logStart = (await log.stat()).size;
    clearReusedLock(join(cluster.directory, 'postmaster.pid'), cluster.directory);
    const child = spawnDetached(user, {
      file: binaries.postgres,
      args: ['-D', cluster.directory, ...settings(socketDirectory, plan.durable)],
      stdio: ['ignore', log.fd, log.fd],
    });
    // An error event without a listener would end Tieline; a start that failed shows as a missing pid.
    child.on('error', () => {});
    if (child.pid === undefined) throw new EmbeddedStartError(`${binaries.postgres} could not be started.`);
    return { pid: child.pid, socketDirectory, logStart, wasRunning: false };
  } finally {
    await log.close();
  }
}

function settings(socketDirectory: string, durable: boolean): string[] {
  const values = {
    listen_addresses: '',
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Errors carry people's data ("Key (email)=… already exists"); Tieline reports them itself.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Null when the server went away meanwhile. */
async function connectWhenReady(
  server: Candidate,
  { cluster }: ServerPlan,
  deadline: number,
): Promise<pg.Client | null> {
  for (;;) {
    const connected = await connect(server);
    if (connected instanceof pg.Client) return connected;
    if (!isAlive(server.pid)) return null;
    const described = findPostmaster(cluster.directory);
    if (server.wasRunning && described?.pid !== server.pid) return null;
    if (described?.ready === true && connected.code === 'ENOENT') throw socketGone(server, cluster);
    if (Date.now() > deadline) {
      throw new EmbeddedStartError(
        `PostgreSQL (process ${server.pid}) does not answer on ${cluster.directory}: ${connected.message}`,
        await logSince(cluster, 0),
      );
    }
    await delay(POLL_MS);
  }
}

async function connect(server: Candidate): Promise<pg.Client | NodeJS.ErrnoException> {
  const connection = new pg.Client({
    host: server.socketDirectory,
    user: 'postgres',
    database: 'postgres',
    application_name: lockHolderName(process.pid),
    connectionTimeoutMillis: 10_000,
  });
  // A connection that breaks reports it here as well as to the query that meets it.
  connection.on('error', () => {});
  try {
    await connection.connect();
    return connection;
  } catch (error) {
    await connection.end().catch(() => {});
    return error as NodeJS.ErrnoException;
  }
}

/** Returns when another try is worth while, else throws what PostgreSQL said. */
async function checkExit(plan: ServerPlan, server: Candidate, deadline: number): Promise<void> {
  const said = await logSince(plan.cluster, server.logStart);
  if (!WORTH_RETRYING.test(said) || Date.now() > deadline) {
    if (findPostmaster(plan.cluster.directory) === null) await removeSocketDirectory(server.socketDirectory);
    throw new EmbeddedStartError(
      `PostgreSQL ended right after its start on ${plan.cluster.directory}.`,
      said,
    );
  }
  await delay(RETRY_MS);
}

/**
 * Stops the server and waits for its end: first by breaking off what it does and closing properly, then at once.
 * One that is gone already, or was replaced by somebody else's, is left alone.
 */
export async function stopServer(cluster: Cluster, server: { pid: number; socketDirectory: string }) {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (findPostmaster(cluster.directory)?.pid !== server.pid) break;
    process.kill(server.pid, signal);
    if (await hasEnded(cluster, server.pid)) break;
  }
  if (findPostmaster(cluster.directory) === null) await removeSocketDirectory(server.socketDirectory);
}

async function hasEnded(cluster: Cluster, pid: number): Promise<boolean> {
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (Date.now() < deadline) {
    if (!isAlive(pid) || findPostmaster(cluster.directory)?.pid !== pid) return true;
    await delay(POLL_MS);
  }
  return false;
}

function socketGone(server: Candidate, cluster: Cluster): EmbeddedStartError {
  return new EmbeddedStartError(
    `PostgreSQL (process ${server.pid}) runs on ${cluster.directory}, but its socket in ${server.socketDirectory} ` +
      `is gone. Stop it (kill -INT ${server.pid}) and start Tieline again.`,
  );
}

async function logSince(cluster: Cluster, start: number): Promise<string> {
  const text = await readFile(cluster.logFile).catch(() => Buffer.alloc(0));
  return lastLines(text.subarray(start).toString('utf8'));
}
