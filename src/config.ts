import { readFileSync } from 'node:fs';
import { z } from 'zod';

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

interface Setting {
  readonly schema: z.ZodType;
  readonly purpose: string;
  readonly remedy: string;
  /** Never printed; also read from the file that `NAME_FILE` names. */
  readonly secret?: true;
  /** Without it the real bot cannot run. */
  readonly needed?: true;
}

/** Shorter secrets can be guessed. */
const MIN_SECRET_LENGTH = 16;

const secret = z.string().min(MIN_SECRET_LENGTH, `is shorter than ${MIN_SECRET_LENGTH} characters`);
const token = z.string().regex(/^\S{8,}$/, 'does not look like a token');
const url = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'is not an http(s) address',
  )
  .transform((text) => text.replace(/\/+$/, ''));

/** Part of the contract, but not of this version: saying so beats ignoring it. */
function later(purpose: string): Setting {
  return {
    schema: z.never('is not supported by this version'),
    purpose,
    remedy: 'leave it unset',
  };
}

const SETTINGS = {
  PORT: {
    schema: z.coerce
      .number('is not a number')
      .int('is not a whole number')
      .min(0)
      .max(65_535, 'is not a port'),
    purpose: 'the port the server listens on',
    remedy: 'a number from 1 to 65535, such as 3000',
  },
  HOST: {
    schema: z.string().min(1),
    purpose: 'the address the server listens on',
    remedy: 'such as 127.0.0.1',
  },
  PUBLIC_URL: {
    schema: url,
    purpose: 'the address others reach this server at',
    remedy: 'such as https://tieline.example.com',
  },
  DATABASE_URL: {
    schema: z.string().regex(/^postgres(?:ql)?:\/\//, 'is not a postgresql:// address'),
    purpose: 'the PostgreSQL to keep everything in; unset: an embedded one below DATA_DIR',
    remedy: 'postgresql://user:password@host:5432/tieline (PostgreSQL 14 or later)',
    secret: true,
  },
  DATA_DIR: {
    schema: z.string().min(1),
    purpose: 'where the embedded database is kept',
    remedy: 'a directory that survives restarts',
  },
  SLACK_SIGNING_SECRET: {
    schema: secret,
    purpose: 'proves that a request comes from Slack',
    remedy: 'api.slack.com/apps, your app, Basic Information, Signing Secret',
    secret: true,
    needed: true,
  },
  SLACK_BOT_TOKEN: {
    schema: token,
    purpose: 'lets Tieline write in Slack',
    remedy: 'api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token (xoxb-…)',
    secret: true,
    needed: true,
  },
  SLACK_API_URL: {
    schema: url,
    purpose: "Slack's API, when it is not slack.com/api",
    remedy: 'leave it unset',
  },
  GITLAB_URL: {
    schema: url,
    purpose: 'the GitLab whose issues and people are meant',
    remedy: 'such as https://gitlab.com',
    needed: true,
  },
  GITLAB_TOKEN: {
    schema: token,
    purpose: "the bot's own access to GitLab",
    remedy: 'a personal or group access token of the bot with the scope api',
    secret: true,
    needed: true,
  },
  GITLAB_ADMIN_TOKEN: {
    schema: token,
    purpose: 'finds people by their confirmed e-mail address',
    remedy: "an administrator's token with the scope api; optional",
    secret: true,
  },
  GITLAB_WEBHOOK_SECRET: {
    schema: secret,
    purpose: 'proves that a project or group webhook comes from GitLab',
    remedy: 'make one with: openssl rand -hex 32, and set it as the secret token of each webhook',
    secret: true,
    needed: true,
  },
  GITLAB_SIGNING_TOKEN: {
    schema: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/=]{32,}(?:\s+whsec_[A-Za-z0-9+/=]{32,})*$/, 'does not look like whsec_…'),
    purpose: 'verifies signed webhooks (GitLab 19 and later); several, parted by spaces, while rotating',
    remedy: "the webhook's signing token",
    secret: true,
  },
  GITLAB_SYSTEM_HOOK_SECRET: {
    schema: secret,
    purpose: 'proves that a system hook comes from GitLab',
    remedy: 'make one with: openssl rand -hex 32; not the same as GITLAB_WEBHOOK_SECRET',
    secret: true,
  },
  SLACK_APP_TOKEN: later('Socket Mode instead of a public address'),
  SLACK_CLIENT_ID: later('many Slack workspaces by OAuth'),
  SLACK_CLIENT_SECRET: later('many Slack workspaces by OAuth'),
  SLACK_STATE_SECRET: later('many Slack workspaces by OAuth'),
  TIELINE_SECRET_KEY: later('encrypts the tokens of many Slack workspaces'),
  GITLAB_OAUTH_CLIENT_ID: later('lets people connect their GitLab account'),
  GITLAB_OAUTH_CLIENT_SECRET: later('lets people connect their GitLab account'),
  NATIVE_CRM: {
    schema: z.literal('off', 'is not supported by this version beyond off'),
    purpose: "whether GitLab's own CRM is read or written beside Tieline's",
    remedy: 'off, or leave it unset',
  },
  LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    purpose: 'how much is logged',
    remedy: 'trace, debug, info, warn, error or silent',
  },
} as const satisfies Record<string, Setting>;

