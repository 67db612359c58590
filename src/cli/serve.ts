import { Command } from 'commander';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { environment } from './environment.ts';
import { runSandbox } from './run-sandbox.ts';
import { stopOnSignal } from './stop-on-signal.ts';

// The program itself is loaded only by what runs it: `tieline parse` should not wait for a Slack SDK.

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
  const { startTieline } = await import('../main.ts');
  const tieline = await startTieline({ server, platforms, migrates: false, checksHealth: true });
  console.log(`Tieline listens on ${tieline.url} and works with ${platforms.gitlab.url}.`);
  stopOnSignal([() => tieline.stop()]);
}
