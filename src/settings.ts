import { z } from 'zod';

/** One setting: how its text is read, and what to tell people about it. */
export interface Setting {
  readonly schema: z.ZodType;
  readonly purpose: string;
  readonly remedy: string;
  /** What is used when it is not set, where that can be said in a word. */
  readonly fallback?: string;
  /** Never printed; also read from the file that `NAME_FILE` names. */
  readonly secret?: true;
  /** Without it the real bot cannot run. */
  readonly needed?: true;
  /** Unless one of these is set. */
  readonly insteadOf?: readonly string[];
}

/** Shorter secrets can be guessed. */
const MIN_SECRET_LENGTH = 16;

const secret = z.string().min(MIN_SECRET_LENGTH, `is shorter than ${MIN_SECRET_LENGTH} characters`);
/** The least that Standard Webhooks allows. */
const MIN_KEY_BYTES = 24;
const isLongKey = (signingToken: string): boolean =>
  Buffer.from(signingToken.replace('whsec_', ''), 'base64').length >= MIN_KEY_BYTES;
const token = z.string().regex(/^\S{8,}$/, 'does not look like a token');

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const MAX_TIMER_MS = 500 * 3_600_000;

const parsed = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);
const isBare = ({ username, password, search, hash }: URL): boolean =>
  [username, password, search, hash].every((part) => part === '');

const url = z
  .string()
  .refine((text) => /^https?:$/.test(parsed(text)?.protocol ?? ''), 'is not an http(s) address')
  .refine((text) => isBare(parsed(text) ?? new URL('http://x')), 'holds more than an address and a path')
  .transform((text) => text.replace(/\/+$/, ''));

/** `90s`, `30m`, `1h`, or 0; within what a timer can wait. */
const interval = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,5}[smh])$/, 'is not a time such as 30m or 1h, nor 0')
  .transform((text) => Number.parseInt(text, 10) * (UNIT_MS[text.at(-1) ?? ''] ?? 0))
  .refine((ms) => ms === 0 || (ms >= 10_000 && ms <= MAX_TIMER_MS), 'is not from 10s to 500h, nor 0');

/** `7d`, in milliseconds. */
const days = z
  .string()
  .regex(/^[1-9]\d{0,3}d$/, 'is not a number of days such as 7d')
  .transform((text) => Number.parseInt(text, 10) * 24 * 3_600_000);

