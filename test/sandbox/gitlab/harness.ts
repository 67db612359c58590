import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import {
  type FakeGitLab,
  type FakeGitLabOptions,
  startFakeGitLab,
} from '../../../src/sandbox/gitlab/server.ts';
import { WORLD } from '../../../src/sandbox/world.ts';

/** The fields that the tests read one by one; which of them are there is judged by the assertions. */
export interface Body {
  id: number;
  iid: number;
  project_id: number;
  username: string;
  body: string;
  access_level: number;
  full_path: string;
  path_with_namespace: string;
  namespace: { id: number };
  projects: unknown[];
  notes: Body[];
  individual_note: boolean;
}

export interface HookBody {
  event_type: string;
  issue: { id: number };
  object_attributes: { action: string; note: string; noteable_id: number; discussion_id: string };
  changes: Record<'title' | 'state_id', unknown>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Body;
  /** The body when it is a list, else nothing. */
  rows: Body[];
}

export interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  body: HookBody;
}

/** A receiver of hooks that answers with whatever `answerWith` last said. */
export interface Receiver {
  url: string;
  received: Received[];
  answerWith(status: number): void;
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A make-believe GitLab that is closed after the test. */
export async function gitLab(options: Partial<FakeGitLabOptions> = {}): Promise<FakeGitLab> {
  const lab = await startFakeGitLab({ world: WORLD, ...options });
  closers.push(() => lab.close());
  return lab;
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
    });
  });
}

/** A real HTTP server that notes what it gets, closed after the test. */
export async function receiver(): Promise<Receiver> {
  const received: Received[] = [];
  let status = 204;
  const answerWith = (next: number) => {
    status = next;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, raw, body: JSON.parse(raw) as HookBody });
      response.writeHead(status).end();
    });
  });
  const url = await listen(server);
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url, received, answerWith };
}

/** One REST request as the person; `path` without `/api/v4`. */
export async function request(
  lab: FakeGitLab,
  who: string,
  path: string,
  options: { method?: string; body?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { method = 'GET', body: sent, token = lab.tokenOf(who), headers = {} } = options;
  const response = await fetch(`${lab.url}/api/v4${path}`, {
    method,
    redirect: 'manual',
    headers: {
      'private-token': token,
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
  });
  const text = await response.text();
  const json = text.startsWith('{') || text.startsWith('[');
  const body = (json ? JSON.parse(text) : text) as Body;
  return { status: response.status, headers: response.headers, body, rows: Array.isArray(body) ? body : [] };
}
