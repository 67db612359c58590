import { describe, expect, test } from 'vitest';
import type { FakeSlack } from '../../../src/sandbox/slack/fake-slack.ts';
import {
  callApi,
  callApiAsForm,
  type Json,
  modalOf,
  sectionOf,
  startWorkspace,
  TOKEN,
} from './workspace-under-test.ts';

async function triggerOf(slack: FakeSlack, app: { received: { fields: Json }[] }): Promise<unknown> {
  await slack.as('U0DEV').command('support', '/crm new');
  return app.received.at(-1)?.fields['trigger_id'];
}

describe('a call', () => {
  test('may be a form with the token in it and blocks as JSON in a string', async () => {
    const { slack } = await startWorkspace();
    const answer = await callApiAsForm(slack, 'chat.postMessage', {
      token: TOKEN,
      channel: 'C0SUPPORT',
      text: 'Hello',
      blocks: [sectionOf('Hello')],
    });
    expect(answer).toMatchObject({
      ok: true,
      channel: 'C0SUPPORT',
      message: { text: 'Hello', bot_id: 'B0BOT' },
    });
    expect(slack.messages()).toMatchObject([
      {
        ts: answer['ts'],
        via: 'chat.postMessage',
        visibility: 'public',
        author: 'U0BOT',
        blocks: [sectionOf('Hello')],
      },
    ]);
  });

  test('may be JSON with a bearer token, which the log leaves out', async () => {
    const { slack } = await startWorkspace();
    expect(await callApi(slack, 'auth.test')).toMatchObject({
      ok: true,
      user_id: 'U0BOT',
      team_id: 'T0ACME',
    });
    expect(slack.requests()).toMatchObject([{ method: 'auth.test', ok: true, args: {} }]);
    expect(JSON.stringify(slack.requests())).not.toContain(TOKEN);
  });

  test('without a token is not authed, with a wrong one invalid', async () => {
    const { slack } = await startWorkspace();
    expect(await callApi(slack, 'auth.test', {}, null)).toMatchObject({ ok: false, error: 'not_authed' });
    expect(await callApi(slack, 'auth.test', {}, 'xoxb-else')).toMatchObject({
      ok: false,
      error: 'invalid_auth',
    });
  });

  test('without the scope says which one is needed and which are there', async () => {
    const { slack } = await startWorkspace({
      bot: { userId: 'U0BOT', botId: 'B0BOT', token: TOKEN, scopes: ['users:read'] },
    });
    expect(await callApi(slack, 'users.lookupByEmail', { email: 'dev@acme.example.com' })).toMatchObject({
      ok: false,
      error: 'missing_scope',
      needed: 'users:read.email',
      provided: 'users:read',
    });
  });
});

interface Refusal {
  says: string;
  method: string;
  args: Json;
  error: string;
}

const REFUSALS: Refusal[] = [
  {
    says: 'a channel that is not there',
    method: 'chat.postMessage',
    args: { channel: 'C0NONE', text: 'a' },
    error: 'channel_not_found',
  },
  {
    says: 'a private channel without the bot',
    method: 'chat.postMessage',
    args: { channel: 'C0SECRET', text: 'a' },
    error: 'channel_not_found',
  },
  {
    says: 'a public channel without the bot',
    method: 'chat.postMessage',
    args: { channel: 'C0SALES', text: 'a' },
    error: 'not_in_channel',
  },
  {
    says: 'an archived channel',
    method: 'chat.postMessage',
    args: { channel: 'C0OLD', text: 'a' },
    error: 'is_archived',
  },
  {
    says: 'a message of nothing',
    method: 'chat.postMessage',
    args: { channel: 'C0SUPPORT' },
    error: 'no_text',
  },
  {
    says: 'a text over 40,000 characters',
    method: 'chat.postMessage',
    args: { channel: 'C0SUPPORT', text: 'x'.repeat(40_001) },
    error: 'msg_too_long',
  },
  {
    says: 'blocks that are broken JSON',
    method: 'chat.postMessage',
    args: { channel: 'C0SUPPORT', text: 'a', blocks: '[{' },
    error: 'invalid_blocks_format',
  },
  {
    says: 'metadata without a type',
    method: 'chat.postMessage',
    args: { channel: 'C0SUPPORT', text: 'a', metadata: { event_payload: {} } },
    error: 'invalid_metadata_format',
  },
  {
    says: 'an update of a message that is not there',
    method: 'chat.update',
    args: { channel: 'C0SUPPORT', ts: '1.2', text: 'a' },
    error: 'message_not_found',
  },
  {
    says: 'an ephemeral for somebody outside the channel',
    method: 'chat.postEphemeral',
    args: { channel: 'C0SUPPORT', user: 'U0NONE', text: 'a' },
    error: 'user_not_in_channel',
  },
  {
    says: 'an e-mail address that nobody has',
    method: 'users.lookupByEmail',
    args: { email: 'no@body.example' },
    error: 'users_not_found',
  },
  {
    says: 'a user who is not there',
    method: 'users.info',
    args: { user: 'U0NONE' },
    error: 'user_not_found',
  },
  {
    says: 'a trigger that was never given out',
    method: 'views.open',
    args: { trigger_id: '1.2.3', view: modalOf([]) },
    error: 'invalid_trigger_id',
  },
  {
    says: 'an update of a view that is not open',
    method: 'views.update',
    args: { view_id: 'V0', view: modalOf([]) },
    error: 'not_found',
  },
  {
    says: 'a socket for a bot token',
    method: 'apps.connections.open',
    args: {},
    error: 'not_allowed_token_type',
  },
  { says: 'a method that is none', method: 'chat.shout', args: {}, error: 'unknown_method' },
];

