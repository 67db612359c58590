import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Whom PostgreSQL's programs run as. `switchTo` is null when that is whoever runs Tieline. */
export interface ServerUser {
  readonly uid: number;
  readonly name: string;
  readonly switchTo: { readonly uid: number; readonly gid: number } | null;
}

export interface Finished {
  readonly ok: boolean;
  /** Both streams, in the order they came. */
  readonly output: string;
}

const NOBODY = 65534;

/**
 * PostgreSQL refuses to run as root, so for root it runs as the owner of its data, else as `postgres`, else as
 * `nobody`. `existingData` is a directory that may already hold data, or null.
 */
export async function findServerUser(existingData: string | null): Promise<ServerUser> {
  const uid = process.getuid?.() ?? -1;
  if (uid !== 0) return { uid, name: `user ${uid}`, switchTo: null };
  const owner = existingData === null ? null : await stat(existingData).catch(() => null);
  if (owner !== null && owner.uid !== 0) return switched(`user ${owner.uid}`, owner.uid, owner.gid);
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', 'nobody']) {
    const [, , accountUid, accountGid] =
      accounts.match(new RegExp(`^${name}:.*$`, 'm'))?.[0].split(':') ?? [];
    // macOS gives nobody the id -2, which setuid does not take.
    if (Number(accountUid) > 0) return switched(name, Number(accountUid), Number(accountGid));
  }
  return switched('nobody', NOBODY, NOBODY);
}

function switched(name: string, uid: number, gid: number): ServerUser {
  return { uid, name, switchTo: { uid, gid } };
}

/** Starts a program as that user, in its own session so that Ctrl-C in a terminal does not reach it. */
export function spawnDetached(
  user: ServerUser,
  command: { file: string; args: readonly string[]; stdio: StdioOptions },
): ChildProcess {
  const child = spawn(command.file, command.args, {
    ...processOptions(user),
    stdio: command.stdio,
    detached: true,
  });
  child.unref();
  return child;
}

/** Runs a program as that user to its end. Never throws: a program that cannot be started is not ok. */
export async function runAs(user: ServerUser, file: string, args: readonly string[]): Promise<Finished> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, [...args], processOptions(user));
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    return { ok: false, output: `${stdout}${stderr}`.trim() || message };
  }
}

/** Whether that user can enter a directory; asked of the system itself, since modes are not the whole story. */
export async function canEnter(user: ServerUser, directory: string): Promise<boolean> {
  if (user.switchTo === null) return true;
  return (await runAs(user, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory])).ok;
}

/** A working directory that everybody can enter, and an environment that is the same on every machine. */
function processOptions(user: ServerUser) {
  return { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' }, ...user.switchTo };
}
