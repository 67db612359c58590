import { Command } from 'commander';
import { loadAddresses } from '../config.ts';
import { renderYaml, slackManifest } from '../slack/manifest.ts';
import { environment } from './environment.ts';

interface Options {
  readonly socket?: boolean;
  readonly rotateTokens?: boolean;
  readonly json?: boolean;
}

/** `tieline manifest print`: the Slack app to create, with this deployment's addresses. */
export function manifestCommand(): Command {
  const print = new Command('print')
    .description('Print the manifest of the Slack app, with the address of PUBLIC_URL')
    .option('--socket', 'for Socket Mode (SLACK_APP_TOKEN): needs no PUBLIC_URL')
    .option('--rotate-tokens', 'for many workspaces: tokens that run out; cannot be turned off again')
    .option('--json', 'print JSON, which Slack takes too')
    .action(({ socket = false, rotateTokens = false, json = false }: Options) => {
      const addresses = loadAddresses(environment(), { needsPublicUrl: !socket });
      const manifest = slackManifest({ ...addresses, socket, rotatesTokens: rotateTokens });
      process.stdout.write(json ? `${JSON.stringify(manifest, null, 2)}\n` : renderYaml(manifest));
    });
  return new Command('manifest').description('Describe the Slack app').addCommand(print);
}