describe('Slack refuses', () => {
  test.each(REFUSALS)('$says', async ({ method, args, error }) => {
    const { slack } = await startWorkspace();
    expect(await callApi(slack, method, args)).toMatchObject({ ok: false, error, httpStatus: 200 });
    expect(slack.messages()).toEqual([]);
  });

  test('blocks over a limit, naming the place and the rule, and the harness can see it', async () => {
    const { slack } = await startWorkspace();
    const answer = await callApi(slack, 'chat.postMessage', {
      channel: 'C0SUPPORT',
      text: 'a',
      blocks: [sectionOf('x'.repeat(3001))],
    });
    expect(answer).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: {
        messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
      },
    });
    expect(slack.violations()).toMatchObject([
      { via: 'chat.postMessage', rule: 'max_length', refused: true },
    ]);
  });

  test('to update what a person said', async () => {
    const { slack } = await startWorkspace();
    const { message } = await slack.as('U0DEV').post('support', 'mine');
    const args = { channel: 'C0SUPPORT', ts: message.ts, text: 'yours' };
    expect(await callApi(slack, 'chat.update', args)).toMatchObject({ error: 'cant_update_message' });
    expect(await callApi(slack, 'chat.delete', args)).toMatchObject({ error: 'cant_delete_message' });
  });

  test('to update an ephemeral message', async () => {
    const { slack } = await startWorkspace();
    const sent = await callApi(slack, 'chat.postEphemeral', {
      channel: 'C0SUPPORT',
      user: 'U0DEV',
      text: 'psst',
    });
    const args = { channel: 'C0SUPPORT', ts: sent['message_ts'], text: 'b' };
    expect(await callApi(slack, 'chat.update', args)).toMatchObject({ error: 'message_not_found' });
  });
});

