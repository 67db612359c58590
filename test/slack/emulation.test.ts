import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator, type Emulator } from 'emulate';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { formTitle } from '../../src/commands/answer-slack.ts';
import { startTieline, type Tieline } from '../../src/main.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { BOT_SCOPES } from '../../src/slack/app-surface.ts';
import { createSlackEdge, type SlackEdge } from '../../src/slack/edge.ts';
import { TEST_WORLD } from '../support/cast.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freePort } from '../support/program.ts';
import { aReply } from './edge-harness.ts';

/** Slack as others have rebuilt it: npm `emulate`, with scopes taken strictly. */
const CLIENT = { id: '12345.67890', secret: 'emulated-client-secret' };
const SIGNING = 'emulated-signing-secret';
const TOKENS = { full: 'xoxb-full-scopes', narrow: 'xoxb-commands-only' };

let emulator: Emulator;
let publicUrl = '';
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const port = await freePort();
  publicUrl = `http://127.0.0.1:${await freePort()}`;
  const token = (value: string, scopes: readonly string[]) => ({
    token: value,
    type: 'bot',
    app_id: 'A000000001',
    user: 'ann',
    bot_id: 'B1',
    scopes,
  });
  emulator = await createEmulator({
    service: 'slack',
    port,
    baseUrl: `http://127.0.0.1:${port}`,
    seed: {
      slack: {
        team: { name: 'Acme', domain: 'acme' },
        users: [
          { name: 'ann', real_name: 'Ann Archer', email: 'ann@example.com' },
          { name: 'bo', real_name: 'Bo Baker', email: 'bo@example.com' },
        ],
        channels: [{ name: 'support' }],
        oauth_apps: [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            app_id: 'A000000001',
            name: 'Tieline',
            redirect_uris: [`${publicUrl}/slack/oauth_redirect`],
            scopes: Object.keys(BOT_SCOPES),
          },
        ],
        tokens: [token(TOKENS.full, Object.keys(BOT_SCOPES)), token(TOKENS.narrow, ['commands'])],
        strict_scopes: true,
        signing_secret: SIGNING,
      },
    },
  });
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => emulator.close());

