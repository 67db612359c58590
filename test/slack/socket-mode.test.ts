import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createSlackEdge, type SlackEdge } from '../../src/slack/edge.ts';
import type { SlackRequest } from '../../src/slack/slack-request.ts';
import { aReply } from './edge-harness.ts';
import { type SocketServer, startSocketServer } from './socket-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(): Promise<{ slack: SocketServer; edge: SlackEdge; asked: SlackRequest[] }> {
  const slack = await startSocketServer();
  open.push(() => slack.close());
  const asked: SlackRequest[] = [];
  const quiet = () => {};
  const edge = createSlackEdge({
    signingSecret: '',
    botToken: 'xoxb-1-test-token',
    appToken: 'xapp-1-A1-0123456789',
    apiUrl: slack.apiUrl,
    allowedResponseOrigins: [slack.origin],
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    answer: async (request) => {
      asked.push(request);
      return aReply();
    },
  });
  open.push(() => edge.close());
  return { slack, edge, asked };
}

const command = (slack: SocketServer, id: string, trigger = id) => ({
  type: 'slash_commands',
  envelope_id: id,
  accepts_response_payload: true,
  payload: {
    command: '/crm',
    text: 'find ada',
    team_id: 'T1',
    channel_id: 'C1',
    user_id: 'U1',
    trigger_id: trigger,
    response_url: `${slack.origin}/response`,
  },
});

/** Until readiness says so: the client may hear a moment later than the server what happened. */
async function becomes(edge: SlackEdge, ok: boolean): Promise<string> {
  for (;;) {
    const told = await edge.ready();
    if (told.ok === ok) return told.detail;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('by Socket Mode', () => {
  test('a command is acknowledged and answered', async () => {
    const { slack, edge, asked } = await start();
    edge.open();
    await becomes(edge, true);
    slack.send(command(slack, 'one'));
    await slack.until(() => slack.acks.length === 1 && slack.posted.length === 1);
    expect(slack.acks[0]?.envelope_id).toBe('one');
    expect(asked.map(({ text, teamId }) => ({ text, teamId }))).toEqual([{ text: 'find ada', teamId: 'T1' }]);
    expect(slack.posted[0]?.['text']).toContain('Here you are');
  });

  test('an envelope that comes again is acknowledged and not answered twice', async () => {
    const { slack, edge, asked } = await start();
    edge.open();
    await becomes(edge, true);
    slack.send(command(slack, 'one', 'trigger'));
    slack.send(command(slack, 'two', 'trigger'));
    await slack.until(() => slack.acks.length === 2);
    await edge.drain(5_000);
    expect(asked).toHaveLength(1);
  });

  test('an event is acknowledged and a mention answered', async () => {
    const { slack, edge, asked } = await start();
    edge.open();
    await becomes(edge, true);
    slack.send({
      type: 'events_api',
      envelope_id: 'event',
      payload: {
        type: 'event_callback',
        team_id: 'T1',
        event_id: 'Ev1',
        authorizations: [{ user_id: 'U0BOT' }],
        event: { type: 'app_mention', user: 'U1', channel: 'C1', ts: '1.1', text: '<@U0BOT> whoami' },
      },
    });
    await slack.until(() => slack.acks.length === 1);
    await edge.drain(5_000);
    expect(asked.map(({ text }) => text)).toEqual(['whoami']);
  });

  test('it is not ready before, nor while the connection is down, and connects again by itself', async () => {
    const { slack, edge } = await start();
    expect(await edge.ready()).toEqual({ ok: false, detail: 'the connection of Socket Mode is down' });
    edge.open();
    await becomes(edge, true);
    slack.refuse('internal_error');
    slack.cut();
    expect(await becomes(edge, false)).toBe('the connection of Socket Mode is down');
    await slack.until(() => slack.opened() >= 2);
    slack.refuse(null);
    await becomes(edge, true);
    slack.send(command(slack, 'after'));
    await slack.until(() => slack.acks.length === 1);
  });

  test('it goes on when Slack asks to connect anew', async () => {
    const { slack, edge } = await start();
    edge.open();
    await becomes(edge, true);
    slack.send({ type: 'disconnect', reason: 'refresh_requested' });
    await slack.until(() => slack.opened() === 2 && slack.lines() === 1);
    await becomes(edge, true);
  });

  test('it keeps trying when Slack cannot be reached at first', async () => {
    const { slack, edge } = await start();
    slack.refuse('invalid_auth');
    edge.open();
    await slack.until(() => slack.opened() === 2);
    slack.refuse(null);
    await becomes(edge, true);
  });

  test('closed, it connects no more', async () => {
    const { slack, edge } = await start();
    edge.open();
    await becomes(edge, true);
    await edge.close();
    await slack.until(() => slack.lines() === 0);
    expect((await edge.ready()).ok).toBe(false);
    expect(slack.opened()).toBe(1);
  });

  test('nothing is taken over HTTP, least of all what is signed with no secret', async () => {
    const { edge, asked } = await start();
    const server = createServer((request, response) => edge.handle(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const body = 'command=%2Fcrm&text=find&team_id=T1&channel_id=C1&user_id=U1&trigger_id=1.1';
    const timestamp = String(Math.floor(Date.now() / 1000));
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${createHmac('sha256', '').update(`v0:${timestamp}:${body}`).digest('hex')}`,
      },
      body,
    });
    expect(response.status).toBe(404);
    expect(asked).toEqual([]);
  });
});
