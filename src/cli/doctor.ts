import { Command } from 'commander';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { type Finding, failure } from '../start/doctor/finding.ts';
import { environment } from './environment.ts';

interface Options {
  readonly fix?: boolean;
  readonly json?: boolean;
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const satisfies Record<Finding['status'], string>;

/** `tieline doctor`: looks at everything Tieline depends on and says what to do; exit code 1 when something fails. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Look at everything Tieline depends on and say what to do; exit code 1 when something does not work',
    )
    .option('--fix', 'put webhooks right that are missing, disabled or set wrongly')
    .option('--json', 'print the findings as JSON')
    .action(async ({ fix = false, json = false }: Options) => {
      const findings = await look(fix);
      const healthy = findings.every(({ status }) => status !== 'fail');
      console.log(
        json ? JSON.stringify({ ok: healthy, findings: findings.map(plain) }, null, 2) : render(findings),
      );
      if (!healthy) process.exitCode = 1;
    });
}

async function look(fix: boolean): Promise<Finding[]> {
  let config: Config;
  try {
    config = loadConfig(environment(), { needsPlatforms: true });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ name, problem, purpose, remedy }) =>
      failure('settings', `${name} ${problem} (${purpose})`, remedy),
    );
  }
  const { server, platforms } = config;
  if (platforms === null) return [];
  const { examine } = await import('../start/doctor/examine.ts');
  return examine({ server, platforms, fix });
}

/** How a finding is told to others is not for whoever asked for it. */
const plain = ({ check, status, what, todo }: Finding) => ({ check, status, what, todo });

function render(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, status, what, todo }) => [
    `${MARKS[status]}  ${check}: ${what}`,
    ...(todo === null ? [] : [`      what to do: ${todo}`]),
  ]);
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  return [
    ...lines,
    '',
    `${count('fail')} not working, ${count('warn')} to look at, ${count('ok')} in order.`,
  ].join('\n');
}
