import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/commands/reply.ts';
import type { SlackMessage } from '../../src/sandbox/slack/state.ts';
import { aReply, type Bench, gate, SECRET, signatureOf, startBench, TOKEN } from './edge-harness.ts';

const WITHIN_A_SECOND = 1000;
const WORKING = 'Working on it – this takes a little longer than usual.';
const says = (text: string) => (message: SlackMessage) => message.text.startsWith(text) && !message.deleted;
const byBot = (bench: Bench) => bench.slack.messages().filter((message) => message.author === 'U0BOT');

/** Posts what a stranger or a broken proxy might. */
async function post(bench: Bench, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(bench.url, { method: 'POST', body, headers });
}

function signed(body: string, contentType = 'application/json'): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    'content-type': contentType,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signatureOf(timestamp, body),
  };
}

describe('a slash command', () => {
  test('is acknowledged without words and answered privately', async () => {
    const bench = await startBench({ answer: async () => aReply({ title: 'One contact' }) });
    const outcome = await bench.slack.as('U1').command('sales', '/crm find ada');
    expect(outcome).toMatchObject({ status: 200, body: '' });
    const message = await bench.slack.waitForMessage(says('One contact'));
    expect(message).toMatchObject({
      channel: 'C1',
      user: 'U1',
      visibility: 'ephemeral',
      via: 'response_url',
    });
    expect(bench.asked).toEqual([
      {
        teamId: 'T1',
        enterpriseId: null,
        channelId: 'C1',
        slackUserId: 'U1',
        text: 'find ada',
        key: expect.stringMatching(/^command:.+/),
        via: 'command',
      },
    ]);
    expect(bench.slack.violations()).toEqual([]);
  });

  test('is answered for all to see when the reply is public', async () => {
    const bench = await startBench({ answer: async () => aReply({ visibility: 'public' }) });
    await bench.slack.as('U1').command('sales', '/crm find ada --public');
    const message = await bench.slack.waitForMessage(says('Here you are'));
    expect(message).toMatchObject({ user: null, visibility: 'public' });
  });

  test('is acknowledged within a second though the answer hangs, and the person is told once', async () => {
    const slow = gate<Reply>();
    const bench = await startBench({ answer: () => slow.passed, patienceMs: 30 });
    const outcome = await bench.slack.as('U1').command('sales', '/crm find ada');
    expect(outcome).toMatchObject({ status: 200, error: null });
    expect(outcome.ackMs).toBeLessThan(WITHIN_A_SECOND);
    const working = await bench.slack.waitForMessage(says(WORKING));
    expect(working).toMatchObject({ visibility: 'ephemeral', user: 'U1' });
    slow.open(aReply({ title: 'At last' }));
    const answer = await bench.slack.waitForMessage(says('At last'));
    expect(answer.ts).toBe(working.ts);
    expect(byBot(bench)).toHaveLength(1);
  });

  test('answered late and publicly leaves no line about waiting behind', async () => {
    const slow = gate<Reply>();
    const bench = await startBench({ answer: () => slow.passed, patienceMs: 30 });
    await bench.slack.as('U1').command('sales', '/crm find ada --public');
    const working = await bench.slack.waitForMessage(says(WORKING));
    slow.open(aReply({ visibility: 'public' }));
    await bench.slack.waitForMessage((message) => message.ts === working.ts && message.deleted === true);
    expect(byBot(bench).filter((message) => !message.deleted)).toMatchObject([
      { text: 'Here you are', visibility: 'public' },
    ]);
  });

  test.each([
    ['rejects', async () => Promise.reject(new Error('column does not exist'))],
    [
      'throws at once',
      () => {
        throw new Error('column does not exist');
      },
    ],
  ])('whose answer %s gets an apology with an incident id, and the log the cause', async (_how, answer) => {
    const bench = await startBench({ answer });
    const outcome = await bench.slack.as('U1').command('sales', '/crm find ada');
    expect(outcome.status).toBe(200);
    expect(outcome.ackMs).toBeLessThan(WITHIN_A_SECOND);
    const message = await bench.slack.waitForMessage(says('Error: Something went wrong on our side.'));
    expect(message.visibility).toBe('ephemeral');
    expect(message.text).toContain('incident-1');
    expect(message.text).not.toContain('column');
    expect(bench.log.filter(({ level }) => level === 'error')).toMatchObject([
      { data: { incident: 'incident-1', err: { message: 'column does not exist' } } },
    ]);
  });

  test('sent again, byte for byte, is acknowledged and not answered again', async () => {
    const bench = await startBench();
    await bench.slack.as('U1').command('sales', '/crm find ada');
    await bench.slack.waitForMessage(says('Here you are'));
    expect(await bench.slack.replay()).toMatchObject({ status: 200 });
    await bench.edge.drain(5000);
    expect(bench.asked).toHaveLength(1);
    expect(byBot(bench)).toHaveLength(1);
  });

  test('typed twice is answered twice', async () => {
    const bench = await startBench();
    await bench.slack.as('U1').command('sales', '/crm find ada');
    await bench.slack.as('U1').command('sales', '/crm find ada');
    await bench.slack.waitFor(() => (byBot(bench).length === 2 ? true : undefined));
    expect(new Set(bench.asked.map(({ key }) => key)).size).toBe(2);
  });

  test('of another name is acknowledged with a word about it', async () => {
    const bench = await startBench({ slack: { commands: ['/crm', '/other'] } });
    const outcome = await bench.slack.as('U1').command('sales', '/other');
    expect(outcome).toMatchObject({
      status: 200,
      body: { response_type: 'ephemeral', text: 'That command is not one of mine. Try /crm help.' },
    });
    expect(bench.asked).toEqual([]);
  });
});

