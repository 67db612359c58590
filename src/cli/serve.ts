import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { storedText } from '../commands/grammar/comment.ts';
import { type Config, ConfigError, loadConfig, type ServerConfig } from '../config.ts';
import { createLog, startTieline, type Tieline } from '../main.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { issueContacts } from '../start/issue-contacts.ts';
import { seedDemo } from '../start/seed-demo.ts';
import { environment } from './environment.ts';

/** What a person running it in a terminal is told; the log goes to standard error. */
const tell = (text: string) => console.log(text);

/** `npm start`: the real bot when it is configured, else the sandbox. */
export function startCommand(): Command {
  return new Command('start')
    .description('Start the bot, or the sandbox when neither Slack nor GitLab is configured')
    .action(async () => {
      const config = loadConfig(environment());
      await (config.platforms === null ? runSandbox(config.server) : runServe(config));
    });
}

/** `tieline serve`: the real bot. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the bot on the Slack workspace and GitLab that the settings name')
    .action(async () => runServe(loadConfig(environment(), { needsPlatforms: true })));
}

/** `tieline sandbox`: the real program between a make-believe Slack and GitLab. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('Start the real program between a make-believe Slack and GitLab, with a page to drive both')
    .action(async () => runSandbox(loadConfig(environment()).server));
}

async function runServe({ server, platforms }: Config): Promise<void> {
  if (platforms === null) throw new ConfigError([]);
  const tieline = await startTieline({ server, platforms, migrates: false });
  tell(`Tieline listens on ${tieline.url} and works with ${platforms.gitlab.url}.`);
  stopOnSignal([() => tieline.stop()]);
}

/** The sandbox's own noise is of no use to who tries it; warnings are. */
const SANDBOX_LOG_LEVEL = 'warn';

async function runSandbox(server: ServerConfig): Promise<void> {
  const log = createLog(server.logLevel ?? SANDBOX_LOG_LEVEL);
  const stateDir = resolve(join(server.dataDir, 'sandbox'));
  await mkdir(stateDir, { recursive: true });
  let tieline: Tieline | null = null;
  const ourUrl = () => server.publicUrl ?? tieline?.url ?? `http://${server.host}:${server.port}`;
  const sandbox = await startSandbox({
    host: server.host,
    port: server.port,
    stateDir,
    tielineUrl: ourUrl,
    log: (line) => log.info(line),
    stripQuickActions: (text) => storedText(text, STRIPPED),
    botUsername: 'tieline',
    issueContacts: async (project, iid) => (tieline ? issueContacts(tieline.services, project, iid) : []),
  });
  try {
    tieline = await startTieline({
      server,
      platforms: {
        slack: sandbox.platforms.slack,
        gitlab: { ...sandbox.platforms.gitlab, signingTokens: [] },
      },
      migrates: true,
      plugins: () => [sandbox.routes],
      log,
    });
    await seedDemo(tieline.services, sandbox.world);
    sandbox.gitlab.resumeDeliveries();
  } catch (error) {
    await tieline?.stop();
    await sandbox.close();
    throw error;
  }
  const running = tieline;
  tell(`Tieline is ready, in sandbox mode. Open ${ourUrl()}/`);
  stopOnSignal([() => running.stop(), () => sandbox.close()]);
}

/** What GitLab itself takes out of a comment before it stores it. */
const STRIPPED: ReadonlySet<string> = new Set([
  'add_contacts',
  'remove_contacts',
  'close',
  'reopen',
  'label',
  'assign',
]);

/** More than this and whoever asked us to stop would kill us. */
const STOP_WITHIN_MS = 10_000;

/** Stops in order on the first SIGTERM or SIGINT; a second one, or ten seconds, ends the process at once. */
function stopOnSignal(steps: readonly (() => Promise<void>)[]): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    for (const step of steps) await step();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
