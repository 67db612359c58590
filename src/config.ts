import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { SETTINGS, type Setting } from './settings.ts';

/** A setting that is missing or wrong: which, what it is for, what is wrong with it and how to mend it. */
export interface ConfigProblem {
  readonly name: string;
  readonly purpose: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Every problem with the settings at once. The process exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ name, problem }) => `${name} ${problem}`).join('; '));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Name = keyof typeof SETTINGS;
type Values = { readonly [N in Name]?: z.output<(typeof SETTINGS)[N]['schema']> };

export interface ServerConfig {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | null;
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** 0 or none for never. */
  readonly sweepIntervalMs?: number;
  /** How long bodies of handled webhooks are kept; for ever when it is not said. */
  readonly keepBodiesMs?: number;
  /** Null when it is not set. */
  readonly logLevel: string | null;
}

export interface PlatformConfig {
  readonly slack: {
    /** Empty with Socket Mode, where nothing may come over HTTP. */
    readonly signingSecret: string;
    /** Empty where each workspace has its own. */
    readonly botToken: string;
    readonly apiUrl: string | null;
    /** Socket Mode in place of requests over HTTP. */
    readonly appToken?: string;
    /** Many workspaces by OAuth. */
    readonly install?: {
      readonly clientId: string;
      readonly clientSecret: string;
      readonly stateSecret: string;
      readonly secretKey: string;
    };
  };
  readonly gitlab: {
    readonly url: string;
    readonly token: string;
    readonly adminToken: string | null;
    /** Empty where signatures alone count. */
    readonly webhookSecret: string;
    readonly signingTokens: readonly string[];
    readonly systemHookSecret: string | null;
    /** The application by which people connect their account; none where they cannot. */
    readonly oauth?: { readonly clientId: string; readonly clientSecret: string };
  };
}

/** What the program runs with. `platforms` is null when no Slack or GitLab setting is given: sandbox mode. */
export interface Config {
  readonly server: ServerConfig;
  readonly platforms: PlatformConfig | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. Only here is it read. */
export function processEnvironment(): Environment {
  return process.env;
}

export interface LoadOptions {
  readonly readFile?: (path: string) => string;
  /** Whether the absence of every Slack and GitLab setting is a problem rather than sandbox mode. */
  readonly needsPlatforms?: boolean;
}

const readText = (path: string): string => readFileSync(path, 'utf8');

/** Settings out of an environment; throws ConfigError with every problem. Prints nothing. */
export function loadConfig(
  env: Environment,
  { readFile = readText, needsPlatforms = false }: LoadOptions = {},
): Config {
  const { values, problems } = readSettings(env, readFile);
  const platforms = needsPlatforms || hasPlatformSettings(env) ? platformConfig(values, problems) : null;
  if (problems.length > 0) throw new ConfigError(problems);
  return { server: serverConfig(values), platforms };
}

/** The server's settings alone, for commands that need neither Slack nor GitLab, whatever is wrong with theirs. */
export function loadServerConfig(env: Environment, { readFile = readText }: LoadOptions = {}): ServerConfig {
  const { values, problems } = readSettings(env, readFile);
  const own = problems.filter(({ name }) => !isPlatformSetting(name));
  if (own.length > 0) throw new ConfigError(own);
  return serverConfig(values);
}

/** The addresses of this deployment and of its GitLab, where they are set; for commands that need no secrets. */
export function loadAddresses(
  env: Environment,
  { readFile = readText, needsPublicUrl = false }: LoadOptions & { readonly needsPublicUrl?: boolean } = {},
): { publicUrl: string | null; gitlabUrl: string | null } {
  const { values, problems } = readSettings(env, readFile);
  const names: readonly string[] = ['PUBLIC_URL', 'GITLAB_URL'] satisfies Name[];
  const ours = problems.filter(({ name }) => names.includes(name));
  if (needsPublicUrl && values.PUBLIC_URL === undefined && ours.length === 0) {
    ours.push(problemOf('PUBLIC_URL', 'is not set'));
  }
  if (ours.length > 0) throw new ConfigError(ours);
  return { publicUrl: values.PUBLIC_URL ?? null, gitlabUrl: values.GITLAB_URL ?? null };
}

function problemOf(name: Name, problem: string): ConfigProblem {
  const { purpose, remedy } = SETTINGS[name];
  return { name, purpose, problem, remedy };
}

/** A setting's text: from NAME, or for a secret from the file that NAME_FILE names. Empty counts as unset. */
function textOf(name: Name, env: Environment, readFile: (path: string) => string): string | undefined {
  const setting: Setting = SETTINGS[name];
  const own = env[name]?.trim() || undefined;
  const path = setting.secret ? env[`${name}_FILE`]?.trim() || undefined : undefined;
  if (path === undefined) return own;
  if (own !== undefined) throw new Error('is set twice, as itself and as a file');
  const text = secretIn(path, name, readFile);
  // An empty one must not pass for unset: the program would start without what it was told to use.
  if (text === '') throw new Error(`is to be read from the file in ${name}_FILE, which is empty`);
  return text;
}

/** The path is not repeated: somebody may have put the secret itself there. */
function secretIn(path: string, name: Name, readFile: (path: string) => string): string {
  try {
    return readFile(path).trim();
  } catch (error) {
    const { code = 'unreadable' } = error as { code?: string };
    throw new Error(`is to be read from the file in ${name}_FILE, which cannot be read (${code})`);
  }
}

function readSettings(
  env: Environment,
  readFile: (path: string) => string,
): { values: Values; problems: ConfigProblem[] } {
  const values: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(SETTINGS) as Name[]) {
    try {
      const text = textOf(name, env, readFile);
      if (text === undefined) continue;
      const parsed = SETTINGS[name].schema.safeParse(text);
      if (parsed.success) values[name] = parsed.data;
      else problems.push(problemOf(name, parsed.error.issues[0]?.message ?? 'is invalid'));
    } catch (error) {
      problems.push(problemOf(name, error instanceof Error ? error.message : 'is invalid'));
    }
  }
  return { values: values as Values, problems };
}