describe('an answer that its response URL does not take', () => {
  test.each([
    ['has expired', { status: 404 }],
    ['fails', { status: 500 }],
    ['says no with a 200', { error: 'expired_url' }],
  ])('because it %s is posted to the person alone', async (_why, fault) => {
    const bench = await startBench();
    bench.slack.fail('response_url', fault);
    await bench.slack.as('U1').command('sales', '/crm find ada');
    const message = await bench.slack.waitForMessage(says('Here you are'));
    expect(message).toMatchObject({ via: 'chat.postEphemeral', user: 'U1', channel: 'C1' });
  });

  test('is posted to the channel when it is public', async () => {
    const bench = await startBench({ answer: async () => aReply({ visibility: 'public' }) });
    bench.slack.rateLimit('response_url', { retryAfterSec: 30 });
    await bench.slack.as('U1').command('sales', '/crm find ada');
    const message = await bench.slack.waitForMessage(says('Here you are'));
    expect(message).toMatchObject({ via: 'chat.postMessage', user: null });
  });

  test('because its host is not allowed is posted without asking that host', async () => {
    const bench = await startBench({ allowedResponseOrigins: ['https://else.example'] });
    await bench.slack.as('U1').command('sales', '/crm find ada');
    expect(await bench.slack.waitForMessage(says('Here you are'))).toMatchObject({
      via: 'chat.postEphemeral',
    });
    expect(bench.slack.requests().map(({ method }) => method)).toEqual(['chat.postEphemeral']);
  });

  test('nor the channel, nor the person in person, is logged with an incident id, without its words, the URL or the token', async () => {
    const bench = await startBench({ answer: async () => aReply({ title: 'Ada’s secrets' }) });
    bench.slack.fail('response_url', { status: 404 });
    bench.slack.fail('chat.postMessage', { error: 'messages_tab_disabled' });
    await bench.slack.as('U1').command('lost', '/crm find ada');
    await bench.slack.waitFor(() =>
      bench.slack.requests().some(({ method }) => method === 'chat.postMessage') ? true : undefined,
    );
    await bench.edge.drain(5000);
    const logged = JSON.stringify(bench.log);
    expect(bench.log.at(-1)).toMatchObject({ level: 'error', data: { incident: 'incident-1' } });
    expect(logged).toContain('messages_tab_disabled');
    for (const secret of ['secrets', '/response/', TOKEN, SECRET]) expect(logged).not.toContain(secret);
  });

  test('is given in words alone when Slack refuses its blocks', async () => {
    const bench = await startBench();
    bench.slack.fail('response_url', { status: 400 });
    bench.slack.fail('chat.postEphemeral', { error: 'invalid_blocks' });
    await bench.slack.as('U1').command('sales', '/crm find ada');
    expect(await bench.slack.waitForMessage(says('Here you are'))).toMatchObject({ blocks: [] });
  });
});