/** Every setting there is, in the order the documents show them. */
export const SETTINGS = {
  PORT: {
    schema: z
      .string()
      .regex(/^\d{1,5}$/, 'is not a whole number')
      .transform(Number)
      .refine((port) => port <= 65_535, 'is not a port'),
    purpose: 'the port the server listens on',
    fallback: '3000',
    remedy: 'a number from 1 to 65535, such as 3000',
  },
  HOST: {
    schema: z.string().min(1),
    purpose: 'the address the server listens on',
    fallback: '127.0.0.1',
    remedy: 'such as 127.0.0.1, or 0.0.0.0 for every address of the machine, as in the container',
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
    purpose: 'where the embedded database is kept; a second Tieline in the same place is refused',
    fallback: './data',
    remedy: 'a directory that survives restarts',
  },
  SLACK_SIGNING_SECRET: {
    schema: secret,
    purpose: 'proves that a request comes from Slack',
    remedy: 'api.slack.com/apps, your app, Basic Information, Signing Secret',
    secret: true,
    needed: true,
    insteadOf: ['SLACK_APP_TOKEN'],
  },
  SLACK_BOT_TOKEN: {
    schema: token,
    purpose: 'lets Tieline write in Slack',
    remedy: 'api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token (xoxb-…)',
    secret: true,
    needed: true,
    insteadOf: ['SLACK_CLIENT_ID'],
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
    purpose:
      'finds people by their confirmed e-mail address, registers system hooks, and webhooks in place of the bot',
    remedy: "an administrator's token with the scope api; optional",
    secret: true,
  },
  GITLAB_WEBHOOK_SECRET: {
    schema: secret,
    purpose: 'proves that a project or group webhook comes from GitLab',
    remedy:
      'make one with: openssl rand -hex 32; tieline webhook register sets it as the secret token of each webhook',
    secret: true,
    needed: true,
    insteadOf: ['GITLAB_SIGNING_TOKEN'],
  },
  GITLAB_SIGNING_TOKEN: {
    schema: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]+={0,2}(?:\s+whsec_[A-Za-z0-9+/]+={0,2})*$/, 'does not look like whsec_…')
      .refine((text) => text.split(/\s+/).every(isLongKey), `holds less than ${MIN_KEY_BYTES} bytes of key`),
    purpose:
      'verifies signed webhooks (GitLab 19 and later); while rotating several, parted by spaces: webhooks are registered with the first, and any is taken',
    remedy: 'make one with: echo "whsec_$(openssl rand -base64 32)"; tieline webhook register sets it',
    secret: true,
  },
  GITLAB_SYSTEM_HOOK_SECRET: {
    schema: secret,
    purpose: 'proves that a system hook comes from GitLab; maintainers of projects must not know it',
    remedy: 'make one with: openssl rand -hex 32; not the same as GITLAB_WEBHOOK_SECRET',
    secret: true,
  },
  SLACK_APP_TOKEN: {
    schema: z.string().regex(/^xapp-\S{8,}$/, 'does not look like xapp-…'),
    purpose: 'Socket Mode: Slack is reached by a connection from here, and needs no public address',
    remedy: 'api.slack.com/apps, your app, Basic Information, App-Level Tokens, scope connections:write',
    secret: true,
  },
  SLACK_CLIENT_ID: {
    schema: z.string().regex(/^[\w.]{3,}$/, 'does not look like a client id'),
    purpose:
      'many Slack workspaces, each by OAuth, in place of SLACK_BOT_TOKEN (with SLACK_CLIENT_SECRET, SLACK_STATE_SECRET, TIELINE_SECRET_KEY, PUBLIC_URL and the GITLAB_OAUTH settings)',
    remedy: 'api.slack.com/apps, your app, Basic Information, Client ID',
  },
  SLACK_CLIENT_SECRET: {
    schema: secret,
    purpose: 'proves to Slack that it is Tieline who installs itself',
    remedy: 'api.slack.com/apps, your app, Basic Information, Client Secret',
    secret: true,
  },
  SLACK_STATE_SECRET: {
    schema: secret,
    purpose: 'ties an installation to the browser it was begun in',
    remedy: 'make one with: openssl rand -hex 32',
    secret: true,
  },
  TIELINE_SECRET_KEY: {
    schema: z.string().min(32, 'is shorter than 32 characters'),
    purpose: 'encrypts the tokens of many Slack workspaces; without it they cannot be read again',
    remedy: 'make one with: openssl rand -hex 32, and keep it with your backups',
    secret: true,
  },
  GITLAB_OAUTH_CLIENT_ID: {
    schema: token,
    purpose: 'lets people connect their GitLab account (with GITLAB_OAUTH_CLIENT_SECRET and PUBLIC_URL)',
    remedy: 'the Application ID of an OAuth application on GitLab, scope read_user; docs/install.md says how',
  },
  GITLAB_OAUTH_CLIENT_SECRET: {
    schema: token,
    purpose: 'proves to GitLab that it is Tieline who asks',
    remedy: 'the Secret of that application',
    secret: true,
  },
  NATIVE_CRM: {
    schema: z.literal('off', 'is not supported by this version beyond off'),
    purpose: "whether GitLab's own CRM is read or written beside Tieline's",
    remedy: 'off, or leave it unset',
    fallback: 'off',
  },
  SWEEP_INTERVAL: {
    schema: interval,
    purpose: 'how often GitLab is asked for what webhooks did not tell: moves, transfers, lost deliveries',
    fallback: '1h',
    remedy: 'such as 30m or 2h; 0 turns it off',
  },
  KEEP_BODIES: {
    schema: days,
    purpose:
      'how long the bodies of webhooks are kept after they were handled; then only their keys, kinds and outcomes. Those of failed ones stay until they are replayed',
    fallback: '7d',
    remedy: 'a number of days such as 7d',
  },
  LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'is not a log level'),
    purpose: 'how much is logged',
    fallback: 'info',
    remedy: 'trace, debug, info, warn, error or silent',
  },
} as const satisfies Record<string, Setting>;

/** A setting as the documents tell of it. */
export interface DescribedSetting {
  readonly name: string;
  readonly purpose: string;
  readonly remedy: string;
  readonly fallback: string | null;
  readonly secret: boolean;
  /** Without it the real bot cannot run, unless one of `insteadOf` is set. */
  readonly needed: boolean;
  readonly insteadOf: readonly string[];
}

/** The settings with what each is for, for `.env.example` and the documents. */
export function describeSettings(): DescribedSetting[] {
  return (Object.entries(SETTINGS) as [string, Setting][]).map(([name, setting]) => ({
    name,
    purpose: setting.purpose,
    remedy: setting.remedy,
    fallback: setting.fallback ?? null,
    secret: setting.secret === true,
    needed: setting.needed === true,
    insteadOf: setting.insteadOf ?? [],
  }));
}
