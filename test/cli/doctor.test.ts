import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlatformConfig } from '../../src/config.ts';
import type { FakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { startFakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { workspaceOfWorld } from '../../src/sandbox/slack/from-world.ts';
import { checkLocalNetwork } from '../../src/start/doctor/check-local-network.ts';
import { examine } from '../../src/start/doctor/examine.ts';
import type { Finding } from '../../src/start/doctor/finding.ts';
import { type SocketServer, startSocketServer } from '../slack/socket-server.ts';
import { TEST_WORLD } from '../support/cast.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { asAdmin, BOT_TOKEN, type Platforms, SIGNING_SECRET, startPlatforms } from '../support/platforms.ts';
import { runProgram, settingsOf } from '../support/program.ts';

let db: TestDatabase;
let platforms: Platforms;
let gitlab: FakeGitLab;
let tieline: Server;
let publicUrl: string;
let answer = 200;

beforeAll(async () => {
  db = await testDatabase();
  tieline = createServer((request, response) => {
    request.resume();
    response.writeHead(answer, { 'content-type': 'application/json' }).end('{"status":"ok"}');
  });
  await new Promise<void>((resolve) => {
    tieline.listen(0, '127.0.0.1', resolve);
  });
  publicUrl = `http://127.0.0.1:${(tieline.address() as AddressInfo).port}`;
});
afterAll(async () => {
  tieline.close();
  await db.drop();
});
beforeEach(async () => {
  answer = 200;
  platforms = await startPlatforms(() => '');
  gitlab = platforms.gitlab;
  await look({ fix: true });
  return () => platforms.close();
});

interface Asked {
  fix?: boolean;
  gitlab?: Partial<PlatformConfig['gitlab']>;
  slack?: Partial<PlatformConfig['slack']>;
  publicUrl?: string | null;
  databaseUrl?: string;
}

function look(asked: Asked = {}): Promise<Finding[]> {
  const { config } = platforms;
  return examine({
    server: {
      port: 0,
      host: '127.0.0.1',
      publicUrl: asked.publicUrl === undefined ? publicUrl : asked.publicUrl,
      databaseUrl: asked.databaseUrl ?? db.connectionString,
      dataDir: 'unused',
      logLevel: null,
    },
    platforms: {
      slack: { ...config.slack, ...asked.slack },
      gitlab: { ...config.gitlab, ...asked.gitlab },
    },
    fix: asked.fix ?? false,
  });
}

/** What is not in order, as `status check: what`; each says what to do. */
async function wrong(asked: Asked = {}): Promise<string[]> {
  const findings = (await look(asked)).filter(({ status }) => status !== 'ok');
  for (const { todo } of findings) expect(todo).toMatch(/\w{2}/);
  return findings.map(({ check, status, what }) => `${status} ${check}: ${what}`);
}

const call = (method: string, path: string, body: object = {}) =>
  fetch(`${gitlab.url}/api/v4${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'private-token': gitlab.tokenOf('root') },
    body: JSON.stringify(body),
  });

async function acmeHook(): Promise<string> {
  const { groups, hooks } = gitlab.state();
  const acme = groups.find(({ path }) => path === 'acme')?.id;
  const id = hooks.find(({ kind, ownerId }) => kind === 'group' && ownerId === acme)?.id;
  return `/groups/${acme}/hooks/${id}`;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000 + 60_000).toISOString();

describe('what is in order', () => {
  test('is said, thing by thing', async () => {
    const findings = await look();
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(
      new Set([
        'settings',
        'address',
        'database',
        'backlog',
        'gitlab',
        'gitlab.version',
        'gitlab.clock',
        'gitlab.token',
        'gitlab.admin_token',
        'gitlab.role',
        'gitlab.webhook',
        'slack',
      ]),
    );
  });
});

describe('webhooks', () => {
  test('one that was deleted is missed, and put back by --fix', async () => {
    await call('DELETE', await acmeHook());
    expect(await wrong()).toEqual(['fail gitlab.webhook: group acme: no webhook leads to Tieline']);
    const fixed = await look({ fix: true });
    expect(fixed).toContainEqual({
      check: 'gitlab.webhook',
      status: 'ok',
      what: 'group acme: just created',
      todo: null,
    });
    expect(await wrong()).toEqual([]);
  });

  test('one with wrong events is told which, and put right by --fix', async () => {
    await call('PUT', await acmeHook(), { note_events: false });
    expect(await wrong()).toEqual(['fail gitlab.webhook: group acme: note_events is off']);
    await call('PUT', await acmeHook(), { note_events: true, push_events: true });
    expect(await wrong()).toEqual(['warn gitlab.webhook: group acme: push_events is on and not needed']);
    await look({ fix: true });
    expect(await wrong()).toEqual([]);
  });

  test('one with a custom template, which tells nothing, is told, and --fix takes the template away', async () => {
    await call('PUT', await acmeHook(), { custom_webhook_template: '{"text":"{{object_kind}}"}' });
    expect(await wrong()).toEqual([
      'fail gitlab.webhook: group acme: a custom template is set, so it tells nothing that Tieline can read',
    ]);
    await look({ fix: true });
    expect(await wrong()).toEqual([]);
  });

  test('one that is not signed though it could be is told, and signed by --fix', async () => {
    const signs = { signingTokens: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`] };
    const asked = () => {
      gitlab.faults.respond({ path: /\/metadata$/, status: 200, body: { version: '19.1.0' } });
      return wrong({ gitlab: signs });
    };
    expect(await asked()).toEqual([
      'warn gitlab.webhook: group acme: its deliveries are not signed, though GITLAB_SIGNING_TOKEN is set',
      'warn gitlab.webhook: group globex: its deliveries are not signed, though GITLAB_SIGNING_TOKEN is set',
    ]);
    await look({ gitlab: signs, fix: true });
    expect(await asked()).toEqual([]);
  });

  test('without a secret for system hooks an administrator is told what that costs', async () => {
    expect(await wrong({ gitlab: { systemHookSecret: null } })).toEqual([
      'warn gitlab.webhook: the whole instance: GITLAB_SYSTEM_HOOK_SECRET is not set, so new, renamed and transferred projects are heard of by the next comment or sweep',
    ]);
    const without = await wrong({ gitlab: { systemHookSecret: null, adminToken: null } });
    expect(without.filter((line) => line.includes('the whole instance'))).toEqual([]);
  });

  test('one that GitLab disabled is told with its failures, and enabled by --fix', async () => {
    gitlab.switches.autoDisable = true;
    answer = 500;
    for (let failures = 0; failures < 4; failures += 1) {
      await gitlab.as('olga').comment('acme/app', 1, `comment ${failures}`);
      await gitlab.idle();
    }
    answer = 200;
    expect(await wrong()).toEqual([
      'fail gitlab.webhook: group acme: GitLab has disabled it (temporarily_disabled)',
      expect.stringMatching(
        /^warn gitlab\.webhook: group acme: 4 of the newest deliveries failed, .*\(500\)$/,
      ),
    ]);
    await look({ fix: true });
    expect(gitlab.hookStatus().map(({ status }) => status)).not.toContain('temporarily_disabled');
  });

  test('on projects count where a group can have none', async () => {
    await call('DELETE', await acmeHook());
    gitlab.faults.respond({ path: /\/groups\/101\/hooks/, status: 404, times: 3 });
    await look({ fix: true });
    expect(await wrong()).toEqual([]);
  });

  test('cannot be looked for without PUBLIC_URL', async () => {
    expect(await wrong({ publicUrl: null })).toEqual([
      'fail address: PUBLIC_URL is not set, so webhooks cannot be looked for',
    ]);
  });
});

