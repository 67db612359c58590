import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTieline, type Tieline } from '../../src/main.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { type FakeSlack, startFakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { seedDemo } from '../../src/start/seed-demo.ts';
import { messageText } from '../support/as-read.ts';
import { TEST_WORLD } from '../support/cast.ts';
import { linkFor, signIn, visit } from '../support/connect.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { hideDatabase } from '../support/hide-database.ts';
import { freePort } from '../support/program.ts';
import { type SlackFront, startSlackFront } from '../support/slack-front.ts';

/** Two companies' workspaces, whose people and channels happen to have the same ids. */
const TEAMS = { acme: 'T0ACME001', globex: 'T0GLOBEX1' } as const;
type Team = keyof typeof TEAMS;

const SECRETS = {
  signing: 'journey-signing-secret-0123456789',
  client: 'journey-client-secret-0123456789',
  state: 'journey-state-secret-0123456789',
  key: 'journey-key-0123456789-0123456789-0123',
};
const OAUTH = { clientId: 'journey-oauth-client', clientSecret: 'journey-oauth-secret' };

let db: TestDatabase;
let gitlab: FakeGitLab;
let front: SlackFront;
let tieline: Tieline;
const slacks = {} as Record<Team, FakeSlack>;
let url = '';

async function startTeam(name: Team): Promise<FakeSlack> {
  const id = TEAMS[name];
  const port = await freePort();
  const slack = await startFakeSlack({
    team: { id, name, domain: name },
    users: [{ id: 'U1', name: 'sal', realName: 'Sal', email: 'olga@acme.example.com' }],
    channels: [{ id: 'C1', name: 'support' }],
    bot: { userId: `U0BOT${id.slice(-3)}`, botId: 'B1', token: `xoxb-of-${name}` },
    signingSecret: SECRETS.signing,
    requestUrl: () => `${url}/slack/events`,
    port,
    publicUrl: `${front.url}/${id}`,
  });
  front.add(id, { url: `http://127.0.0.1:${port}`, token: `xoxb-of-${name}`, code: `code-of-${name}` });
  return slack;
}

beforeAll(async () => {
  db = await testDatabase();
  front = await startSlackFront();
  gitlab = await startFakeGitLab({
    world: TEST_WORLD,
    oauth: { ...OAUTH, redirectUri: () => `${url}/connect/callback` },
  });
  for (const name of ['acme', 'globex'] as const) slacks[name] = await startTeam(name);
  tieline = await startTieline({
    server: {
      port: 0,
      host: '127.0.0.1',
      publicUrl: null,
      databaseUrl: db.connectionString,
      dataDir: 'unused',
      logLevel: null,
    },
    platforms: {
      slack: {
        signingSecret: SECRETS.signing,
        botToken: '',
        apiUrl: front.apiUrl,
        install: {
          clientId: '12.34',
          clientSecret: SECRETS.client,
          stateSecret: SECRETS.state,
          secretKey: SECRETS.key,
        },
      },
      gitlab: {
        url: gitlab.url,
        token: gitlab.tokenOf('tieline'),
        adminToken: gitlab.tokenOf('root'),
        webhookSecret: 'journey-webhook-secret-0123456789',
        signingTokens: [],
        systemHookSecret: null,
        oauth: OAUTH,
      },
    },
    migrates: false,
    log: pino({ level: 'silent' }),
  });
  url = tieline.url;
  await seedDemo(tieline.services, TEST_WORLD);
}, 60_000);

afterAll(async () => {
  await tieline.stop();
  await Promise.all([slacks.acme.close(), slacks.globex.close(), gitlab.close(), front.close()]);
  await db.drop();
});

/** What the one who asks is told. */
async function says(team: Team, text: string): Promise<string> {
  const before = slacks[team].messages().length;
  await slacks[team].as('U1').command('support', text);
  await slacks[team].idle();
  await tieline.slack.drain(5_000);
  await tieline.worker.idle();
  const fresh = slacks[team]
    .messages()
    .slice(before)
    .filter(({ via }) => via !== 'person');
  return fresh.map(messageText).join('\n---\n');
}

/** A browser that begins an installation: the state for Slack and the cookie it got. */
async function begin(): Promise<{ asked: URL; cookie: string }> {
  const response = await fetch(`${url}/slack/install`, { redirect: 'manual' });
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
  return { asked: new URL(response.headers.get('location') ?? ''), cookie };
}

