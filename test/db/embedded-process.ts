import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  readonly connectionString?: string;
  readonly error?: string;
  readonly message?: string;
  readonly logged: string[];
}

export interface EmbeddedProcess {
  readonly child: ChildProcess;
  /** What it printed; rejects when it ended without a word. */
  readonly outcome: Promise<Outcome>;
  /** Lets it stop its database and waits for its end. */
  stop(): Promise<void>;
  /** Kills it without a chance to stop anything. */
  kill(): Promise<void>;
}

/** Starts the program in embedded-child.ts, as another user when one is given. */
export function startProcess(options: object, user: { uid?: number; gid?: number } = {}): EmbeddedProcess {
  const program = fileURLToPath(new URL('./embedded-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...user,
  });
  const ended = once(child, 'exit').then(() => {});
  const outcome = Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => JSON.parse(line) as Outcome),
    ended.then(() => Promise.reject(new Error('The process ended without a word'))),
  ]);
  // A test that kills it on the way does not look.
  outcome.catch(() => {});
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { child, outcome, stop, kill };
}
