import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { Reply } from '../../src/commands/reply.ts';
import { type FakeSlack, startFakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import type { FakeSlackOptions } from '../../src/sandbox/slack/options.ts';
import { createSlackEdge, type SlackEdge, type SlackEdgeOptions } from '../../src/slack/edge.ts';
import type { SlackRequest } from '../../src/slack/slack-request.ts';

export const TOKEN = 'xoxb-1-test-token';
export const SECRET = 'signing-secret-of-the-test';

/** A Slack workspace, an HTTP server with nothing but the edge on it, and what the edge asked and logged. */
export interface Bench {
  readonly slack: FakeSlack;
  readonly edge: SlackEdge;
  readonly url: string;
  /** What `answer` was asked, in order. */
  readonly asked: SlackRequest[];
  readonly log: { level: string; data: object; message: string }[];
}

export const aReply = (more: Partial<Reply> = {}): Reply => ({
  tone: 'info',
  title: 'Here you are',
  blocks: [],
  visibility: 'private',
  ...more,
});

type BenchOptions = Partial<SlackEdgeOptions> & { slack?: Partial<FakeSlackOptions> };

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Starts everything; it is closed after the test. Ann and Bo are in #sales, the bot too; #lost lacks the bot. */
export async function startBench({ slack: slackOptions, ...options }: BenchOptions = {}): Promise<Bench> {
  let handle = (_request: IncomingMessage, response: ServerResponse): void => void response.end();
  const server = createServer((request, response) => handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  const slack = await startFakeSlack({
    team: { id: 'T1', name: 'Acme', domain: 'acme' },
    users: [
      { id: 'U1', name: 'ann', email: 'ann@example.com' },
      { id: 'U2', name: 'bo', email: null },
    ],
    channels: [
      { id: 'C1', name: 'sales' },
      { id: 'C2', name: 'lost', members: ['U1', 'U2'] },
    ],
    bot: { userId: 'U0BOT', botId: 'B0BOT', token: TOKEN },
    signingSecret: SECRET,
    requestUrl: url,
    ...slackOptions,
  });
  open.push(() => slack.close());
  const asked: SlackRequest[] = [];
  const log: Bench['log'] = [];
  const keep = (level: string) => (data: object, message: string) => void log.push({ level, data, message });
  const { answer = async () => aReply() } = options;
  const edge = createSlackEdge({
    signingSecret: SECRET,
    botToken: TOKEN,
    apiUrl: slack.apiUrl,
    allowedResponseOrigins: [new URL(slack.url).origin],
    log: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') },
    newIncidentId: () => 'incident-1',
    ...options,
    answer: (request) => {
      asked.push(request);
      return answer(request);
    },
  });
  handle = edge.handle;
  return { slack, edge, url, asked, log };
}

/** A promise that somebody else settles. */
export function gate<T = void>(): { readonly passed: Promise<T>; open(value: T): void } {
  let openIt: (value: T) => void = () => undefined;
  const passed = new Promise<T>((resolve) => {
    openIt = resolve;
  });
  return { passed, open: (value) => openIt(value) };
}

/** Slack's signature of a body sent at a time; docs.slack.dev/authentication/verifying-requests-from-slack. */
export function signatureOf(timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
