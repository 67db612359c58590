import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';

/** A request as Tieline would get it. */
export interface Taken {
  path: string;
  headers: Record<string, unknown>;
  body: string;
}

/** A sandbox whose page listens, with a Tieline of few words behind the same address. */
export interface PageServer {
  sandbox: Sandbox;
  url: string;
  log: string[];
  taken: Taken[];
  /** What `POST /slack/events` answers with. */
  ack: unknown;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  json: Body;
  /** The body when it is a list, else nothing. */
  rows: Body[];
  text: string;
}

interface Listed {
  username: string;
  role: string;
  token: string;
}

/** The fields that the tests read one by one; which of them are there is judged by the assertions. */
export interface Body {
  id: number;
  iid: number;
  ts: string;
  discussion_id: string;
  note: Body;
  body: string;
  slack: { users: Listed[]; channels: unknown[] };
  gitlab: {
    url: string;
    users: Listed[];
    groups: { full_path: string }[];
    projects: unknown[];
    issues: unknown[];
  };
}

/** A directory that goes with the test. */
export async function stateDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tieline-sandbox-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts both and stops them with the test. */
export async function startPage(options: Partial<SandboxOptions> = {}): Promise<PageServer> {
  const app = fastify({ forceCloseConnections: 'idle' });
  const taken: Taken[] = [];
  const log: string[] = [];
  let url = '';
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    stateDir: null,
    tielineUrl: () => url,
    botUsername: 'tieline',
    log: (line) => log.push(line),
    ...options,
  });
  const page: PageServer = {
    sandbox,
    url,
    log,
    taken,
    ack: {},
    get: (path, headers = {}) => ask(`${url}${path}`, { headers }),
    post: (path, body, headers = {}) =>
      ask(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: once(async () => {
      await app.close();
      await sandbox.close();
    }),
  };
  onTestFinished(() => page.close());
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.post('/*', async (request) => {
      taken.push({ path: request.url, headers: request.headers, body: String(request.body) });
      return request.url === '/slack/events' ? page.ack : {};
    });
  });
  await app.register(sandbox.routes);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  page.url = url;
  return page;
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const json = (isJson ? JSON.parse(text) : null) as Body;
  const rows = Array.isArray(json) ? (json as Body[]) : [];
  return { status: response.status, headers: response.headers, text, json, rows };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}
