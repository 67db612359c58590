import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearReusedLock } from './postmaster-file.ts';
import { canEnter, type ServerUser } from './server-user.ts';

/** PostgreSQL names its socket by the port, though it listens on none. */
export const SOCKET_NAME = '.s.PGSQL.5432';

// The system's limit for the whole path is 104 bytes on macOS and 108 on Linux, the closing zero included.
const MAX_PATH_BYTES = 100;

/**
 * A directory that only the server's user can enter: whoever can reach the socket may use the database. Not in
 * the data directory, whose path may be too long for a socket.
 */
export async function makeSocketDirectory(clusterDirectory: string, user: ServerUser): Promise<string> {
  const base = await socketBase(user);
  const name = createHash('sha256').update(`${user.uid}:${clusterDirectory}`).digest('hex').slice(0, 12);
  const usual = join(base, `tieline-${name}`);
  await mkdir(usual, { mode: 0o700 }).then(
    () => give(usual, user),
    (error) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  if (!(await isPrivate(usual, user))) {
    // Somebody else took the name; the server's own file tells where the socket is, so any name will do.
    const other = await mkdtemp(`${usual}-`);
    await give(other, user);
    return other;
  }
  clearReusedLock(join(usual, `${SOCKET_NAME}.lock`), clusterDirectory);
  return usual;
}

/** Removes the directory of a stopped server; one that others have put something into stays. */
export async function removeSocketDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => {});
}

async function socketBase(user: ServerUser): Promise<string> {
  const preferred = tmpdir();
  const longest = join(preferred, 'tieline-012345678901-ABCDEF', SOCKET_NAME);
  const fits = Buffer.byteLength(longest) <= MAX_PATH_BYTES;
  return fits && (await canEnter(user, preferred)) ? preferred : '/tmp';
}

async function give(directory: string, user: ServerUser): Promise<void> {
  await chmod(directory, 0o700);
  if (user.switchTo !== null) await chown(directory, user.switchTo.uid, user.switchTo.gid);
}

async function isPrivate(directory: string, user: ServerUser): Promise<boolean> {
  const found = await lstat(directory);
  return found.isDirectory() && found.uid === user.uid && (found.mode & 0o077) === 0;
}