describe('messages', () => {
  test('are edited in place, keep their ts, and are marked once deleted', async () => {
    const { slack } = await startWorkspace();
    const sent = await callApi(slack, 'chat.postMessage', {
      channel: '#support',
      text: 'one',
      blocks: [sectionOf('1')],
    });
    const before = slack.messages();
    await callApi(slack, 'chat.update', { channel: 'C0SUPPORT', ts: sent['ts'], text: 'two' });
    expect(slack.messages()).toMatchObject([
      { ts: sent['ts'], text: 'two', blocks: [sectionOf('1')], edited: expect.any(String) },
    ]);
    await callApi(slack, 'chat.update', { channel: 'C0SUPPORT', ts: sent['ts'], text: 'two', blocks: [] });
    expect(slack.messages()).toMatchObject([{ ts: sent['ts'], text: 'two', blocks: [] }]);
    expect(before).toMatchObject([{ text: 'one' }]);
    await callApi(slack, 'chat.delete', { channel: 'C0SUPPORT', ts: sent['ts'] });
    expect(slack.messages()).toMatchObject([{ ts: sent['ts'], deleted: true }]);
  });

  test('to a person go to the direct conversation, the same one each time', async () => {
    const { slack } = await startWorkspace();
    const opened = await callApi(slack, 'conversations.open', { users: 'U0DEV' });
    const sent = await callApi(slack, 'chat.postMessage', { channel: 'U0DEV', text: 'hi' });
    expect((opened['channel'] as Json)['id']).toBe(sent['channel']);
  });

  test('are found again by their metadata, newest first, a page at a time', async () => {
    const { slack } = await startWorkspace();
    for (const key of ['k1', 'k2', 'k3']) {
      const metadata = { event_type: 'notice', event_payload: { key } };
      await callApi(slack, 'chat.postMessage', {
        channel: 'C0SUPPORT',
        text: key,
        metadata,
        client_msg_id: key,
      });
    }
    const args = { channel: 'C0SUPPORT', limit: 2, include_all_metadata: true };
    const first = await callApi(slack, 'conversations.history', args);
    expect(first).toMatchObject({
      has_more: true,
      messages: [{ metadata: { event_payload: { key: 'k3' } } }, { text: 'k2', client_msg_id: 'k2' }],
    });
    const cursor = (first['response_metadata'] as Json)['next_cursor'];
    const second = await callApi(slack, 'conversations.history', { ...args, cursor });
    expect(second).toMatchObject({ has_more: false, messages: [{ text: 'k1' }] });
    expect(second['messages']).toHaveLength(1);
  });

  test('in a thread are in its replies and not in the history', async () => {
    const { slack } = await startWorkspace();
    const root = await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'root' });
    await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'reply', thread_ts: root['ts'] });
    const replies = await callApi(slack, 'conversations.replies', { channel: 'C0SUPPORT', ts: root['ts'] });
    expect((replies['messages'] as Json[]).map(({ text }) => text)).toEqual(['root', 'reply']);
    const history = await callApi(slack, 'conversations.history', { channel: 'C0SUPPORT' });
    expect((history['messages'] as Json[]).map(({ text }) => text)).toEqual(['root']);
  });

  test('have a ts that is never given twice, though the clock stands still and the server restarts', async () => {
    const { slack } = await startWorkspace();
    for (const text of ['a', 'b']) await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text });
    const again = await startWorkspace({ state: slack.state() });
    await callApi(again.slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'c' });
    const seen = again.slack.messages();
    expect(seen.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    const ts = seen.map((message) => Number(message.ts));
    expect([...new Set(ts)].sort((a, b) => a - b)).toEqual(ts);
  });
});

describe('people and channels', () => {
  test('are listed with e-mail addresses, found by them, and joined', async () => {
    const { slack } = await startWorkspace();
    const list = await callApi(slack, 'users.list');
    expect(list['members']).toMatchObject([
      { profile: { email: 'olga@acme.example.com' } },
      {},
      {},
      { is_bot: true },
    ]);
    expect(await callApi(slack, 'users.lookupByEmail', { email: 'DEV@acme.example.com' })).toMatchObject({
      user: { id: 'U0DEV' },
    });
    const listed = await callApi(slack, 'conversations.list', {
      exclude_archived: 'true',
      types: 'public_channel,private_channel',
    });
    expect((listed['channels'] as Json[]).map(({ name }) => name)).toEqual(['support', 'sales']);
    expect(await callApi(slack, 'conversations.join', { channel: 'C0SALES' })).toMatchObject({
      ok: true,
      channel: { is_member: true },
    });
    expect(await callApi(slack, 'chat.postMessage', { channel: 'C0SALES', text: 'a' })).toMatchObject({
      ok: true,
    });
    expect(await callApi(slack, 'conversations.info', { channel: 'C0SECRET' })).toMatchObject({
      error: 'channel_not_found',
    });
  });
});

