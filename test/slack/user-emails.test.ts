import nock from 'nock';
import { describe, expect, test } from 'vitest';
import { useNock } from '../support/nock.ts';
import { aReply, startBench, TOKEN } from './edge-harness.ts';

const API = 'https://slack.example/api/';
useNock();

/** What users.info gives for somebody; the token belongs to T1 of the organization E1. */
async function emailOf(user: object): Promise<string | null> {
  nock(API).post('/auth.test').reply(200, { ok: true, team_id: 'T1', enterprise_id: 'E1' });
  nock(API).post('/users.info').reply(200, { ok: true, user });
  const bench = await startBench({ apiUrl: API, answer: async () => aReply() });
  return bench.edge.emailOf('T1', 'U1');
}
const ann = { id: 'U1', team_id: 'T1', profile: { email: 'ann@example.com' } };

describe('the e-mail address of a Slack user', () => {
  test('is the one of their profile', async () => {
    expect(await emailOf(ann)).toBe('ann@example.com');
  });

  test('counts for people of another workspace of the same organization', async () => {
    const user = { ...ann, team_id: 'T2', enterprise_user: { enterprise_id: 'E1' } };
    expect(await emailOf(user)).toBe('ann@example.com');
  });

  test.each([
    ['belong to another workspace', { ...ann, team_id: 'T9' }],
    ['belong to another organization', { ...ann, team_id: 'T9', enterprise_user: { enterprise_id: 'E9' } }],
    ['are strangers', { ...ann, is_stranger: true }],
    ['are bots', { ...ann, is_bot: true }],
    ['were deactivated', { ...ann, deleted: true }],
    ['have not confirmed it', { ...ann, is_email_confirmed: false }],
    ['show none', { ...ann, profile: {} }],
    ['have a blank one', { ...ann, profile: { email: ' ' } }],
  ])('is not told for people who %s', async (_who, user) => {
    expect(await emailOf(user)).toBeNull();
  });

  test('is asked for once a minute, also by many at once', async () => {
    const bench = await startBench();
    const all = await Promise.all([1, 2, 3].map(() => bench.edge.emailOf('T1', 'U1')));
    expect(all).toEqual(['ann@example.com', 'ann@example.com', 'ann@example.com']);
    expect(await bench.edge.emailOf('T1', 'U2')).toBeNull();
    const asked = bench.slack.requests().map(({ method }) => method);
    expect(asked.filter((method) => method === 'users.info')).toHaveLength(2);
  });

  test('is null without the scope, and for nobody', async () => {
    const bot = { userId: 'U0BOT', botId: 'B0BOT', token: TOKEN, scopes: ['chat:write'] };
    const without = await startBench({ slack: { bot } });
    expect(await without.edge.emailOf('T1', 'U1')).toBeNull();
    const bench = await startBench();
    expect(await bench.edge.emailOf('T1', 'U999')).toBeNull();
  });

  test('is an error when Slack gives no answer, and is asked for again', async () => {
    const bench = await startBench();
    bench.slack.fail('users.info', { status: 503 });
    await expect(bench.edge.emailOf('T1', 'U1')).rejects.toMatchObject({ code: 'unavailable.slack' });
    expect(await bench.edge.emailOf('T1', 'U1')).toBe('ann@example.com');
  });
});

describe('readiness', () => {
  test('names the workspace and the bot, and asks once a minute', async () => {
    const bench = await startBench();
    expect(await bench.edge.ready()).toEqual({ ok: true, detail: 'connected to Acme as @tieline' });
    await bench.edge.ready();
    expect(bench.slack.requests()).toHaveLength(1);
  });

  test('says that the token is refused, without telling it', async () => {
    const bench = await startBench({ botToken: 'xoxb-another' });
    expect(await bench.edge.ready()).toEqual({
      ok: false,
      detail: 'Slack refused the bot token: invalid_auth',
    });
  });

  test('says that Slack gives no answer', async () => {
    const bench = await startBench({ apiUrl: 'http://127.0.0.1:9/api/' });
    expect(await bench.edge.ready()).toEqual({ ok: false, detail: 'Slack gives no answer' });
  });
});