const page = (n: number): Reply =>
  aReply({
    title: `Page ${n}`,
    blocks: [{ kind: 'actions', actions: [{ label: 'Next', command: `find ada page=${n + 1}` }] }],
  });

describe('a button', () => {
  const pages = async ({ text }: { text: string }) => page(Number(/page=(\d+)/.exec(text)?.[1] ?? 1));

  test('runs its command as whoever pressed it, and replaces the page it stands on', async () => {
    const bench = await startBench({ answer: pages });
    await bench.slack.as('U1').command('sales', '/crm find ada');
    const first = await bench.slack.waitForMessage(says('Page 1'));
    const outcome = await bench.slack.as('U1').click(first, 'crm:0');
    expect(outcome).toMatchObject({ status: 200, error: null });
    const second = await bench.slack.waitForMessage(says('Page 2'));
    expect(second.ts).toBe(first.ts);
    expect(bench.asked[1]).toMatchObject({
      text: 'find ada page=2',
      via: 'button',
      slackUserId: 'U1',
      channelId: 'C1',
      key: expect.stringMatching(/^button:.+:U1:crm:0$/),
    });
  });

  test('on a message that all see answers its presser alone and leaves the message', async () => {
    const bench = await startBench({
      answer: async ({ via }) => (via === 'command' ? { ...page(1), visibility: 'public' } : page(2)),
    });
    await bench.slack.as('U1').command('sales', '/crm find ada --public');
    const first = await bench.slack.waitForMessage(says('Page 1'));
    await bench.slack.as('U2').click(first, 'crm:0');
    const second = await bench.slack.waitForMessage(says('Page 2'));
    expect(second).toMatchObject({ user: 'U2', visibility: 'ephemeral' });
    expect(second.ts).not.toBe(first.ts);
    expect(bench.slack.messages().some((message) => says('Page 1')(message))).toBe(true);
  });

  test('that leads to an error leaves the page where it is', async () => {
    const bench = await startBench({
      answer: async ({ via }) => (via === 'command' ? page(1) : aReply({ tone: 'error', title: 'Gone' })),
    });
    await bench.slack.as('U1').command('sales', '/crm find ada');
    const first = await bench.slack.waitForMessage(says('Page 1'));
    await bench.slack.as('U1').click(first, 'crm:0');
    const told = await bench.slack.waitForMessage(says('Error: Gone'));
    expect(told).toMatchObject({ user: 'U1', visibility: 'ephemeral' });
    expect(told.ts).not.toBe(first.ts);
  });

  test('works after a restart, since it carries its whole command', async () => {
    const before = await startBench({ answer: pages });
    await before.slack.as('U1').command('sales', '/crm find ada');
    await before.slack.waitForMessage(says('Page 1'));
    const after = await startBench({ answer: pages, slack: { state: before.slack.state() } });
    const [kept] = after.slack.messages().filter(says('Page 1'));
    if (kept === undefined) throw new Error('the workspace lost its message');
    await after.slack.as('U1').click(kept, 'crm:0');
    await after.slack.waitForMessage(says('Page 2'));
    expect(after.asked).toMatchObject([{ text: 'find ada page=2', via: 'button' }]);
  });

  test('pressed after its response URL expired answers in a new message', async () => {
    const bench = await startBench({ answer: pages });
    await bench.slack.as('U1').command('sales', '/crm find ada');
    const first = await bench.slack.waitForMessage(says('Page 1'));
    bench.slack.fail('response_url', { status: 404 });
    await bench.slack.as('U1').click(first, 'crm:0');
    expect(await bench.slack.waitForMessage(says('Page 2'))).toMatchObject({ via: 'chat.postEphemeral' });
  });
});