type Name = keyof typeof SETTINGS;
type Values = { readonly [N in Name]?: z.output<(typeof SETTINGS)[N]['schema']> };

export interface ServerConfig {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | null;
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Null when it is not set. */
  readonly logLevel: string | null;
}

export interface PlatformConfig {
  readonly slack: {
    readonly signingSecret: string;
    readonly botToken: string;
    readonly apiUrl: string | null;
  };
  readonly gitlab: {
    readonly url: string;
    readonly token: string;
    readonly adminToken: string | null;
    readonly webhookSecret: string;
    readonly signingTokens: readonly string[];
    readonly systemHookSecret: string | null;
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

/** The server's settings alone, for commands that need neither Slack nor GitLab. */
export function loadServerConfig(env: Environment, { readFile = readText }: LoadOptions = {}): ServerConfig {
  const { values, problems } = readSettings(env, readFile);
  if (problems.length > 0) throw new ConfigError(problems);
  return serverConfig(values);
}

function problemOf(name: Name, problem: string): ConfigProblem {
  const { purpose, remedy } = SETTINGS[name];
  return { name, purpose, problem, remedy };
}

/** A setting's text: from NAME, or for a secret from the file that NAME_FILE names. Empty counts as unset. */
function textOf(name: Name, env: Environment, readFile: (path: string) => string): string | undefined {
  const setting: Setting = SETTINGS[name];
  const path = setting.secret ? env[`${name}_FILE`] : undefined;
  if (path === undefined || path === '') return env[name] || undefined;
  if (env[name]) throw new Error('is set twice, as itself and as a file');
  try {
    return readFile(path).trim() || undefined;
  } catch {
    throw new Error(`names a file that cannot be read: ${path}`);
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
    logLevel: values.LOG_LEVEL ?? null,
  };
}

function platformConfig(values: Values, problems: ConfigProblem[]): PlatformConfig {
  const broken = new Set(problems.map(({ name }) => name));
  for (const name of Object.keys(SETTINGS) as Name[]) {
    const setting: Setting = SETTINGS[name];
    if (setting.needed && values[name] === undefined && !broken.has(name))
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
  return {
    slack: {
      signingSecret: values.SLACK_SIGNING_SECRET ?? '',
      botToken: values.SLACK_BOT_TOKEN ?? '',
      apiUrl: values.SLACK_API_URL ?? null,
    },
    gitlab: {
      url: values.GITLAB_URL ?? '',
      token: values.GITLAB_TOKEN ?? '',
      adminToken: values.GITLAB_ADMIN_TOKEN ?? null,
      webhookSecret: values.GITLAB_WEBHOOK_SECRET ?? '',
      signingTokens: values.GITLAB_SIGNING_TOKEN?.split(/\s+/) ?? [],
      systemHookSecret: values.GITLAB_SYSTEM_HOOK_SECRET ?? null,
    },
  };
}

/** The settings with what each is for, for `.env.example` and the documents. */
export function describeSettings(): {
  name: string;
  purpose: string;
  remedy: string;
  secret: boolean;
  needed: boolean;
}[] {
  return (Object.entries(SETTINGS) as [string, Setting][]).map(([name, setting]) => ({
    name,
    purpose: setting.purpose,
    remedy: setting.remedy,
    secret: setting.secret === true,
    needed: setting.needed === true,
  }));
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
