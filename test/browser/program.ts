import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program as a user starts it: `npm start`'s own command, in sandbox mode, on a data directory of its own. */
export interface Program {
  readonly url: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts it and waits for the line that says it is ready. */
export async function startProgram(): Promise<Program> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tieline-browser-'));
  // The embedded server runs as another user when we are root, and has to get through.
  await chmod(dataDir, 0o711);
  const port = await freePort();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/tieline.ts', 'start'], {
    env: { PATH, HOME, PORT: String(port), DATA_DIR: join(dataDir, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await readyLine(child);
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`not ready in time:\n${said}`)), READY_WITHIN_MS);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes('Tieline is ready')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready:\n${said}`)));
  });
}