describe('a mention', () => {
  test('runs what follows it and answers publicly in its thread', async () => {
    const bench = await startBench({ answer: async () => aReply({ visibility: 'public' }) });
    const { message } = await bench.slack.as('U1').post('sales', 'hey @tieline find ada');
    const answer = await bench.slack.waitForMessage(says('Here you are'));
    expect(answer).toMatchObject({ thread_ts: message.ts, visibility: 'public' });
    expect(bench.asked).toMatchObject([
      { text: 'find ada', via: 'mention', slackUserId: 'U1', channelId: 'C1' },
    ]);
  });

  test('is answered privately in the channel when it starts no thread yet, in the thread when it is in one', async () => {
    const bench = await startBench();
    const { message } = await bench.slack.as('U1').post('sales', '@tieline whoami');
    const first = await bench.slack.waitForMessage(says('Here you are'));
    expect(first).toMatchObject({ user: 'U1', visibility: 'ephemeral' });
    expect(first.thread_ts).toBeUndefined();
    await bench.slack.as('U1').post('sales', '@tieline whoami', { threadTs: message.ts });
    await bench.slack.waitForMessage((one) => says('Here you are')(one) && one.thread_ts === message.ts);
  });

  test('delivered twice by Slack is answered once', async () => {
    const bench = await startBench();
    await bench.slack.as('U1').post('sales', '@tieline whoami');
    await bench.slack.waitForMessage(says('Here you are'));
    const again = bench.slack.interactions().find(({ kind }) => kind === 'app_mention')?.payload;
    const body = JSON.stringify(again);
    expect((await post(bench, body, { ...signed(body), 'x-slack-retry-num': '1' })).status).toBe(200);
    await bench.edge.drain(5000);
    expect(bench.asked).toHaveLength(1);
  });

  test('by a bot is not answered', async () => {
    const bench = await startBench();
    const event = {
      type: 'app_mention',
      user: 'U2',
      bot_id: 'B9',
      channel: 'C1',
      ts: '1.2',
      text: '<@U0BOT> x',
    };
    expect(await bench.slack.sendEvent(event)).toMatchObject({ status: 200 });
    await bench.edge.drain(5000);
    expect(bench.asked).toEqual([]);
  });
});

describe('a request that is not Slack’s', () => {
  test.each([
    ['signed with another secret', { signature: 'bad' as const }],
    ['not signed', { signature: 'missing' as const }],
    ['signed more than five minutes ago', { timestampSkewSec: -302 }],
    ['signed more than five minutes ahead', { timestampSkewSec: 302 }],
  ])('because it is %s is refused and not answered', async (_why, signing) => {
    const bench = await startBench();
    const outcome = await bench.slack.as('U1').command('sales', '/crm find ada', signing);
    expect(outcome.status).toBe(401);
    await bench.edge.drain(5000);
    expect(bench.asked).toEqual([]);
    expect(byBot(bench)).toEqual([]);
  });

  test.each([-295, 295])('is not told from a clock %d s off, which is let in', async (timestampSkewSec) => {
    const bench = await startBench();
    const outcome = await bench.slack.as('U1').command('sales', '/crm find ada', { timestampSkewSec });
    expect(outcome.status).toBe(200);
  });

  test.each(['', 'now', '-1', '1e9', '99999999999999999999'])(
    'has the timestamp "%s" and is refused',
    async (timestamp) => {
      const bench = await startBench();
      const headers = {
        'content-type': 'application/json',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signatureOf(timestamp, '{}'),
      };
      expect((await post(bench, '{}', headers)).status).toBe(401);
    },
  );

  test('is larger than 1 MiB and refused for its size', async () => {
    const bench = await startBench();
    const response = await post(bench, 'x'.repeat(1024 * 1024 + 1)).catch(() => null);
    // The connection may be cut before everything was sent.
    if (response !== null) expect(response.status).toBe(413);
    expect((await post(bench, 'x'.repeat(1024 * 1024))).status).toBe(401);
  });

  test.each([
    ['another path', '/slack/other', 'POST'],
    ['a path that is no path', '//', 'POST'],
    ['another method', '/slack/events', 'GET'],
  ])('because it asks for %s gets 404', async (_what, path, method) => {
    const bench = await startBench();
    const response = await fetch(new URL(bench.url).origin + path, { method });
    expect(response.status).toBe(404);
  });
});

const FROM_ANN = { team: { id: 'T1' }, user: { id: 'U1', team_id: 'T1' } };

