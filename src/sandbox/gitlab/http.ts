/** The HTTP frame: bodies of every kind, faults, the request log, GitLab's words for errors, and the pages' addresses. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Api, createApi } from './api.ts';
import type { FaultGate } from './faults.ts';
import type { Lab } from './lab.ts';
import { Refusal } from './refusal.ts';

const MAX_BODY_BYTES = 25 * 1024 * 1024;
const MAX_REQUESTS_KEPT = 5_000;

/** One request as it came; `user` and `status` are null until they are known. */
export interface LoggedRequest {
  method: string;
  /** As sent, with the query. */
  path: string;
  user: string | null;
  status: number | null;
}

/** The server, the place for its routes, and the live request log. */
export interface HttpParts {
  readonly app: FastifyInstance;
  readonly api: Api;
  readonly requests: LoggedRequest[];
}

/** What the frame needs of the instance. */
export interface HttpOptions {
  readonly lab: Lab;
  readonly gate: FaultGate;
  readonly flush: () => Promise<void>;
  /** Where the page shows an issue; null leaves the address of an issue unanswered. */
  readonly pageUrl: ((project: string, iid: number) => string) | null;
}

function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? {} : (JSON.parse(String(text)) as unknown));
    } catch {
      done(new Refusal(400, { error: 'Problems parsing JSON' }));
    }
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, text, done) => {
      const form: Record<string, string | string[]> = {};
      for (const [name, value] of new URLSearchParams(String(text))) {
        const known = form[name];
        form[name] = known === undefined ? value : [known, value].flat();
      }
      done(null, form);
    },
  );
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    payload.on('end', () => done(null, {}));
  });
}

function wordErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).headers(error.headers).send(error.body);
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: String(error) });
    return reply.code(500).send({ message: '500 Internal Server Error' });
  });
}

function target(request: FastifyRequest) {
  return { method: request.method, path: request.url.split('?')[0] ?? '' };
}

function cutConnection(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

function installFaults(
  app: FastifyInstance,
  gate: FaultGate,
  entryOf: (request: FastifyRequest) => LoggedRequest,
): void {
  app.addHook('onRequest', async (request, reply) => {
    entryOf(request);
    const fault = await gate.before(target(request));
    if (fault === null) return;
    if (fault === 'cut') return cutConnection(request, reply);
    entryOf(request).status = fault.status;
    const { status, headers = {}, body = { message: `${status} made up` } } = fault;
    return reply.code(status).headers(headers).send(body);
  });
}

function installAnswers(
  options: HttpOptions,
  app: FastifyInstance,
  entryOf: (request: FastifyRequest) => LoggedRequest,
): void {
  app.addHook('onSend', async (request, reply) => {
    await options.flush();
    entryOf(request).status = reply.statusCode;
    if (options.gate.cutsAfter(target(request))) request.raw.socket.destroy();
  });
}

/** `/<project path>/-/issues/<iid>` leads to the page; everything else unknown is GitLab's 404. */
function installPages(options: HttpOptions, app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const { method, path } = target(request);
    const found = /^\/(.+?)(?:\/-)?\/(?:issues|work_items)\/(\d+)$/.exec(path);
    if (method === 'GET' && !path.startsWith('/api/') && found !== null && options.pageUrl !== null) {
      const [, project = '', iid = ''] = found;
      return reply.redirect(options.pageUrl(decodeURIComponent(project), Number(iid)), 302);
    }
    return reply.code(404).send({ error: '404 Not Found' });
  });
}

/** The server without its routes and not listening yet. */
export function createHttp(options: HttpOptions): HttpParts {
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000 },
  });
  const requests: LoggedRequest[] = [];
  const entries = new WeakMap<FastifyRequest, LoggedRequest>();
  const entryOf = (request: FastifyRequest): LoggedRequest => {
    const known = entries.get(request);
    if (known !== undefined) return known;
    const entry: LoggedRequest = { method: request.method, path: request.url, user: null, status: null };
    entries.set(request, entry);
    requests.push(entry);
    requests.splice(0, requests.length - MAX_REQUESTS_KEPT);
    return entry;
  };
  parseBodies(app);
  wordErrors(app);
  installFaults(app, options.gate, entryOf);
  installAnswers(options, app, entryOf);
  installPages(options, app);
  const api = createApi(app, options.lab, (request, user) => {
    entryOf(request).user = user.username;
  });
  return { app, api, requests };
}
