import { Command } from 'commander';
import { ConfigError, loadConfig } from '../config.ts';
import { describeSettings } from '../settings.ts';
import { environment } from './environment.ts';

/** `tieline config check`: says whether the settings would do, without starting anything. */
export function configCommand(): Command {
  const check = new Command('check')
    .description('Check the settings and list every problem; exit code 78 when there is one')
    .option('--json', 'print the result as JSON')
    .action(({ json = false }: { json?: boolean }) => {
      if (json) printJson();
      else printText();
    });
  return new Command('config').description('Look at the settings').addCommand(check);
}

function printText(): void {
  const { platforms } = loadConfig(environment());
  console.log(
    platforms === null
      ? 'The settings are fine. No Slack or GitLab setting is given: Tieline would start in sandbox mode.'
      : `The settings are fine. Tieline would work with ${platforms.gitlab.url}.`,
  );
}

function printJson(): void {
  const env = environment();
  try {
    const { platforms } = loadConfig(env);
    const set = describeSettings().flatMap(({ name }) => (env[name] || env[`${name}_FILE`] ? [name] : []));
    console.log(
      JSON.stringify({ ok: true, mode: platforms === null ? 'sandbox' : 'serve', set, problems: [] }),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.log(JSON.stringify({ ok: false, problems: error.problems }));
    process.exitCode = 78;
  }
}