describe('views', () => {
  test('open with a trigger once, and not after three seconds', async () => {
    const { slack, app, clock } = await startWorkspace();
    const trigger = await triggerOf(slack, app);
    clock.ms += 3000;
    const opened = await callApi(slack, 'views.open', { trigger_id: trigger, view: modalOf([]) });
    expect(opened).toMatchObject({ ok: true, view: { callback_id: 'contact', previous_view_id: null } });
    expect(await callApi(slack, 'views.open', { trigger_id: trigger, view: modalOf([]) })).toMatchObject({
      error: 'exchanged_trigger_id',
    });
    const late = await triggerOf(slack, app);
    clock.ms += 3001;
    expect(await callApi(slack, 'views.open', { trigger_id: late, view: modalOf([]) })).toMatchObject({
      error: 'expired_trigger_id',
    });
  });

  test('are refused with the pointer below /view, and the trigger is still good', async () => {
    const { slack, app } = await startWorkspace();
    const trigger = await triggerOf(slack, app);
    const bad = await callApi(slack, 'views.open', {
      trigger_id: trigger,
      view: modalOf([], { title: { type: 'plain_text', text: 'x'.repeat(25) } }),
    });
    expect(bad).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: {
        messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
      },
    });
    expect(await callApi(slack, 'views.open', { trigger_id: trigger, view: modalOf([]) })).toMatchObject({
      ok: true,
    });
  });

  test('stack three high', async () => {
    const { slack, app } = await startWorkspace();
    const answers = [];
    for (const method of ['views.open', 'views.push', 'views.push', 'views.push']) {
      answers.push(
        await callApi(slack, method, { trigger_id: await triggerOf(slack, app), view: modalOf([]) }),
      );
    }
    expect(answers.map(({ error }) => error)).toEqual([
      undefined,
      undefined,
      undefined,
      'push_limit_reached',
    ]);
    const [root, second, third] = slack.views('U0DEV');
    expect(third).toMatchObject({ previous_view_id: second?.id, root_view_id: root?.id });
  });

  test('are updated by their hash, and keep what was typed into the same field', async () => {
    const { slack, app } = await startWorkspace();
    const field = {
      type: 'input',
      block_id: 'name',
      label: { type: 'plain_text', text: 'Name' },
      element: { type: 'plain_text_input', action_id: 'name' },
    };
    const trigger = await triggerOf(slack, app);
    const { view } = await callApi(slack, 'views.open', { trigger_id: trigger, view: modalOf([field]) });
    const { id, hash } = view as { id: string; hash: string };
    const dev = slack.as('U0DEV');
    dev.fill(await slack.waitForView('U0DEV'), { name: 'Ada' });
    const update = { view_id: id, hash, view: modalOf([sectionOf('Hint'), field]) };
    expect(await callApi(slack, 'views.update', update)).toMatchObject({ ok: true, view: { id } });
    expect(dev.view()?.state.values).toEqual({ name: { name: { type: 'plain_text_input', value: 'Ada' } } });
    expect(await callApi(slack, 'views.update', update)).toMatchObject({ error: 'hash_conflict' });
  });

  test('are published as homes, each on its own hash', async () => {
    const { slack } = await startWorkspace();
    const home = { type: 'home', blocks: [sectionOf('Home')] };
    const first = await callApi(slack, 'views.publish', { user_id: 'U0DEV', view: home });
    const hash = (first['view'] as Json)['hash'];
    expect(await callApi(slack, 'views.publish', { user_id: 'U0DEV', view: home, hash })).toMatchObject({
      ok: true,
    });
    expect(await callApi(slack, 'views.publish', { user_id: 'U0DEV', view: home, hash })).toMatchObject({
      error: 'hash_conflict',
    });
    expect(slack.homes()['U0DEV']).toMatchObject({ type: 'home', blocks: [sectionOf('Home')] });
  });
});

describe('faults on demand', () => {
  test('answer 429 with Retry-After as often as told, then work again', async () => {
    const { slack } = await startWorkspace();
    slack.rateLimit('chat.postMessage', { times: 2, retryAfterSec: 7 });
    const post = (): Promise<Json> => callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'a' });
    const limited = await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'a' });
    expect(limited).toMatchObject({ httpStatus: 429, error: 'ratelimited' });
    expect(limited.headers.get('retry-after')).toBe('7');
    expect(await callApi(slack, 'auth.test')).toMatchObject({ ok: true });
    expect(await post()).toMatchObject({ httpStatus: 429 });
    expect(await post()).toMatchObject({ ok: true });
    expect(slack.messages()).toHaveLength(1);
  });

  test('answer with an error or a status without doing anything', async () => {
    const { slack } = await startWorkspace();
    slack.fail('chat.postMessage', { error: 'fatal_error' });
    slack.fail('chat.postMessage', { status: 503 });
    const args = { channel: 'C0SUPPORT', text: 'a' };
    expect(await callApi(slack, 'chat.postMessage', args)).toMatchObject({ ok: false, error: 'fatal_error' });
    await expect(callApi(slack, 'chat.postMessage', args)).rejects.toThrow(SyntaxError);
    expect(slack.requests().map(({ status }) => status)).toEqual([200, 503]);
    expect(slack.messages()).toEqual([]);
  });

  test('hold a call until it is let go', async () => {
    const { slack } = await startWorkspace();
    const release = slack.hang('chat.postMessage');
    const answer = callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'late' });
    await callApi(slack, 'auth.test');
    expect(slack.messages()).toEqual([]);
    release();
    expect(await answer).toMatchObject({ ok: true });
    await slack.idle();
    expect(slack.messages()).toHaveLength(1);
  });

  test('do the work and cut the connection', async () => {
    const { slack } = await startWorkspace();
    slack.dropResponse('chat.postMessage');
    await expect(callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'a' })).rejects.toThrow(
      'fetch failed',
    );
    expect(slack.messages()).toHaveLength(1);
  });
});
