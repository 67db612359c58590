import { Command } from 'commander';
import { loadConfig, type PlatformConfig } from '../config.ts';
import type { GitLabSetup } from '../gitlab/client/setup-client.ts';
import { examineHooks } from '../gitlab/registration/examine-hooks.ts';
import { findPlace, type NamedPlace, type Scope, SYSTEM } from '../gitlab/registration/places.ts';
import { type Registration, registerHooks } from '../gitlab/registration/register-hooks.ts';
import { tryHook } from '../gitlab/registration/try-hook.ts';
import { watchGroup } from '../services/hooks/watched-groups.ts';
import { hookAddress, hookSecretsFor, setupClient } from '../start/gitlab-setup.ts';
import { environment } from './environment.ts';
import { CliError, EX_CONFIG } from './exit.ts';
import { withDatabase } from './open-database.ts';
import { type Listed, renderListed, renderRegistration, renderTrial, type Tried } from './render-webhook.ts';
import { explainSetupFailure } from './setup-failure.ts';

/** The options as they were typed. */
interface Options {
  readonly group: string[];
  readonly project: string[];
  readonly system?: boolean;
  readonly url?: string;
  readonly json?: boolean;
}

interface Setting {
  readonly platforms: PlatformConfig;
  readonly publicUrl: string;
  readonly gitlab: GitLabSetup;
}

/** `tieline webhook`: puts GitLab's webhooks in place, lists and tries them. */
export function webhookCommand(): Command {
  return new Command('webhook')
    .description("Put GitLab's webhooks in place, list them and try them")
    .addCommand(
      scoped(new Command('register'))
        .description('Create or mend the webhook of groups, projects and the whole instance')
        .action(register),
    )
    .addCommand(
      scoped(new Command('list'))
        .description("List the webhooks that lead here; without a place, those of the bot's top-level groups")
        .action(list),
    )
    .addCommand(
      scoped(new Command('test'))
        .description('Have GitLab send an example through the webhooks that lead here')
        .action(test),
    );
}

function scoped(command: Command): Command {
  const collect = (path: string, paths: string[]) => [...paths, path.replace(/^\/+|\/+$/g, '')];
  return command
    .option('--group <path>', 'a group with all that is below it; may be given again', collect, [])
    .option('--project <path>', 'a project; may be given again', collect, [])
    .option('--system', 'the whole instance (self-managed GitLab, administrators)')
    .option('--url <address>', 'the address GitLab reaches this Tieline at; PUBLIC_URL unless given')
    .option('--json', 'print the result as JSON');
}