async function comeBack(
  query: Record<string, string>,
  cookie: string,
): Promise<{ status: number; html: string }> {
  const response = await fetch(`${url}/slack/oauth_redirect?${new URLSearchParams(query)}`, {
    headers: { cookie },
  });
  return { status: response.status, html: await response.text() };
}

async function install(team: Team): Promise<void> {
  const { asked, cookie } = await begin();
  const state = asked.searchParams.get('state') ?? '';
  const { status, html } = await comeBack({ state, code: `code-of-${team}` }, cookie);
  expect(status).toBe(200);
  expect(html).toContain(`Tieline is in ${team} now`);
}

describe('before it is installed in a workspace', () => {
  it('commands there change nothing and are told so', async () => {
    expect(await says('acme', '/crm find ada')).toBe(
      'Warning: Tieline is not installed in this workspace.\nWhoever administers it can install it again.',
    );
  });
});

describe('installing', () => {
  it('begins with Slack’s own page, for the scopes of the manifest', async () => {
    const { asked, cookie } = await begin();
    expect(asked.origin + asked.pathname).toBe(`${front.url}/oauth/v2/authorize`);
    expect(asked.searchParams.get('redirect_uri')).toBe(`${url}/slack/oauth_redirect`);
    expect(asked.searchParams.get('scope')).toContain('chat:write,commands');
    expect(cookie).toMatch(/^tieline_install=[\w-]{32}$/);
    expect(asked.searchParams.get('state')).not.toContain(cookie.split('=')[1]);
  });

  it.each([
    ['without the cookie', async () => ({ cookie: '' })],
    ['with another browser’s cookie', async () => ({ cookie: (await begin()).cookie })],
    ['with a state made up', async () => ({ state: `${Date.now() + 60_000}.forged` })],
    ['with a state that has run out', async () => ({ state: `${Date.now() - 1}.forged` })],
  ])('is refused %s', async (_, change) => {
    const { asked, cookie } = await begin();
    const given = { state: asked.searchParams.get('state') ?? '', cookie, ...(await change()) };
    const { status } = await comeBack({ state: given.state, code: 'code-of-acme' }, given.cookie);
    expect(status).toBe(410);
    expect(await db.database.prisma.slackInstallation.count()).toBe(0);
  });

  it('is refused with a code that is not Slack’s, and undone when somebody says no', async () => {
    const { asked, cookie } = await begin();
    const state = asked.searchParams.get('state') ?? '';
    expect((await comeBack({ state, code: 'made-up' }, cookie)).status).toBe(400);
    expect((await comeBack({ state, error: 'access_denied' }, cookie)).html).toContain(
      'Tieline was not installed',
    );
    expect(await db.database.prisma.slackInstallation.count()).toBe(0);
  });

  it('serves two workspaces from then on', async () => {
    await install('acme');
    await install('globex');
    const rows = await db.database.prisma.slackInstallation.findMany({ orderBy: { teamId: 'asc' } });
    expect(rows.map(({ teamId, botUserId, installedBy }) => ({ teamId, botUserId, installedBy }))).toEqual([
      { teamId: TEAMS.acme, botUserId: 'U0BOT001', installedBy: 'U1' },
      { teamId: TEAMS.globex, botUserId: 'U0BOTEX1', installedBy: 'U1' },
    ]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
});

describe('two workspaces', () => {
  it('do not vouch for people by their addresses', async () => {
    for (const team of ['acme', 'globex'] as const) {
      expect(await says(team, '/crm whoami')).toContain('I do not know which GitLab account is yours.');
    }
    expect(front.passed.some(({ method }) => method === 'users.info')).toBe(false);
  });

  it('have people of their own, though their ids are the same', async () => {
    await says('acme', '/crm connect');
    const back = await signIn(linkFor({ slack: slacks.acme }, 'U1'), 'olga');
    const question = await visit(back);
    expect(question.text).toContain('Are both accounts yours?');
    const key = /name="key" value="([^"]+)"/.exec(question.html)?.[1] ?? '';
    await visit(new URL('confirm', back).href, { key, answer: 'yes' });
    expect(await says('acme', '/crm whoami group=acme')).toContain('On GitLab you are Olga Owens (olga).');
    expect(await says('globex', '/crm whoami')).toContain('I do not know which GitLab account is yours.');
  });

  it('have channels of their own: a group and notices settled in one say nothing in the other', async () => {
    await says('acme', '/crm group acme');
    await says('acme', '/crm notify on acme');
    await db.database.prisma.identity.create({
      data: { teamId: TEAMS.globex, slackUserId: 'U1', gitlabUserId: 9n, method: 'oauth' },
    });
    const channels = await db.database.prisma.channelSettings.findMany();
    expect(channels.map(({ teamId }) => teamId)).toEqual([TEAMS.acme]);
    const before = slacks.globex.messages().length;
    await says('acme', '/crm new contact Mary Jackson mary@nasa.example.gov');
    await tieline.worker.idle();
    expect(slacks.globex.messages().length).toBe(before);
  });

  it('are never called with each other’s token', () => {
    const calls = front.passed.filter(({ method }) => /^(?:chat|views|conversations)\./.test(method));
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.every(({ teamId }) => teamId === TEAMS.acme)).toBe(true);
    expect(slacks.globex.requests().filter(({ method }) => method.startsWith('chat.'))).toEqual([]);
  });
});