describe('GitLab', () => {
  test('a token that expired is told once, and Slack is looked at all the same', async () => {
    gitlab.revokeToken(gitlab.tokenOf('tieline'));
    expect(await wrong()).toEqual([
      expect.stringMatching(/^fail gitlab\.token: GitLab answered 401 .*GITLAB_TOKEN is wrong, expired/),
    ]);
    expect((await look()).some(({ check }) => check === 'slack')).toBe(true);
  });

  test.each([
    [20, 'warn gitlab.token: GITLAB_TOKEN expires in 20 days'],
    [1, 'warn gitlab.token: GITLAB_TOKEN expires in 1 day'],
    [0, 'warn gitlab.token: GITLAB_TOKEN expires within a day'],
  ])('a token that ends in %i days is told', async (days, text) => {
    const token = (expiresAt: string) => ({ name: 'bot', scopes: ['api'], expires_at: expiresAt });
    // The bot's token is asked about before or after the administrator's.
    gitlab.faults.respond({
      path: /\/personal_access_tokens\/self/,
      status: 200,
      body: token(inDays(days)),
      times: 2,
    });
    expect((await wrong()).some((line) => line.startsWith(text))).toBe(true);
  });

  test('a token without the scope api is told', async () => {
    const token = gitlab.createToken('tieline', ['read_api']);
    expect(await wrong({ gitlab: { token } })).toEqual([
      'fail gitlab.token: GITLAB_TOKEN has only the scopes read_api',
    ]);
  });

  test('a bot below Maintainer is told, group by group', async () => {
    await gitlab.setRole('tieline', 'acme', 'developer');
    await gitlab.setRole('tieline', 'globex', 'guest');
    expect(await wrong()).toEqual([
      'warn gitlab.role: tieline is less than Maintainer of acme: it can answer, but not put webhooks on projects',
      'fail gitlab.role: tieline is less than Maintainer of globex, and may not read everything there',
    ]);
  });

  test('a token of somebody who is no administrator is told', async () => {
    const [line] = await wrong({ gitlab: { adminToken: gitlab.tokenOf('olga') } });
    expect(line).toBe('warn gitlab.admin_token: GITLAB_ADMIN_TOKEN is olga, who is no administrator');
  });

  test('a clock that is ten minutes off is told', async () => {
    const [{ id, username, name } = expect.fail('nobody')] = gitlab
      .state()
      .users.filter((user) => user.username === 'tieline');
    gitlab.faults.respond({
      path: /\/user$/,
      status: 200,
      headers: { date: new Date(Date.now() + 600_000).toUTCString() },
      body: { id, username, name, state: 'active', is_admin: true },
    });
    gitlab.faults.respond({
      path: /\/user$/,
      status: 200,
      headers: { date: new Date(Date.now() + 600_000).toUTCString() },
      body: { id, username, name, state: 'active', is_admin: true },
    });
    expect(await wrong()).toEqual([
      expect.stringMatching(/^fail gitlab\.clock: GitLab's clock is (?:599|600) s ahead of this machine's/),
    ]);
  });

  test.each([
    ['14.5.2', 'leaves /add_contacts lines in; does not name deliveries'],
    ['17.4.0-ee', 'takes /add_contacts lines for itself'],
    [
      '19.1.0',
      'Community Edition: takes /add_contacts lines for itself: people write @bot add_contacts; names each delivery; can sign deliveries',
    ],
  ])('%s is told with what follows', async (version, text) => {
    gitlab.faults.respond({ path: /\/metadata$/, status: 404 });
    gitlab.faults.respond({ path: /\/version$/, status: 200, body: { version, revision: 'abc' } });
    const told = (await look()).find(({ check }) => check === 'gitlab.version');
    expect(told?.what).toContain(text);
  });

  test('deliveries that are to be signed fail on one that does not sign, unless they have a secret token', async () => {
    const signs = { signingTokens: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`] };
    const old = () => {
      gitlab.faults.respond({ path: /\/metadata$/, status: 200, body: { version: '18.11.0' } });
    };
    await look({ gitlab: signs, fix: true });
    old();
    expect(await wrong({ gitlab: signs })).toEqual([
      expect.stringMatching(/^warn gitlab\.version: GITLAB_SIGNING_TOKEN is set/),
    ]);
    old();
    expect(await wrong({ gitlab: { ...signs, webhookSecret: '' } })).toEqual([
      expect.stringMatching(/^fail gitlab\.version: .* every delivery is refused/),
    ]);
  });

  test('no answer is told, with the address', async () => {
    const lines = await look({ gitlab: { url: 'http://127.0.0.1:9', adminToken: null } });
    expect(lines.find(({ check }) => check === 'gitlab')).toMatchObject({
      status: 'fail',
      what: expect.stringContaining('cannot be reached'),
      todo: expect.stringContaining('GITLAB_URL (http://127.0.0.1:9)'),
    });
  });
});

describe('the local network', () => {
  const localUrl = 'http://10.1.2.3:8080';
  /** Nothing is sent to the address itself. */
  const told = async (changed: Partial<PlatformConfig['gitlab']> = {}, url = localUrl) => {
    const findings = await checkLocalNetwork(new URL(url), { ...platforms.config.gitlab, ...changed });
    return findings.map(({ status, what, todo }) => [status, what, todo].filter(Boolean).join(': '));
  };

  test("is known to be refused, by GitLab's own settings, and how it is allowed", async () => {
    gitlab.switches.denyLocalWebhooks = true;
    expect(await told()).toEqual([
      'fail: GitLab sends no webhooks to 10.1.2.3: it is in the local network, which is not allowed: ' +
        'an administrator of GitLab allows requests to the local network from webhooks, or lists 10.1.2.3, ' +
        'in Admin, Settings, Network, Outbound requests',
    ]);
    expect(await wrong()).toEqual([
      'fail address: GitLab sends no webhooks to 127.0.0.1: it is in the local network, which is not allowed',
    ]);
    const refused = await call('POST', '/projects/nina%2Fnotes/hooks', { url: localUrl });
    expect([refused.status, await refused.json()]).toEqual([400, { message: 'Invalid url given' }]);
  });

  test('is known to be allowed', async () => {
    expect(await told()).toEqual(['ok: GitLab allows webhooks to 10.1.2.3, which is in the local network']);
  });

  test.each([
    ['10.1.2.3', localUrl, true],
    ['10.1.2.3:8080', localUrl, true],
    ['10.1.2.3:9090', localUrl, false],
    ['10.0.0.0/8', localUrl, true],
    ['10.0.0.0/8:8080', localUrl, true],
    ['10.0.0.0/33', localUrl, false],
    ['192.168.0.0/16', localUrl, false],
    ['tieline.localhost', 'https://tieline.localhost', true],
    ['Tieline.localhost:443', 'https://tieline.localhost', true],
    ['tieline.localhost:80', 'https://tieline.localhost', false],
    ['::1', 'http://[::1]:80', true],
    ['[::1]:81', 'http://[::1]:80', false],
    ['fd00::/8', 'http://[fd12::1]', true],
  ])('that GitLab lists as %s holds %s: %s', async (entry, url, isAllowed) => {
    gitlab.switches.denyLocalWebhooks = true;
    gitlab.switches.allowedAddresses = [entry];
    const [finding = ''] = await told({}, url);
    expect(finding.split(':')[0]).toBe(isAllowed ? 'ok' : 'fail');
  });

  test.each([
    ['without the token of an administrator', () => null],
    ['with the token of somebody else', () => BOT_TOKEN],
  ])('is guessed from the address %s, and said to be', async (_name, adminToken) => {
    const [finding] = await told({ adminToken: adminToken() });
    expect(finding).toContain('this is a guess from the address');
    expect(finding).toMatch(/^warn: PUBLIC_URL \(10\.1\.2\.3\) looks like a local network's/);
    expect(await told({ adminToken: adminToken() }, 'https://203.0.113.7')).toEqual([]);
  });
});

describe('Slack', () => {
  test('a wrong token is told', async () => {
    expect(await wrong({ slack: { botToken: 'xoxb-wrong-token' } })).toEqual([
      'fail slack: Slack refuses SLACK_BOT_TOKEN (invalid_auth)',
    ]);
  });

  test('scopes that are missing are told by name', async () => {
    const { botUserId: userId, botId } = TEST_WORLD.slack;
    const slack = await startFakeSlack({
      ...workspaceOfWorld(TEST_WORLD),
      bot: { userId, botId, token: BOT_TOKEN, scopes: ['chat:write', 'commands', 'users:read'] },
      signingSecret: SIGNING_SECRET,
      requestUrl: publicUrl,
    });
    try {
      expect(await wrong({ slack: { apiUrl: slack.apiUrl } })).toEqual([
        'fail slack: the token lacks users:read.email',
        'warn slack: the token lacks channels:history, groups:history: a notice may come twice after a lost answer',
      ]);
    } finally {
      await slack.close();
    }
  });
});

describe('Socket Mode', () => {
  let slack: SocketServer;
  beforeEach(async () => {
    slack = await startSocketServer();
    return () => slack.close();
  });
  const told = async (settings: Partial<PlatformConfig['slack']>) =>
    (await look({ slack: settings })).filter(({ what }) => what.includes('Socket Mode'));

  test('is not asked about where it is not used', async () => {
    expect(await told({ apiUrl: slack.apiUrl })).toEqual([]);
    expect(slack.opened()).toBe(0);
  });

  test('is in order when Slack gives an address to connect to, which is left alone', async () => {
    expect(await told({ apiUrl: slack.apiUrl, appToken: 'xapp-1-good' })).toMatchObject([
      { check: 'slack', status: 'ok', what: 'Slack opens connections for Socket Mode', todo: null },
    ]);
    expect([slack.opened(), slack.lines()]).toEqual([1, 0]);
  });

  test('whose token is refused is told with what to do', async () => {
    slack.refuse('invalid_auth');
    expect(await told({ apiUrl: slack.apiUrl, appToken: 'xapp-1-wrong' })).toMatchObject([
      {
        status: 'fail',
        what: 'Slack refuses SLACK_APP_TOKEN for Socket Mode (invalid_auth)',
        todo: expect.stringContaining('connections:write'),
      },
    ]);
  });

  test('with the token of a bot is told, the bot itself being in order', async () => {
    expect(await wrong({ slack: { appToken: BOT_TOKEN } })).toEqual([
      'fail slack: Slack refuses SLACK_APP_TOKEN for Socket Mode (not_allowed_token_type)',
    ]);
  });
});

describe('the database', () => {
  test('that cannot be reached is told', async () => {
    const lines = await wrong({ databaseUrl: 'postgresql://nobody@127.0.0.1:1/none' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^fail database: /);
  });

  test('with work that failed for good is told with the last reason', async () => {
    const row = {
      source: 'gitlab',
      kind: 'note',
      headers: {},
      body: Buffer.from('{}'),
    };
    await db.database.prisma.delivery.create({
      data: { ...row, key: 'lost', state: 'failed', outcome: 'gave up', doneAt: new Date() },
    });
    try {
      expect(await wrong()).toEqual(['warn backlog: 1 failed for good; the latest: note, gave up']);
    } finally {
      await db.database.prisma.delivery.deleteMany();
    }
  });
});

describe('tieline doctor', { timeout: 60_000 }, () => {
  const settings = () => ({
    ...settingsOf(platforms.config, { databaseUrl: db.connectionString, port: 3000 }),
    PUBLIC_URL: publicUrl,
  });

  test('ends with 0 when all works, and with 1 when something does not', async () => {
    const healthy = await runProgram(['doctor', '--json'], settings());
    expect(healthy).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(healthy.stdout).ok).toBe(true);
    const { id } = await asAdmin(gitlab, '/groups', { path: 'newco', name: 'Newco' });
    expect(id).toBeGreaterThan(0);
    await gitlab.setRole('tieline', 'newco', 'maintainer');
    const ill = await runProgram(['doctor'], settings());
    expect(ill.exitCode).toBe(1);
    expect(ill.stdout).toContain('FAIL  gitlab.webhook: group newco: no webhook leads to Tieline');
    expect(ill.stdout).toContain(
      'what to do: run tieline doctor --fix, or tieline webhook register --group newco',
    );
    const mended = await runProgram(['doctor', '--fix'], settings());
    expect(mended.stdout).not.toContain('FAIL');
    expect(mended.exitCode).toBe(0);
  });

  test('lists every setting that is missing', async () => {
    const { exitCode, stdout } = await runProgram(['doctor', '--json'], {});
    expect(exitCode).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(findings.map(({ what }) => what.split(' ')[0])).toContain('GITLAB_TOKEN');
    expect(findings.every(({ todo }) => todo !== null)).toBe(true);
  });
});
