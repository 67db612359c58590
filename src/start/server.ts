import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
} from 'fastify';
import type { ReadinessReport } from './readiness.ts';

export interface ServerParts {
  readonly log: FastifyBaseLogger;
  /** Takes a Slack request with its body unread. */
  readonly slack: (request: IncomingMessage, response: ServerResponse) => void;
  readonly readiness: () => Promise<ReadinessReport>;
  /** Webhooks, and in sandbox mode the page. */
  readonly plugins: readonly FastifyPluginAsync[];
}

/** Slow-loris requests are cut after this. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The one HTTP server, not yet listening. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const server = fastify({
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
  });
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const report = await parts.readiness();
    return reply.code(report.ready ? 200 : 503).send(report);
  });
  await server.register(slackRoute(parts.slack));
  for (const plugin of parts.plugins) await server.register(plugin);
  return server;
}

/** Slack's signature is over the raw body, so the request is handed on before anything has read it. */
function slackRoute(handle: ServerParts['slack']): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.post('/slack/events', (request, reply) => {
      reply.hijack();
      handle(request.raw, reply.raw);
    });
  };
}
