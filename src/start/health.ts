import type { Logger } from 'pino';
import type { PlatformConfig, ServerConfig } from '../config.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { type HealthProblem, type HealthSettled, settleHealth } from '../services/health/settle-health.ts';
import { examine } from './doctor/examine.ts';
import type { Finding } from './doctor/finding.ts';

/** Looks now at everything Tieline depends on, as `tieline doctor` does, and tells what changed. */
export type CheckHealth = () => Promise<HealthSettled>;

interface HealthParts {
  readonly server: ServerConfig;
  readonly platforms: PlatformConfig;
  readonly services: ServiceDeps;
  readonly log: Logger;
}

/** Looking with this program's settings and on its database. */
export function createHealth({ server, platforms, services, log }: HealthParts): CheckHealth {
  const { database, now } = services;
  return async () => {
    const findings = await examine({ server, platforms, fix: false, now, database });
    const problems = findings.flatMap(asProblem);
    const settled = await settleHealth(services, problems, unknownAfter(findings));
    for (const { check, what, todo } of settled.raised) log.warn({ check, todo }, what);
    for (const { check, what } of settled.resolved) log.info({ check }, `over: ${what}`);
    return settled;
  };
}

function asProblem({ check, status, what, todo, notice = {} }: Finding): HealthProblem[] {
  if (status === 'ok') return [];
  const { path = null, step = 0, what: told = what } = notice;
  // Numbers and times change while the problem stays the same.
  const key = notice.key ?? told.replaceAll(path ?? '\0', '').replace(/\d[\d:.TZ-]*/g, '#');
  return [{ key: `${check}:${path ?? ''}:${key}`, check, path, what: told, todo: todo ?? '', step }];
}

/** While GitLab does not answer, or knows the token no more, nobody can say whether what was wrong there still is. */
function unknownAfter(findings: readonly Finding[]): (problem: HealthProblem) => boolean {
  const failed = new Set(findings.filter(({ status }) => status === 'fail').map(({ check }) => check));
  const isBlind = failed.has('gitlab') || failed.has('gitlab.token');
  return ({ check }) =>
    (isBlind && check.startsWith('gitlab.')) || (check === 'gitlab.webhook' && failed.has('address'));
}

/** A start is over by then, and whoever restarts a few times is not told of each. */
const FIRST_AFTER_MS = 5 * 60_000;
const EVERY_MS = 24 * 60 * 60_000;
/** As long as something is wrong, so that its end is heard of soon. */
const WHILE_OPEN_MS = 60 * 60_000;

/** Looks a few minutes after the start and daily, hourly while something is wrong; the function it gives ends that. */
export function startHealth(check: CheckHealth, log: Logger): () => Promise<void> {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const once = async (): Promise<void> => {
    let open = 0;
    try {
      ({ open } = await check());
    } catch (error) {
      log.warn({ err: error }, 'what Tieline depends on could not be looked at; the next look is in a day');
    }
    if (!isStopped) wait(open > 0 ? WHILE_OPEN_MS : EVERY_MS);
  };
  const wait = (ms: number): void => {
    timer = setTimeout(() => {
      running = once();
    }, ms);
    timer.unref();
  };
  wait(FIRST_AFTER_MS);
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