const DEFAULT_KEEP_BODIES_MS = 7 * 24 * 60 * 60 * 1_000;
const DEFAULT_SWEEP_INTERVAL_MS = 60 * 60 * 1_000;

const isPlatformSetting = (name: string): boolean =>
  /^(?:SLACK|GITLAB)_/.test(name) && name !== 'SLACK_API_URL';

function hasPlatformSettings(env: Environment): boolean {
  return Object.keys(SETTINGS).some(
    (name) => isPlatformSetting(name) && Boolean(env[name] || env[`${name}_FILE`]),
  );
}

function serverConfig(values: Values): ServerConfig {
  return {
    port: values.PORT ?? 3000,
    host: values.HOST ?? '127.0.0.1',
    publicUrl: values.PUBLIC_URL ?? null,
    databaseUrl: values.DATABASE_URL ?? null,
    dataDir: values.DATA_DIR ?? './data',
    sweepIntervalMs: values.SWEEP_INTERVAL ?? DEFAULT_SWEEP_INTERVAL_MS,
    keepBodiesMs: values.KEEP_BODIES ?? DEFAULT_KEEP_BODIES_MS,
    logLevel: values.LOG_LEVEL ?? null,
  };
}

function platformConfig(values: Values, problems: ConfigProblem[]): PlatformConfig {
  const broken = new Set(problems.map(({ name }) => name));
  for (const name of Object.keys(SETTINGS) as Name[]) {
    const setting: Setting = SETTINGS[name];
    const stands = setting.insteadOf?.some((other) => values[other as Name] !== undefined) === true;
    if (setting.needed && !stands && values[name] === undefined && !broken.has(name))
      problems.push(problemOf(name, 'is not set'));
  }
  if (values.GITLAB_SYSTEM_HOOK_SECRET && values.GITLAB_SYSTEM_HOOK_SECRET === values.GITLAB_WEBHOOK_SECRET) {
    problems.push(
      problemOf(
        'GITLAB_SYSTEM_HOOK_SECRET',
        'is the same as GITLAB_WEBHOOK_SECRET, so a project could forge system hooks',
      ),
    );
  }
  const { GITLAB_OAUTH_CLIENT_ID: clientId, GITLAB_OAUTH_CLIENT_SECRET: clientSecret } = values;
  requireTogether(values, problems, ['GITLAB_OAUTH_CLIENT_ID', 'GITLAB_OAUTH_CLIENT_SECRET', 'PUBLIC_URL']);
  const install = installConfig(values, problems);
  return {
    slack: {
      signingSecret: values.SLACK_SIGNING_SECRET ?? '',
      botToken: values.SLACK_BOT_TOKEN ?? '',
      apiUrl: values.SLACK_API_URL ?? null,
      ...(values.SLACK_APP_TOKEN === undefined ? {} : { appToken: values.SLACK_APP_TOKEN }),
      ...(install && { install }),
    },
    gitlab: {
      url: values.GITLAB_URL ?? '',
      token: values.GITLAB_TOKEN ?? '',
      adminToken: values.GITLAB_ADMIN_TOKEN ?? null,
      webhookSecret: values.GITLAB_WEBHOOK_SECRET ?? '',
      signingTokens: values.GITLAB_SIGNING_TOKEN?.split(/\s+/) ?? [],
      systemHookSecret: values.GITLAB_SYSTEM_HOOK_SECRET ?? null,
      ...(clientId && clientSecret ? { oauth: { clientId, clientSecret } } : {}),
    },
  };
}

