import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface StateFileOptions<Value> {
  readonly path: string;
  /** Whether what was read can be gone on from. */
  readonly accepts: (value: unknown) => value is Value;
  readonly log: (line: string) => void;
}

/** One JSON file that always holds a whole value: written beside and renamed, readable by its owner only. */
export interface StateFile<Value> {
  /** Undefined when there is none yet. One that cannot be used is set aside as `.broken` and told in the log. */
  load(): Promise<Value | undefined>;
  /** Resolves once this value, or a later one, is on disk. `read` is called when the writing starts. */
  save(read: () => Value): Promise<void>;
  /** Resolves when nothing is left to write. */
  flush(): Promise<void>;
}

/** A file at the path; its directory is made when there is something to save. */
export function createStateFile<Value>({ path, accepts, log }: StateFileOptions<Value>): StateFile<Value> {
  let latest: (() => Value) | null = null;
  let queued: Promise<void> | null = null;
  let running: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const read = latest;
    queued = null;
    if (read === null) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, JSON.stringify(read()), { mode: 0o600 });
    await chmod(`${path}.new`, 0o600);
    await rename(`${path}.new`, path);
  };
  return {
    load: () => load({ path, accepts, log }),
    save: (read) => {
      latest = read;
      if (queued === null) {
        queued = running.catch(() => {}).then(write);
        running = queued;
      }
      return queued;
    },
    flush: () => running,
  };
}

async function load<Value>({ path, accepts, log }: StateFileOptions<Value>): Promise<Value | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const value = parsed(text);
  if (accepts(value)) return value;
  await rename(path, `${path}.broken`);
  log(`${path} cannot be read; it is kept as ${path}.broken and the demo starts afresh`);
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