describe('an authentic request', () => {
  test.each(['null', '[]', '"text"', '{', ''])('with the body %s is malformed', async (body) => {
    const bench = await startBench();
    expect((await post(bench, body, signed(body))).status).toBe(400);
  });

  test('with a malformed payload in a form is malformed', async () => {
    const bench = await startBench();
    const body = 'payload=null';
    expect((await post(bench, body, signed(body, 'application/x-www-form-urlencoded'))).status).toBe(400);
  });

  test.each([
    [
      'a press by nobody',
      { type: 'block_actions', user: null, actions: [{ action_id: 'crm:0', value: 'x' }] },
    ],
    ['a kind Slack will invent', { type: 'block_telepathy' }],
    [
      'a press of a button without an id',
      { type: 'block_actions', actions: [{ block_id: 'b', value: 'x' }] },
    ],
    [
      'a press of somebody else’s button',
      {
        type: 'block_actions',
        channel: { id: 'C1' },
        actions: [{ action_id: 'a', block_id: 'b', value: 'deactivate C1', action_ts: '1.2' }],
      },
    ],
    ['an event that is none', { type: 'event_callback', event: null }],
    ['a view', { type: 'view_submission', view: { callback_id: '', id: 'V1' } }],
    ['a closed view', { type: 'view_closed', view: { callback_id: 'x', id: 'V1' } }],
    ['a global shortcut', { type: 'shortcut', callback_id: 'x' }],
    ['a message shortcut', { type: 'message_action', callback_id: 'x', channel: { id: 'C1' } }],
    ['an event nobody subscribed to', { type: 'event_callback', event: { type: 'reaction_added' } }],
    ['an uninstallation', { type: 'event_callback', event: { type: 'app_uninstalled' } }],
  ])('that is %s is acknowledged within a second', async (_what, payload) => {
    const bench = await startBench();
    const started = performance.now();
    const body = JSON.stringify({ ...FROM_ANN, ...payload });
    expect((await post(bench, body, signed(body))).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(WITHIN_A_SECOND + 200);
    expect(bench.asked).toEqual([]);
  });

  test('for options that nobody offers gets an empty list', async () => {
    const bench = await startBench();
    const body = JSON.stringify({
      ...FROM_ANN,
      type: 'block_suggestion',
      action_id: 'a',
      block_id: 'b',
      value: 'x',
    });
    expect(await (await post(bench, body, signed(body))).json()).toEqual({ options: [] });
  });

  test('for a command that lacks its person says so at once', async () => {
    const bench = await startBench();
    const body = 'command=%2Fcrm&team_id=T1';
    const response = await post(bench, body, signed(body, 'application/x-www-form-urlencoded'));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ response_type: 'ephemeral' });
  });

  test('that verifies the address gets its challenge back', async () => {
    const bench = await startBench();
    const outcome = await bench.slack.verifyRequestUrl();
    expect(outcome).toMatchObject({ status: 200, body: { challenge: expect.any(String) } });
  });

  test('that looks at the certificate is answered unsigned, and never taken for a command', async () => {
    const bench = await startBench();
    const body = 'ssl_check=1&command=%2Fcrm&team_id=T1&user_id=U1&channel_id=C1&trigger_id=1';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(bench, body, headers)).status).toBe(200);
    await bench.edge.drain(5000);
    expect(bench.asked).toEqual([]);
  });
});

describe('stopping', () => {
  test('waits until the answer under way was given', async () => {
    const slow = gate<Reply>();
    const bench = await startBench({ answer: () => slow.passed });
    await bench.slack.as('U1').command('sales', '/crm find ada');
    let drained = false;
    const draining = bench.edge.drain(10_000).then(() => {
      drained = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(drained).toBe(false);
    slow.open(aReply());
    await draining;
    expect(byBot(bench)).toMatchObject([{ text: 'Here you are' }]);
  });

  test('does not wait longer than it was told to', async () => {
    const bench = await startBench({ answer: () => gate<Reply>().passed });
    await bench.slack.as('U1').command('sales', '/crm find ada');
    await bench.edge.drain(20);
    expect(bench.log.at(-1)).toMatchObject({ level: 'warn', data: { left: 1 } });
  });

  test('is not held up by a sender who went away in the middle of a request', async () => {
    const bench = await startBench();
    const { port } = new URL(bench.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = ['POST /slack/events HTTP/1.1', 'host: x', 'content-length: 100', 'expect: 100-continue'];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    // "100 Continue": the request has begun.
    await once(socket, 'data');
    socket.write('half of what was promised');
    socket.destroy();
    await once(socket, 'close');
    await bench.edge.drain(10_000);
    expect(bench.log).toEqual([]);
  });

  test('takes no time when nothing is under way', async () => {
    const bench = await startBench();
    await bench.edge.drain(10_000);
  });
});
