import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { Refusal } from '../gitlab/refusal.ts';
import { addAssets } from './assets.ts';
import type { RouteContext } from './context.ts';
import { addEvents } from './events.ts';
import { addGitLabPlaces } from './gitlab-places.ts';
import { addGitLabReads } from './gitlab-reads.ts';
import { addGitLabTrouble } from './gitlab-trouble.ts';
import { addGitLabWrites } from './gitlab-writes.ts';
import { guard } from './guard.ts';
import { BadInput } from './input.ts';
import { addSlackRoutes } from './slack.ts';
import { addSlackViewRoutes } from './slack-views.ts';
import { addStateRoute } from './state.ts';

/** The page at `/` and everything below `/sandbox`. */
export function sandboxRoutes(context: RouteContext): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', guard(context));
    app.addHook('onSend', async (_request, reply) => {
      reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    });
    parseJsonOnly(app);
    wordErrors(app);
    await addAssets(app);
    addStateRoute(app, context);
    addSlackRoutes(app, context);
    addSlackViewRoutes(app, context);
    addGitLabReads(app, context);
    addGitLabWrites(app, context);
    addGitLabPlaces(app, context);
    addGitLabTrouble(app, context);
    addEvents(app, context.bell);
  };
}

/** Forms are not read: a browser sends those across sites without asking first. */
function parseJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, JSON.parse(String(text)));
    } catch {
      done(new BadInput('The body is not JSON.'));
    }
  });
}

/** `{ path: ['has already been taken'] }` as people say it. */
function problemsOf(said: unknown): string {
  if (typeof said !== 'object' || said === null) return JSON.stringify(said);
  return Object.entries(said)
    .map(([field, problems]) => `${field} ${[problems].flat().join(', ')}`)
    .join('; ');
}

/** GitLab's own answer in one sentence. */
function wordsOf({ status, body }: Refusal): string {
  if (status === 403) return 'GitLab refuses: this person may not do that.';
  const { message, error } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  const said = message ?? error;
  const text = typeof said === 'string' ? said : problemsOf(said ?? body);
  return `GitLab answers: ${text.replace(/^(?:400 Bad request|404) ?-? ?/, '')}`;
}

function wordErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    if (error instanceof BadInput) return reply.code(400).send({ error: error.message });
    if (error instanceof Refusal) return reply.code(error.status).send({ error: wordsOf(error) });
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status === 415) {
      return reply.code(415).send({ error: 'Send JSON, with the header content-type: application/json.' });
    }
    if (status < 500) return reply.code(400).send({ error: String((error as Error).message) });
    request.log.error({ err: error }, 'the sandbox failed');
    return reply.code(500).send({ error: 'The sandbox failed; its log says more.' });
  });
}
