import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ConfigError,
  type Environment,
  type LoadOptions,
  loadConfig,
  loadServerConfig,
  renderConfigError,
} from '../src/config.ts';
import { describeSettings } from '../src/settings.ts';

const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const COMPLETE = {
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
  SLACK_BOT_TOKEN: 'xoxb-1234-5678-abcdef',
  GITLAB_URL: 'https://gitlab.example.com/',
  GITLAB_TOKEN: 'glpat-0123456789abcdefghij',
  GITLAB_WEBHOOK_SECRET: '0123456789abcdef0123456789abcdef',
} as const;

/** The problems, each as NAME and what is wrong with it. */
function problems(env: Environment, options: LoadOptions = {}): string[] {
  try {
    loadConfig(env, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ name, problem }) => `${name} ${problem}`);
    throw error;
  }
  return [];
}

/** Everything that a person or a log could get to see of the error. */
function shown(env: Environment): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError)
      return `${renderConfigError(error)}\n${error.stack}\n${JSON.stringify(error)}\n${JSON.stringify(error.problems)}`;
    throw error;
  }
  return expect.fail('the settings were taken');
}

describe('no settings at all', () => {
  test('mean sandbox mode on this machine, with the embedded database', () => {
    expect(loadConfig({})).toEqual({
      server: {
        port: 3000,
        host: '127.0.0.1',
        publicUrl: null,
        databaseUrl: null,
        dataDir: './data',
        sweepIntervalMs: 3_600_000,
        keepBodiesMs: 7 * 24 * 3_600_000,
        logLevel: null,
      },
      platforms: null,
    });
  });

  test('and none of the server’s settings bring the real bot', () => {
    const env = {
      PORT: '8080',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'debug',
      SLACK_API_URL: 'http://127.0.0.1:1/api',
    };
    expect(loadConfig(env).platforms).toBeNull();
    expect(loadConfig(env).server).toMatchObject({ port: 8080, host: '0.0.0.0', logLevel: 'debug' });
  });

  test('are the same as empty ones and blank ones', () => {
    expect(loadConfig({ GITLAB_URL: '', GITLAB_TOKEN_FILE: '', PORT: '', DATA_DIR: '  ' })).toEqual(
      loadConfig({}),
    );
  });

  test('are a problem where the real bot is asked for: all that is missing is listed', () => {
    expect(problems({}, { needsPlatforms: true })).toEqual([
      'SLACK_SIGNING_SECRET is not set',
      'SLACK_BOT_TOKEN is not set',
      'GITLAB_URL is not set',
      'GITLAB_TOKEN is not set',
      'GITLAB_WEBHOOK_SECRET is not set',
    ]);
  });
});

