import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type FakeSlack, startFakeSlack } from '../../../src/sandbox/slack/fake-slack.ts';
import type { FakeSlackOptions } from '../../../src/sandbox/slack/options.ts';

export type Json = Record<string, unknown>;

/** A request as the app got it, with what it carried. */
export interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  /** The form's fields, or the JSON body. */
  fields: Json;
  /** The `payload` field of interactivity, parsed. */
  payload: Json;
}

interface Reply {
  status?: number;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
  /** The answer waits for this. */
  after?: Promise<unknown>;
}

/** An app of few words: it keeps what it gets and answers as it is told. */
export interface ListeningApp {
  url: string;
  received: Received[];
  reply: (received: Received) => Reply;
}

export const SECRET = 'shhh-signing-secret';
export const TOKEN = 'xoxb-under-test';

async function startApp(): Promise<ListeningApp> {
  const app: ListeningApp = { url: '', received: [], reply: () => ({}) };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const received = parse(request.headers, Buffer.concat(chunks).toString('utf8'));
      app.received.push(received);
      const { status = 200, json, text = '', headers = {}, after } = app.reply(received);
      await after;
      response.writeHead(status, {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      });
      response.end(json === undefined ? text : JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  app.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  return app;
}

function parse(headers: IncomingHttpHeaders, raw: string): Received {
  const json = headers['content-type']?.includes('json') ?? false;
  const fields = (json ? JSON.parse(raw) : Object.fromEntries(new URLSearchParams(raw))) as Json;
  const payload = typeof fields['payload'] === 'string' ? (JSON.parse(fields['payload']) as Json) : {};
  return { headers, raw, fields, payload };
}

/** A clock that stands still until it is moved. */
export interface SetClock {
  ms: number;
}

export const START_MS = Date.UTC(2026, 0, 2, 10, 0, 0);

/** A workspace with an owner, a developer and an outsider; the bot is in #support, not in #sales. */
export async function startWorkspace(
  more: Partial<FakeSlackOptions> = {},
): Promise<{ slack: FakeSlack; app: ListeningApp; clock: SetClock }> {
  const app = await startApp();
  const clock = { ms: START_MS };
  const everybody = ['U0OLGA', 'U0DEV', 'U0NINA'];
  const slack = await startFakeSlack({
    team: { id: 'T0ACME', name: 'Acme', domain: 'acme' },
    users: [
      { id: 'U0OLGA', name: 'olga', realName: 'Olga Owens', email: 'olga@acme.example.com' },
      { id: 'U0DEV', name: 'dev', realName: 'Dev Devani', email: 'dev@acme.example.com' },
      { id: 'U0NINA', name: 'nina', realName: 'Nina Novak', email: 'nina@globex.example.com' },
      { id: 'U0BOT', name: 'tieline', realName: 'Tieline', isBot: true },
    ],
    channels: [
      { id: 'C0SUPPORT', name: 'support', members: [...everybody, 'U0BOT'] },
      { id: 'C0SALES', name: 'sales', members: everybody },
      { id: 'C0OLD', name: 'old', isArchived: true },
      { id: 'C0SECRET', name: 'secret', isPrivate: true, members: ['U0OLGA'] },
    ],
    bot: { userId: 'U0BOT', botId: 'B0BOT', token: TOKEN, appId: 'A0APP' },
    signingSecret: SECRET,
    requestUrl: () => app.url,
    now: () => clock.ms,
    ...more,
  });
  onTestFinished(() => slack.close());
  return { slack, app, clock };
}

/** Calls the Web API with a JSON body. */
export async function callApi(
  slack: FakeSlack,
  method: string,
  args: Json = {},
  token: string | null = TOKEN,
): Promise<Json & { httpStatus: number; headers: Headers }> {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(args),
  });
  const body = (await response.json()) as Json;
  return { ...body, httpStatus: response.status, headers: response.headers };
}

/** Calls the Web API with a form, objects as JSON in strings, as Slack's own client does. */
export async function callApiAsForm(slack: FakeSlack, method: string, args: Json): Promise<Json> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(args)) {
    form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const response = await fetch(`${slack.apiUrl}${method}`, { method: 'POST', body: form });
  return (await response.json()) as Json;
}

/** Answers through a response address. */
export async function respond(url: unknown, body: Json): Promise<{ status: number; text: string }> {
  const response = await fetch(String(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

export const plain = (text: string): Json => ({ type: 'plain_text', text });
export const sectionOf = (text: string): Json => ({ type: 'section', text: { type: 'mrkdwn', text } });
export const modalOf = (blocks: Json[], more: Json = {}): Json => ({
  type: 'modal',
  title: plain('Contact'),
  submit: plain('Save'),
  callback_id: 'contact',
  blocks,
  ...more,
});
