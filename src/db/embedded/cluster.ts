import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { DataDirVersionError, EmbeddedStartError } from './errors.ts';
import { isAlive } from './postmaster-file.ts';
import { runAs, type ServerUser } from './server-user.ts';

/** A directory with everything that PostgreSQL keeps, `home` is the one around it. */
export interface Cluster {
  readonly home: string;
  readonly directory: string;
  readonly logFile: string;
}

const UNFINISHED = 'postgres.init-';
// lower() and ILIKE follow Unicode by the built-in provider everywhere; pg_trgm still asks the C library what a
// letter is, and would ignore all but ASCII ones under C. Not every system has the first two.
const CHARACTER_TYPES = ['C.UTF-8', 'en_US.UTF-8', 'C'];

/** Names the cluster of a home directory, whether it exists or not. */
export function clusterIn(home: string): Cluster {
  return { home, directory: join(home, 'postgres'), logFile: join(home, 'postgres.log') };
}

/**
 * Makes the cluster when there is none. It is made beside its place and moved there when complete, so a start
 * that is killed half-way leaves nothing that the next one would trip over.
 */
export async function ensureCluster(
  cluster: Cluster,
  { binaries, user, durable }: { binaries: Binaries; user: ServerUser; durable: boolean },
): Promise<void> {
  await removeUnfinished(cluster.home);
  const version = await readVersion(cluster);
  if (version !== null) {
    if (version.trim() === binaries.majorVersion) return;
    throw new DataDirVersionError(cluster.directory, version.trim(), binaries.majorVersion);
  }
  const unfinished = join(cluster.home, `${UNFINISHED}${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await initialise(unfinished, { binaries, user, durable });
    await rename(unfinished, cluster.directory).catch((error) => settleRace(error, cluster));
    if (durable) await syncDirectory(cluster.home);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function initialise(
  directory: string,
  { binaries, user, durable }: { binaries: Binaries; user: ServerUser; durable: boolean },
): Promise<void> {
  let output = '';
  for (const characterType of CHARACTER_TYPES) {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { mode: 0o700 });
    if (user.switchTo !== null) await chown(directory, user.switchTo.uid, user.switchTo.gid);
    const finished = await runAs(user, binaries.initdb, [
      `--pgdata=${directory}`,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--lc-collate=C',
      `--lc-ctype=${characterType}`,
      ...(durable ? [] : ['--no-sync']),
    ]);
    if (finished.ok) return;
    output = finished.output;
    if (!output.includes('invalid locale name')) break;
  }
  throw new EmbeddedStartError(`A PostgreSQL database could not be made in ${directory}.`, lastLines(output));
}

/** Another process made the cluster first: use that. Anything else that is in the way is not ours to touch. */
async function settleRace(error: NodeJS.ErrnoException, cluster: Cluster): Promise<void> {
  const made = await stat(join(cluster.directory, 'PG_VERSION')).catch(() => null);
  if (made !== null) return;
  const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(error.code ?? '');
  throw taken
    ? new EmbeddedStartError(
        `${cluster.directory} is in the way: it holds something else than PostgreSQL's data.`,
      )
    : error;
}

/** What a killed start left behind; another start may just be at work on its own. */
async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(UNFINISHED)) continue;
    if (isAlive(Number.parseInt(name.slice(UNFINISHED.length), 10))) continue;
    // Its initdb may have outlived it for a moment.
    await rm(join(home, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Null when there is no data yet. */
async function readVersion(cluster: Cluster): Promise<string | null> {
  try {
    return await readFile(join(cluster.directory, 'PG_VERSION'), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code !== 'EACCES') throw error;
    throw new EmbeddedStartError(
      `The data in ${cluster.directory} belongs to another user (id ${(await stat(cluster.directory)).uid}). ` +
        'Start Tieline as that user, or set DATA_DIR to another directory.',
    );
  }
}

/** The end of a program's output, short enough to print. */
export function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-12).join('\n');
}