describe('the settings of the real bot', () => {
  test('are taken when complete, addresses without their last slash', () => {
    expect(loadConfig(COMPLETE).platforms).toEqual({
      slack: { signingSecret: SIGNING_SECRET, botToken: COMPLETE.SLACK_BOT_TOKEN, apiUrl: null },
      gitlab: {
        url: 'https://gitlab.example.com',
        token: COMPLETE.GITLAB_TOKEN,
        adminToken: null,
        webhookSecret: COMPLETE.GITLAB_WEBHOOK_SECRET,
        signingTokens: [],
        systemHookSecret: null,
      },
    });
  });

  test('lose the space around them, as pasting brings along', () => {
    const spaced = Object.fromEntries(Object.entries(COMPLETE).map(([name, value]) => [name, ` ${value}\n`]));
    expect(loadConfig(spaced)).toEqual(loadConfig(COMPLETE));
  });

  test('may hold several signing tokens while one takes over from another', () => {
    const tokens = [`whsec_${'A'.repeat(44)}`, `whsec_${'B'.repeat(43)}=`];
    const { platforms } = loadConfig({ ...COMPLETE, GITLAB_SIGNING_TOKEN: tokens.join(' ') });
    expect(platforms?.gitlab.signingTokens).toEqual(tokens);
  });

  test.each(Object.keys(COMPLETE))('%s cannot be left out', (name) => {
    expect(problems({ ...COMPLETE, [name]: undefined })).toEqual([`${name} is not set`]);
  });

  test('one alone lists all the others', () => {
    expect(problems({ GITLAB_URL: 'https://gitlab.example.com' })).toHaveLength(4);
  });

  test('must not use one secret for project hooks and for system hooks', () => {
    const env = { ...COMPLETE, GITLAB_SYSTEM_HOOK_SECRET: COMPLETE.GITLAB_WEBHOOK_SECRET };
    expect(problems(env)).toEqual([
      'GITLAB_SYSTEM_HOOK_SECRET is the same as GITLAB_WEBHOOK_SECRET, so a project could forge system hooks',
    ]);
  });

  const MANY = {
    ...COMPLETE,
    SLACK_BOT_TOKEN: undefined,
    PUBLIC_URL: 'https://tieline.example.com',
    SLACK_CLIENT_ID: '1234.5678',
    SLACK_CLIENT_SECRET: 'client-secret-0123456789',
    SLACK_STATE_SECRET: 'state-secret-0123456789',
    TIELINE_SECRET_KEY: 'key-0123456789-0123456789-0123456789',
    GITLAB_OAUTH_CLIENT_ID: 'oauth-client-id',
    GITLAB_OAUTH_CLIENT_SECRET: 'oauth-client-secret',
  };

  test('may name many workspaces in place of one token', () => {
    expect(problems(MANY)).toEqual([]);
    expect(loadConfig(MANY).platforms?.slack).toEqual({
      signingSecret: SIGNING_SECRET,
      botToken: '',
      apiUrl: null,
      install: {
        clientId: MANY.SLACK_CLIENT_ID,
        clientSecret: MANY.SLACK_CLIENT_SECRET,
        stateSecret: MANY.SLACK_STATE_SECRET,
        secretKey: MANY.TIELINE_SECRET_KEY,
      },
    });
  });

  test.each(['SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET', 'TIELINE_SECRET_KEY'])(
    'for many workspaces %s cannot be left out',
    (name) => {
      expect(problems({ ...MANY, [name]: undefined })).toContain(
        `${name} is not set, and SLACK_CLIENT_ID is of no use without it`,
      );
    },
  );

  test('for many workspaces people must be able to connect their account', () => {
    const env = { ...MANY, GITLAB_OAUTH_CLIENT_ID: undefined, GITLAB_OAUTH_CLIENT_SECRET: undefined };
    expect(problems(env)).toEqual([
      'GITLAB_OAUTH_CLIENT_ID is not set, and in many workspaces people are known only by connecting their account',
    ]);
  });

  test('are for one workspace or for many, not both', () => {
    expect(problems({ ...MANY, SLACK_BOT_TOKEN: COMPLETE.SLACK_BOT_TOKEN })).toEqual([
      'SLACK_BOT_TOKEN is for one workspace, and SLACK_CLIENT_ID for many: unset one',
    ]);
  });

  test('need no signing secret with Socket Mode', () => {
    const env = { ...COMPLETE, SLACK_SIGNING_SECRET: undefined, SLACK_APP_TOKEN: 'xapp-1-A1-0123456789' };
    expect(problems(env)).toEqual([]);
    expect(loadConfig(env).platforms?.slack).toMatchObject({
      signingSecret: '',
      appToken: env.SLACK_APP_TOKEN,
    });
  });

  test('need no secret token where webhooks are signed', () => {
    const key = `whsec_${'A'.repeat(43)}=`;
    const env = { ...COMPLETE, GITLAB_WEBHOOK_SECRET: undefined, GITLAB_SIGNING_TOKEN: key };
    const { platforms } = loadConfig(env);
    expect(platforms?.gitlab).toMatchObject({ webhookSecret: '', signingTokens: [key] });
    expect(problems({ ...env, GITLAB_SIGNING_TOKEN: 'whsec_' })).toEqual([
      'GITLAB_SIGNING_TOKEN does not look like whsec_…',
      'GITLAB_WEBHOOK_SECRET is not set',
    ]);
  });

  test('name an OAuth application whole or not at all', () => {
    expect(problems({ ...COMPLETE, GITLAB_OAUTH_CLIENT_ID: 'oauth-client-id' })).toEqual([
      'GITLAB_OAUTH_CLIENT_SECRET is not set, and GITLAB_OAUTH_CLIENT_ID is of no use without it',
      'PUBLIC_URL is not set, and GITLAB_OAUTH_CLIENT_ID is of no use without it',
    ]);
  });

  test('NATIVE_CRM may be off and nothing else', () => {
    expect(problems({ ...COMPLETE, NATIVE_CRM: 'off' })).toEqual([]);
    expect(problems({ ...COMPLETE, NATIVE_CRM: 'mirror' })).toEqual([
      'NATIVE_CRM is not supported by this version beyond off',
    ]);
  });
});