const INSTALL_SETTINGS = [
  'SLACK_CLIENT_ID',
  'SLACK_CLIENT_SECRET',
  'SLACK_STATE_SECRET',
  'TIELINE_SECRET_KEY',
  'PUBLIC_URL',
] as const satisfies readonly Name[];

/** Null for a single workspace. In many, an address proves nothing: whoever administers one can give people any. */
function installConfig(values: Values, problems: ConfigProblem[]): PlatformConfig['slack']['install'] | null {
  requireTogether(values, problems, INSTALL_SETTINGS);
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret } = values;
  const { SLACK_STATE_SECRET: stateSecret, TIELINE_SECRET_KEY: secretKey } = values;
  if (!clientId || !clientSecret || !stateSecret || !secretKey) return null;
  if (values.SLACK_BOT_TOKEN !== undefined) {
    problems.push(
      problemOf('SLACK_BOT_TOKEN', 'is for one workspace, and SLACK_CLIENT_ID for many: unset one'),
    );
  }
  if (values.GITLAB_OAUTH_CLIENT_ID === undefined) {
    const why = 'is not set, and in many workspaces people are known only by connecting their account';
    problems.push(problemOf('GITLAB_OAUTH_CLIENT_ID', why));
  }
  return { clientId, clientSecret, stateSecret, secretKey };
}

/** Settings that are of use only together; PUBLIC_URL alone is no half of anything. */
function requireTogether(values: Values, problems: ConfigProblem[], names: readonly Name[]): void {
  const given = names.filter((name) => name !== 'PUBLIC_URL' && values[name] !== undefined);
  if (given.length === 0) return;
  for (const name of names) {
    if (values[name] !== undefined || problems.some((problem) => problem.name === name)) continue;
    problems.push(problemOf(name, `is not set, and ${given[0]} is of no use without it`));
  }
}

/** The problems as lines for a terminal. */
export function renderConfigError(error: ConfigError): string {
  return [
    'Tieline cannot start: some settings are missing or wrong.',
    '',
    ...error.problems.flatMap(({ name, purpose, problem, remedy }) => [
      `  ${name} ${problem}`,
      `      what it is for: ${purpose}`,
      `      how to mend it: ${remedy}`,
      '',
    ]),
    'A secret can also be read from a file: NAME_FILE=/path. With no Slack and no GitLab setting at all,',
    'Tieline starts in sandbox mode.',
  ].join('\n');
}
