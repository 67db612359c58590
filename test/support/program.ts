import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlatformConfig } from '../../src/config.ts';

const TIELINE = fileURLToPath(new URL('../../src/cli/tieline.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

/** What a finished command line said. */
export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real program in a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  /** Where it listens, once it says so; rejects with what it said when it ends before that. */
  readonly url: Promise<string>;
  readonly finished: Promise<Finished>;
  kill(signal: NodeJS.Signals): Promise<Finished>;
}

/** Nothing of this process's own settings, and no `.env` of whoever runs the tests. */
async function surroundings(settings: Record<string, string>) {
  const cwd = await mkdtemp(join(tmpdir(), 'tieline-cli-'));
  const { PATH = '', HOME = '' } = process.env;
  return { cwd, env: { PATH, HOME, ...settings } };
}

/** Starts `tieline …` with these settings and no others, in an empty directory. */
export async function startProgram(
  args: readonly string[],
  settings: Record<string, string> = {},
  input = '',
): Promise<Program> {
  const around = await surroundings(settings);
  const child = spawn(process.execPath, ['--import', TSX, TIELINE, ...args], {
    ...around,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A program that reads nothing may be gone before all is written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const finished = once(child, 'close').then(async ([exitCode]): Promise<Finished> => {
    await rm(around.cwd, { recursive: true, force: true });
    return { exitCode, stdout, stderr };
  });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const found = /(?:listens on|Open) (http:\/\/[\w.:]+)/.exec(stdout);
      if (found?.[1]) resolve(found[1]);
    });
    void finished.then(() => reject(new Error(`ended before it listened:\n${stdout}${stderr}`)));
  });
  url.catch(() => {});
  return {
    child,
    url,
    finished,
    kill: (signal) => {
      child.kill(signal);
      return finished;
    },
  };
}

/** Runs `tieline …` to its end. */
export async function runProgram(
  args: readonly string[],
  settings: Record<string, string> = {},
  input = '',
): Promise<Finished> {
  return (await startProgram(args, settings, input)).finished;
}

/** The settings that make `tieline serve` work between the make-believe Slack and GitLab. */
export function settingsOf(
  { slack, gitlab }: PlatformConfig,
  server: { databaseUrl: string; port: number },
): Record<string, string> {
  return {
    PORT: String(server.port),
    DATABASE_URL: server.databaseUrl,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: slack.apiUrl ?? '',
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: gitlab.token,
    GITLAB_ADMIN_TOKEN: gitlab.adminToken ?? '',
    GITLAB_WEBHOOK_SECRET: gitlab.webhookSecret,
    GITLAB_SYSTEM_HOOK_SECRET: gitlab.systemHookSecret ?? '',
    LOG_LEVEL: 'warn',
  };
}

/** A port that was free a moment ago, for programs that must come back at the same address. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
