import { chmod, lstat, mkdir } from 'node:fs/promises';
import { EmbeddedStartError } from './errors.ts';

/**
 * A directory outside the checkout for what the server user could not reach inside it. Everybody may enter it,
 * only we may write to it. Root gets a place that no cleaner of temporary files visits, since data may go there.
 */
export async function stateDirectory(): Promise<string> {
  const uid = process.getuid?.() ?? -1;
  const candidates = uid === 0 ? ['/var/lib/tieline', '/var/tmp/tieline-0'] : [`/var/tmp/tieline-${uid}`];
  let lastError: unknown;
  for (const directory of candidates) {
    try {
      await claim(directory, uid);
      return directory;
    } catch (error) {
      lastError = error;
    }
  }
  throw lastError;
}

/** The name is easy to guess, so a directory that somebody else put there must not be trusted. */
async function claim(directory: string, uid: number): Promise<void> {
  const made = await mkdir(directory, { recursive: true });
  if (made !== undefined) await chmod(directory, 0o755);
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new EmbeddedStartError(
      `${directory} is not a directory that only user ${uid} can write to. Remove it.`,
    );
  }
}