async function call(method: string, args: Record<string, string> = {}, token = TOKENS.full) {
  const response = await fetch(`${emulator.url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams(args),
  });
  // biome-ignore lint/suspicious/noExplicitAny: another program's answers, each read for what the test wants
  return (await response.json()) as any;
}
const idOf = async (name: string): Promise<string> =>
  (await call('users.list')).members.find((user: { name: string }) => user.name === name).id;
const channelId = async (): Promise<string> =>
  (await call('conversations.list')).channels.find(({ name }: { name: string }) => name === 'support').id;

describe('installed by the OAuth of an independent Slack', () => {
  let db: TestDatabase;
  let gitlab: FakeGitLab;
  let tieline: Tieline;
  beforeAll(async () => {
    db = await testDatabase();
    gitlab = await startFakeGitLab({ world: TEST_WORLD });
    const { hostname: host, port } = new URL(publicUrl);
    tieline = await startTieline({
      server: {
        port: Number(port),
        host,
        publicUrl,
        databaseUrl: db.connectionString,
        dataDir: 'unused',
        logLevel: null,
      },
      platforms: {
        slack: {
          signingSecret: SIGNING,
          botToken: '',
          apiUrl: `${emulator.url}/api/`,
          install: {
            clientId: CLIENT.id,
            clientSecret: CLIENT.secret,
            stateSecret: 'emulated-state-secret',
            secretKey: 'emulated-key-0123456789-0123456789',
          },
        },
        gitlab: {
          url: gitlab.url,
          token: gitlab.tokenOf('tieline'),
          adminToken: null,
          webhookSecret: 'emulated-webhook-secret',
          signingTokens: [],
          systemHookSecret: null,
        },
      },
      migrates: false,
      log: pino({ level: 'silent' }),
    });
  });
  afterAll(async () => {
    await tieline.stop();
    await gitlab.close();
    await db.drop();
  });

  test('Tieline has a token of its own there, which Slack takes', async () => {
    const begun = await fetch(`${publicUrl}/slack/install`, { redirect: 'manual' });
    const [cookie = ''] = (begun.headers.get('set-cookie') ?? '').split(';');
    const asked = new URL(begun.headers.get('location') ?? '');
    expect(asked.origin).toBe(new URL(emulator.url).origin);
    expect(await (await fetch(asked)).text()).toContain('Authorize <strong>Tieline</strong>');
    const allowed = await fetch(`${emulator.url}/oauth/v2/authorize/callback`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ ...Object.fromEntries(asked.searchParams), user_id: await idOf('ann') }),
    });
    const back = allowed.headers.get('location') ?? '';
    const installed = await fetch(back, { headers: { cookie } });
    expect(installed.status).toBe(200);
    expect(await installed.text()).toContain('Tieline is in Acme now');
    const [row] = await db.database.prisma.slackInstallation.findMany();
    expect(await tieline.slack.people.nameOf(row?.teamId ?? '', await idOf('bo'))).toBe('Bo Baker (@bo)');
    expect((await fetch(back, { headers: { cookie } })).status).toBe(400);
    expect(await (await fetch(`${publicUrl}/readyz`)).json()).toMatchObject({
      checks: { slack: { ok: true } },
    });
  });
});

interface Bench {
  readonly edge: SlackEdge;
  readonly lines: string[];
  readonly asked: string[];
  /** Sends a signed `/crm` with this trigger and waits until it was answered. */
  command(text: string, trigger: string): Promise<void>;
}

async function start(botToken: string): Promise<Bench> {
  const lines: string[] = [];
  const asked: string[] = [];
  const keep = (_: object, message: string) => void lines.push(message);
  const edge = createSlackEdge({
    signingSecret: SIGNING,
    botToken,
    apiUrl: `${emulator.url}/api/`,
    log: { debug: keep, info: keep, warn: keep, error: keep },
    answer: async ({ text }) => {
      asked.push(text);
      return aReply({
        blocks: [{ kind: 'fields', fields: [{ label: 'E-mail', value: 'ada@example.com' }] }],
      });
    },
    forms: {
      title: formTitle,
      submit: () => Promise.reject(new Error('no form is sent here')),
      suggest: async () => [],
    },
  });
  const server = createServer((request, response) => edge.handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  const [channel, user] = [await channelId(), await idOf('ann')];
  return {
    edge,
    lines,
    asked,
    command: async (text, trigger) => {
      const body = new URLSearchParams({
        command: '/crm',
        text,
        team_id: 'T000000001',
        channel_id: channel,
        user_id: user,
        trigger_id: trigger,
      }).toString();
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', SIGNING).update(`v0:${timestamp}:${body}`).digest('hex');
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
        },
        body,
      });
      expect(response.status).toBe(200);
      await edge.drain(5_000);
    },
  };
}

const trigger = async (): Promise<string> =>
  (await call('views.generateTriggerId', { user_id: await idOf('ann') })).trigger_id;
const notice = (channel: string, attempt: number) => ({
  dedupeKey: 'contact-created-1',
  payload: { teamId: 'T000000001', channelId: channel, reply: aReply({ title: 'Ada was created' }) },
  attempt,
  createdAt: new Date(),
});

describe('with the scopes of the manifest, taken strictly', () => {
  test('people are found, with their addresses', async () => {
    const { edge } = await start(TOKENS.full);
    expect(await edge.people.nameOf('T000000001', await idOf('ann'))).toBe('Ann Archer (@ann)');
    expect(await edge.emailOf('T000000001', await idOf('bo'))).toBe('bo@example.com');
    expect(await edge.emailOf('T000000001', 'U0NOBODY')).toBeNull();
    expect(await edge.ready()).toMatchObject({ ok: true });
  });

  test('a notice is posted once, and found again after an unclear answer', async () => {
    const { edge } = await start(TOKENS.full);
    const channel = await channelId();
    const posted = await edge.notices(notice(channel, 1));
    expect(posted).toMatchObject({ outcome: 'posted' });
    expect(await edge.notices(notice(channel, 2))).toEqual({
      outcome: 'was posted by an earlier try',
      remoteRef: posted.remoteRef,
    });
    const { messages } = await call('conversations.history', { channel });
    expect(messages.filter(({ text }: { text: string }) => text.includes('Ada was created'))).toHaveLength(1);
  });

  test('a notice is edited where it was posted, and let be where it is not', async () => {
    const { edge } = await start(TOKENS.full);
    const channel = await channelId();
    const asked = { ...notice(channel, 1), dedupeKey: 'transfer-1' };
    const { remoteRef } = await edge.notices(asked);
    const news = { teamId: 'T000000001', channelId: channel, reply: aReply({ title: 'It is settled' }) };
    const edit = { ...asked, dedupeKey: 'edit:transfer-1', payload: news, edits: remoteRef };
    expect(await edge.notices(edit)).toEqual({ outcome: 'edited', remoteRef });
    const { messages } = await call('conversations.history', { channel });
    const [, ts] = remoteRef.split(':');
    expect(messages.find((message: { ts: string }) => message.ts === ts)?.text).toContain('It is settled');
    expect(await edge.notices({ ...edit, edits: `${channel}:1700000000.000100` })).toMatchObject({
      outcome: 'the message has been deleted',
    });
  });

  test('a channel that is not there ends its notices', async () => {
    const { edge } = await start(TOKENS.full);
    await expect(edge.notices(notice('C0NOWHERE', 1))).rejects.toThrow('channel_not_found');
  });

  test('a form opens on a fresh trigger', async () => {
    const bench = await start(TOKENS.full);
    await bench.command('new contact', await trigger());
    expect(bench.lines).toContain('slack: answered in a view');
  });

  test('a trigger that was used gives a button in place of the form', async () => {
    const bench = await start(TOKENS.full);
    const used = await trigger();
    const view = JSON.stringify({ type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [] });
    expect((await call('views.open', { trigger_id: used, view })).ok).toBe(true);
    await bench.command('new contact', used);
    expect(bench.lines).toContain('slack: a view could not be opened');
    expect(bench.lines).toContain('slack: request answered');
  });

  test('an answer goes by chat.postEphemeral where there is no response address', async () => {
    const bench = await start(TOKENS.full);
    await bench.command('find ada', 'no-trigger');
    expect(bench.asked).toEqual(['find ada']);
    expect(bench.lines).toContain('slack: request answered');
  });
});

describe('with too few scopes', () => {
  test('what is missing is told as that, and nobody is guessed at', async () => {
    const { edge } = await start(TOKENS.narrow);
    expect(await edge.emailOf('T000000001', await idOf('bo'))).toBeNull();
    await expect(edge.notices(notice(await channelId(), 1))).rejects.toThrow('missing_scope');
    expect(await call('chat.postMessage', { channel: 'C1', text: 'x' }, TOKENS.narrow)).toMatchObject({
      error: 'missing_scope',
      needed: 'chat:write',
    });
  });
});