describe('what is wrong with a setting', () => {
  const WRONG = [
    ['PORT', '-1', 'is not a whole number'],
    ['PORT', '3000.5', 'is not a whole number'],
    ['PORT', '0x50', 'is not a whole number'],
    ['PORT', '1e3', 'is not a whole number'],
    ['PORT', 'http', 'is not a whole number'],
    ['PORT', '65536', 'is not a port'],
    ['PUBLIC_URL', 'tieline.example.com', 'is not an http(s) address'],
    ['PUBLIC_URL', 'ftp://tieline.example.com', 'is not an http(s) address'],
    ['GITLAB_URL', 'https://gitlab.example.com/?a=b', 'holds more than an address and a path'],
    ['GITLAB_URL', 'https://me:pw@gitlab.example.com', 'holds more than an address and a path'],
    ['DATABASE_URL', 'mysql://localhost/tieline', 'is not a postgresql:// address'],
    ['LOG_LEVEL', 'loud', 'is not a log level'],
    ['SLACK_SIGNING_SECRET', 'short', 'is shorter than 16 characters'],
    ['GITLAB_WEBHOOK_SECRET', 'fifteen-letters', 'is shorter than 16 characters'],
    ['KEEP_BODIES', '7', 'is not a number of days such as 7d'],
    ['KEEP_BODIES', '0d', 'is not a number of days such as 7d'],
    ['GITLAB_TOKEN', 'two words here', 'does not look like a token'],
    ['GITLAB_TOKEN', 'short', 'does not look like a token'],
    ['GITLAB_SIGNING_TOKEN', 'secret-without-its-prefix-0123456789', 'does not look like whsec_…'],
    ['GITLAB_SIGNING_TOKEN', `whsec_${'='.repeat(40)}`, 'does not look like whsec_…'],
    ['GITLAB_SIGNING_TOKEN', 'whsec_', 'does not look like whsec_…'],
    ['GITLAB_SIGNING_TOKEN', 'whsec_c2hvcnQ=', 'holds less than 24 bytes of key'],
    ['GITLAB_SIGNING_TOKEN', `whsec_${'A'.repeat(44)} whsec_AAAA`, 'holds less than 24 bytes of key'],
    ['GITLAB_WEBHOOK_SECRET', `short${' '.repeat(30)}`, 'is shorter than 16 characters'],
    ['GITLAB_WEBHOOK_SECRET', ' '.repeat(30), 'is not set'],
    ['GITLAB_WEBHOOK_SECRET', '', 'is not set'],
    ['GITLAB_SYSTEM_HOOK_SECRET', 'short', 'is shorter than 16 characters'],
    ['GITLAB_URL', 'gitlab.example.com', 'is not an http(s) address'],
    ['SLACK_API_URL', 'slack.com/api', 'is not an http(s) address'],
    ['SLACK_BOT_TOKEN', 'short', 'does not look like a token'],
    ['SLACK_APP_TOKEN', 'xoxb-0123456789', 'does not look like xapp-…'],
    ['SLACK_CLIENT_ID', 'no', 'does not look like a client id'],
    ['SLACK_CLIENT_SECRET', 'short', 'is shorter than 16 characters'],
    ['SLACK_STATE_SECRET', 'short', 'is shorter than 16 characters'],
    ['TIELINE_SECRET_KEY', 'only-sixteen-sig', 'is shorter than 32 characters'],
    ['GITLAB_ADMIN_TOKEN', 'short', 'does not look like a token'],
    ['GITLAB_OAUTH_CLIENT_ID', 'two words', 'does not look like a token'],
    ['GITLAB_OAUTH_CLIENT_SECRET', 'short', 'does not look like a token'],
    ['NATIVE_CRM', 'on', 'is not supported by this version beyond off'],
    ['SWEEP_INTERVAL', '30', 'is not a time such as 30m or 1h, nor 0'],
    ['SWEEP_INTERVAL', '1.5h', 'is not a time such as 30m or 1h, nor 0'],
    ['SWEEP_INTERVAL', '9s', 'is not from 10s to 500h, nor 0'],
    ['SWEEP_INTERVAL', '501h', 'is not from 10s to 500h, nor 0'],
    ['KEEP_BODIES', '1w', 'is not a number of days such as 7d'],
  ] as const;
  test.each(WRONG)('%s=%s', (name, value, problem) => {
    expect(problems({ ...COMPLETE, [name]: value })).toEqual([`${name} ${problem}`]);
  });

  test('is told of each that can be wrong', () => {
    const anyText = ['HOST', 'DATA_DIR'];
    const tried = new Set<string>([...WRONG.map(([name]) => name), ...anyText]);
    expect(describeSettings().filter(({ name }) => !tried.has(name))).toEqual([]);
  });

  test.each([
    ['0', 0],
    ['1', 1],
    ['65535', 65_535],
  ])('PORT=%s is a port', (value, port) => expect(loadConfig({ PORT: value }).server.port).toBe(port));

  test.each(['postgres://localhost/tieline', 'postgresql://me@[::1]:5433/tieline?sslmode=require'])(
    'DATABASE_URL=%s is an address',
    (value) => expect(loadConfig({ DATABASE_URL: value }).server.databaseUrl).toBe(value),
  );

  test('comes all at once: what is wrong and what is missing', () => {
    expect(problems({ PORT: 'x', LOG_LEVEL: 'loud', GITLAB_URL: 'nowhere', GITLAB_TOKEN: 'short' })).toEqual([
      'PORT is not a whole number',
      'GITLAB_URL is not an http(s) address',
      'GITLAB_TOKEN does not look like a token',
      'LOG_LEVEL is not a log level',
      'SLACK_SIGNING_SECRET is not set',
      'SLACK_BOT_TOKEN is not set',
      'GITLAB_WEBHOOK_SECRET is not set',
    ]);
  });

  test('is said with what the setting is for and how to mend it', () => {
    const text = shown({ ...COMPLETE, GITLAB_TOKEN: undefined });
    expect(text).toContain('GITLAB_TOKEN is not set');
    expect(text).toContain('what it is for: the bot');
    expect(text).toContain('how to mend it: a personal or group access token of the bot with the scope api');
    expect(text).toContain('NAME_FILE=/path');
  });
});

