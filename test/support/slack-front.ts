import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One workspace behind the front. */
export interface Behind {
  readonly url: string;
  readonly token: string;
  /** The code that an installation there is confirmed with. */
  readonly code: string;
}

/** One call that came through, and the workspace its token was of; null for none's. */
export interface Passed {
  readonly method: string;
  readonly teamId: string | null;
  readonly body: string;
}

/** One address for several workspaces, as slack.com is: each call goes where its token belongs. */
export interface SlackFront {
  readonly url: string;
  readonly apiUrl: string;
  readonly passed: Passed[];
  /** Puts a workspace behind; before that its token is nobody's. */
  add(teamId: string, behind: Behind): void;
  close(): Promise<void>;
}

/** Starts the front. `/T…/…` leads to a workspace's own server: response URLs. */
export async function startSlackFront(): Promise<SlackFront> {
  const workspaces = new Map<string, Behind>();
  const passed: Passed[] = [];
  const server = createServer((request, response) => {
    void pass({ workspaces, passed }, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiUrl: `${url}/api/`,
    passed,
    add: (teamId, behind) => void workspaces.set(teamId, behind),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function pass(
  { workspaces, passed }: { workspaces: Map<string, Behind>; passed: Passed[] },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const path = request.url ?? '/';
  const own = /^\/(T[A-Z0-9]+)(\/.*)$/.exec(path);
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const code = new URLSearchParams(body).get('code');
  const teamId =
    own?.[1] ??
    [...workspaces].find(([, behind]) =>
      path.includes('oauth.v2.access') ? behind.code === code : behind.token === token,
    )?.[0] ??
    null;
  passed.push({ method: path.replace(/^\/(?:api|T[A-Z0-9]+)\//, ''), teamId, body });
  const behind = teamId === null ? undefined : workspaces.get(teamId);
  if (!behind) {
    const error = path.includes('oauth.v2.access') ? 'invalid_code' : 'invalid_auth';
    const ok = path.endsWith('/api.test');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(ok ? { ok } : { ok, error }));
    return;
  }
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const answer = await fetch(behind.url + (own?.[2] ?? path), {
    method: request.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(body === '' ? {} : { body }),
  });
  const said = await answer.text();
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
  response.end(said);
}