describe('removing Tieline', () => {
  it('from one workspace forgets its tokens, people and channels, and no other’s', async () => {
    await slacks.acme.sendEvent({ type: 'tokens_revoked', tokens: { oauth: [], bot: ['U0BOT001'] } });
    await slacks.acme.sendEvent({ type: 'app_uninstalled' });
    await tieline.slack.drain(5_000);
    const { prisma } = db.database;
    const where = { teamId: TEAMS.acme };
    expect(await prisma.slackInstallation.findMany({ select: { teamId: true } })).toEqual([
      { teamId: TEAMS.globex },
    ]);
    expect(await prisma.identity.findMany({ select: { teamId: true } })).toEqual([{ teamId: TEAMS.globex }]);
    expect(await prisma.channelSettings.count({ where })).toBe(0);
    const [subscription] = await prisma.subscription.findMany({ where });
    expect(subscription?.disabledReason).toBe('the app was removed from the workspace');
    expect(await says('acme', '/crm whoami')).toContain('Tieline is not installed in this workspace.');
    expect(await says('globex', '/crm whoami')).toContain('On GitLab you are');
  });

  it('the token of a person there is none of ours', async () => {
    await slacks.globex.sendEvent({ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } });
    await tieline.slack.drain(5_000);
    expect(await db.database.prisma.slackInstallation.count()).toBe(1);
  });

  it('while the database is not to be had is not lost: Slack is asked to tell again', async () => {
    const { slackInstallation } = db.database.prisma;
    const bringBack = await hideDatabase(db.connectionString);
    try {
      const told = await slacks.globex.sendEvent({ type: 'app_uninstalled' });
      expect(told?.status).toBe(503);
      // Slack tells a second time at once.
      await slacks.globex.idle();
    } finally {
      await bringBack();
    }
    expect(await slackInstallation.count()).toBe(1);
    expect((await slacks.globex.replay()).status).toBe(200);
    expect(await slackInstallation.count()).toBe(0);
    expect(await says('globex', '/crm whoami')).toContain('Tieline is not installed in this workspace.');
  });

  it('that no event told of is carried out when Slack next refuses the token', async () => {
    const { prisma } = db.database;
    const where = { teamId: TEAMS.globex };
    await install('globex');
    await prisma.identity.create({
      data: { ...where, slackUserId: 'U1', gitlabUserId: 8n, method: 'oauth' },
    });
    await says('globex', '/crm notify on globex');
    for (const method of ['chat.postMessage', 'auth.test']) {
      slacks.globex.fail(method, { error: 'account_inactive', times: 2 });
    }
    await says('globex', '/crm new contact Homer Simpson');
    await expect.poll(() => prisma.slackInstallation.count({ where }), { timeout: 5_000 }).toBe(0);
    expect(await prisma.identity.count({ where })).toBe(0);
    const notice = () =>
      prisma.outboxMessage.findFirst({ where: { lane: { startsWith: `slack:${TEAMS.globex}` } } });
    await expect
      .poll(async () => (await notice())?.outcome, { timeout: 10_000 })
      .toBe('Tieline is not installed there');
    expect(await says('globex', '/crm whoami')).toContain('Tieline is not installed in this workspace.');
  });
});

describe('while the database is not to be had', () => {
  it('whoever asks is told, though nobody knows the token of the workspace', async () => {
    await install('globex');
    const bringBack = await hideDatabase(db.connectionString);
    try {
      await slacks.globex.as('U1').command('support', '/crm whoami');
      const answer = await slacks.globex.waitForMessage(
        ({ text }) => text.includes('The database does not answer just now.'),
        10_000,
      );
      expect(answer.user).toBe('U1');
    } finally {
      await bringBack();
    }
  });
});