describe('a secret', () => {
  let directory = '';
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tieline-config-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('is read from the file that NAME_FILE names, without the line break at its end', () => {
    const env = {
      ...COMPLETE,
      GITLAB_TOKEN: undefined,
      GITLAB_TOKEN_FILE: file('token', `${COMPLETE.GITLAB_TOKEN}\n`),
    };
    expect(loadConfig(env)).toEqual(loadConfig(COMPLETE));
  });

  test('in a file alone is enough to want the real bot', () => {
    expect(problems({ GITLAB_TOKEN_FILE: file('only', COMPLETE.GITLAB_TOKEN) })).toHaveLength(4);
  });

  test('cannot be set both ways', () => {
    const env = { ...COMPLETE, GITLAB_TOKEN_FILE: file('both', COMPLETE.GITLAB_TOKEN) };
    expect(problems(env)).toEqual(['GITLAB_TOKEN is set twice, as itself and as a file']);
  });

  test('in a file that is not there is told with the reason', () => {
    const env = { ...COMPLETE, GITLAB_TOKEN: undefined, GITLAB_TOKEN_FILE: join(directory, 'missing') };
    expect(problems(env)).toEqual([
      'GITLAB_TOKEN is to be read from the file in GITLAB_TOKEN_FILE, which cannot be read (ENOENT)',
    ]);
  });

  test('in a file that is a directory is told too', () => {
    expect(problems({ ...COMPLETE, GITLAB_ADMIN_TOKEN_FILE: directory })).toEqual([
      'GITLAB_ADMIN_TOKEN is to be read from the file in GITLAB_ADMIN_TOKEN_FILE, which cannot be read (EISDIR)',
    ]);
  });

  test('in an empty file does not count as unset', () => {
    expect(problems({ DATABASE_URL_FILE: file('empty', '\n') })).toEqual([
      'DATABASE_URL is to be read from the file in DATABASE_URL_FILE, which is empty',
    ]);
  });

  test('is judged by the same rule in a file', () => {
    const env = {
      ...COMPLETE,
      SLACK_SIGNING_SECRET: undefined,
      SLACK_SIGNING_SECRET_FILE: file('short', 'abc'),
    };
    expect(problems(env)).toEqual(['SLACK_SIGNING_SECRET is shorter than 16 characters']);
  });

  const SECRETS = describeSettings().filter(({ secret }) => secret);

  test.each(SECRETS.map(({ name }) => name))('%s is never shown, whatever is wrong with it', (name) => {
    const wrong = `sekrit w0rds\tof ${name}`;
    expect(shown({ ...COMPLETE, [name]: wrong, PORT: 'x' })).not.toContain('sekrit');
    expect(shown({ ...COMPLETE, [name]: undefined, [`${name}_FILE`]: wrong })).not.toContain('sekrit');
    expect(shown({ ...COMPLETE, [name]: wrong, [`${name}_FILE`]: file('secret', wrong) })).not.toContain(
      'sekrit',
    );
  });

  test('that is fine is not shown beside one that is not', () => {
    const text = shown({ ...COMPLETE, PORT: 'x' });
    for (const { name } of SECRETS) {
      const value = (COMPLETE as Environment)[name];
      if (value) expect(text).not.toContain(value);
    }
  });
});

describe('commands that need neither Slack nor GitLab', () => {
  test('read the server’s settings where others are missing', () => {
    expect(loadServerConfig({ PORT: '8080', GITLAB_URL: 'https://gitlab.example.com' }).port).toBe(8080);
  });

  test('are told what is wrong with them', () => {
    expect(() => loadServerConfig({ DATABASE_URL: 'sqlite://x' })).toThrow(ConfigError);
  });
});

describe('every setting', () => {
  test.each(describeSettings().map((setting) => [setting.name, setting] as const))(
    '%s says what it is for and what to put there',
    (_name, { purpose, remedy }) => {
      expect(purpose).toMatch(/\S/);
      expect(remedy).toMatch(/\S/);
    },
  );
});

test('a command that needs neither Slack nor GitLab does not mind what is wrong with theirs', () => {
  expect(loadServerConfig({ ...COMPLETE, GITLAB_TOKEN: 'x', PORT: '4000' }).port).toBe(4000);
  expect(() => loadServerConfig({ ...COMPLETE, PORT: 'x' })).toThrow('PORT is not a whole number');
});
