import { chmod, mkdir, mkdtemp, readFile, realpath, rmdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Cluster, clusterIn } from './cluster.ts';
import { EmbeddedStartError } from './errors.ts';
import { canEnter, findServerUser, type ServerUser } from './server-user.ts';

export interface Placement {
  readonly cluster: Cluster;
  readonly user: ServerUser;
}

const NOTE = 'postgres-location';

/**
 * Decides where the data of `dataDir` lives and who serves it. That is in it, unless Tieline runs as root and the
 * server's user cannot enter it (a checkout below /root): then in `stateDirectory`, and a note in `dataDir` says so.
 */
export async function placeData(
  dataDir: string,
  { stateDirectory, log }: { stateDirectory: () => Promise<string>; log: (message: string) => void },
): Promise<Placement> {
  const real = await makeDirectory(resolve(dataDir));
  const inside = clusterIn(real);
  const insideUser = await findServerUser(inside.directory);
  const noted = await readNote(real);
  if (noted !== null) {
    log(`The data of ${real} is kept in ${noted}.`);
    return placedIn(clusterIn(noted));
  }
  if (await canEnter(insideUser, real)) return { cluster: inside, user: insideUser };
  if (await exists(inside.directory)) {
    throw new EmbeddedStartError(
      `PostgreSQL runs as ${insideUser.name} here, who can no longer enter ${real}. Allow it (chmod o+x, on the directories above too) or set DATA_DIR.`,
    );
  }
  const elsewhere = await makeElsewhere(real, await stateDirectory());
  log(`PostgreSQL runs as ${insideUser.name}, who cannot enter ${real}: its data is kept in ${elsewhere}.`);
  return placedIn(clusterIn(elsewhere));
}

/** A new directory each time: whoever removes the data directory, and the note in it, wants to start empty. */
async function makeElsewhere(dataDir: string, stateDirectory: string): Promise<string> {
  const elsewhere = await mkdtemp(join(stateDirectory, 'data-'));
  await chmod(elsewhere, 0o711);
  try {
    await writeFile(join(dataDir, NOTE), `${elsewhere}\n`, { flag: 'wx' });
    return elsewhere;
  } catch (error) {
    await rmdir(elsewhere);
    const othersNote = await readNote(dataDir);
    if (othersNote === null) throw error;
    return othersNote;
  }
}

async function placedIn(cluster: Cluster): Promise<Placement> {
  return { cluster, user: await findServerUser(cluster.directory) };
}

async function makeDirectory(directory: string): Promise<string> {
  try {
    const made = await mkdir(directory, { recursive: true });
    // The server's user has to pass through; what is inside is closed by its own modes.
    if (made !== undefined && process.getuid?.() === 0) await chmod(directory, 0o711);
    return await realpath(directory);
  } catch (error) {
    throw new EmbeddedStartError(
      `The data directory ${directory} cannot be used: ${(error as Error).message}. Set DATA_DIR to one that can.`,
    );
  }
}

async function readNote(directory: string): Promise<string | null> {
  const note = join(directory, NOTE);
  const noted = await readFile(note, 'utf8').catch(() => null);
  if (noted === null) return null;
  if (await exists(noted.trim())) return noted.trim();
  throw new EmbeddedStartError(
    `The data of ${directory} was kept in ${noted.trim()}, which is gone. Put it back, or remove ${note} to start with an empty database.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