async function register(options: Options): Promise<void> {
  const setting = settingOf(options);
  const scopes = scopesOf(options);
  if (scopes.length === 0) throw new CliError('Say where: --group <path>, --project <path> or --system.');
  const done: Registration[] = [];
  for (const scope of scopes) done.push(await registerScope(setting, scope));
  const places = done.flatMap((registration) => registration.places);
  console.log(
    options.json
      ? JSON.stringify({ onProjects: done.some(({ onProjects }) => onProjects), places }, null, 2)
      : done.map((registration) => renderRegistration(registration, setting.platforms)).join('\n'),
  );
  if (places.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
}

async function registerScope(setting: Setting, scope: Scope): Promise<Registration> {
  const { platforms, publicUrl, gitlab } = setting;
  const secrets = hookSecretsFor(platforms.gitlab, scope.kind);
  if (secrets === null) {
    throw new CliError(
      'GITLAB_SYSTEM_HOOK_SECRET is not set.\nMake one with: openssl rand -hex 32 (not the same as GITLAB_WEBHOOK_SECRET).',
      EX_CONFIG,
    );
  }
  const url = hookAddress(publicUrl, scope.kind);
  return at(setting, scope, async (place) => {
    const done = await registerHooks({ gitlab, url, secrets }, place);
    if (done.onProjects) await watchProjects(place, url);
    return done;
  });
}

/** The running Tieline then gives new projects below their webhooks; without a database it cannot be told so. */
async function watchProjects({ place, path: fullPath }: NamedPlace, url: string): Promise<void> {
  if (place.kind !== 'group') return;
  const { id } = place;
  try {
    await withDatabase((database) => watchGroup({ database, now: () => new Date() }, { id, fullPath, url }));
    console.error(`New projects below ${fullPath} get their webhook by themselves.`);
  } catch (error) {
    const [why = 'the database cannot be used'] = String(
      error instanceof Error ? error.message : error,
    ).split('\n');
    console.error(`Run this again when there are new projects: Tieline could not be told to do so (${why})`);
  }
}

async function list(options: Options): Promise<void> {
  const rows = await listed(settingOf(options), options);
  console.log(options.json ? JSON.stringify({ webhooks: rows }, null, 2) : renderListed(rows));
}

async function listed(setting: Setting, options: Options): Promise<Listed[]> {
  const rows: Listed[] = [];
  for (const scope of await scopesOrAll(setting, options)) {
    const url = hookAddress(setting.publicUrl, scope.kind);
    const { hooks } = await at(setting, scope, (place) => examineHooks(setting.gitlab, place, url));
    rows.push(...hooks.map((hook) => ({ ...hook, url })));
  }
  return rows;
}

async function test(options: Options): Promise<void> {
  const setting = settingOf(options);
  const tried: Tried[] = [];
  for (const { kind, path, hookId } of await listed(setting, options)) {
    if (hookId === null) {
      tried.push({ kind, path, hookId, ok: false, detail: 'no webhook leads to Tieline' });
      continue;
    }
    const trial = await at(setting, kind === 'system' ? { kind } : { kind, path }, ({ place }) =>
      tryHook(setting.gitlab, place, hookId),
    );
    tried.push({ kind, path, hookId, ...trial });
  }
  console.log(options.json ? JSON.stringify({ tests: tried }, null, 2) : renderTrial(tried));
  if (tried.some(({ ok }) => !ok)) process.exitCode = 1;
}

function settingOf({ url }: Options): Setting {
  const { server, platforms } = loadConfig(environment(), { needsPlatforms: true });
  const publicUrl = url ?? server.publicUrl;
  if (platforms === null || publicUrl === null) {
    throw new CliError(
      'PUBLIC_URL is not set, so GitLab cannot be told where to send to.\n' +
        'Set it to the address others reach this server at, such as https://tieline.example.com, or give --url.',
      EX_CONFIG,
    );
  }
  if (!URL.canParse(publicUrl) || !/^https?:/.test(publicUrl)) {
    throw new CliError('--url takes an address such as https://tieline.example.com.');
  }
  return { platforms, publicUrl, gitlab: setupClient(platforms) };
}

function scopesOf({ group, project, system = false }: Options): Scope[] {
  return [
    ...(system ? [{ kind: 'system' } as const] : []),
    ...group.map((path) => ({ kind: 'group', path }) as const),
    ...project.map((path) => ({ kind: 'project', path }) as const),
  ];
}

/** Without a place: the bot's top-level groups, and the instance where an administrator's token is at hand. */
async function scopesOrAll({ platforms }: Setting, options: Options): Promise<Scope[]> {
  const given = scopesOf(options);
  if (given.length > 0) return given;
  const roots = await explained('group', 'the top-level groups', () =>
    setupClient(platforms, 'bot').rootGroups(),
  );
  const groups = roots.map(({ full_path: path }) => ({ kind: 'group', path }) as const);
  return platforms.gitlab.adminToken === null ? groups : [{ kind: 'system' }, ...groups];
}

async function at<T>({ gitlab }: Setting, scope: Scope, work: (place: NamedPlace) => Promise<T>): Promise<T> {
  const path = scope.kind === 'system' ? SYSTEM.path : scope.path;
  return explained(scope.kind, path, async () => {
    const place = await findPlace(gitlab, scope);
    if (place !== null) return work(place);
    throw new CliError(
      `GitLab shows no ${scope.kind} ${path} to the user of ${gitlab.tokenName}.\n` +
        'Check the path, and that this user is a member there.',
    );
  });
}

async function explained<T>(kind: Scope['kind'], path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainSetupFailure(error, kind, path);
  }
}
