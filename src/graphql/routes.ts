import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { mercurius } from 'mercurius';
import { type CheckToken, credentialsIn } from './authenticate.ts';
import { type ApiServices, type Caller, createContext } from './context.ts';
import { messageOnly, tellable } from './errors.ts';
import { LIMITS } from './limits.ts';
import { readRequest } from './read-request.ts';
import { createResolvers } from './resolvers/resolvers.ts';
import { guardOperations, runRequest } from './run.ts';
import { TYPE_DEFINITIONS } from './schema/type-definitions.ts';

export interface GraphqlOptions extends ApiServices {
  readonly checkToken: CheckToken;
}

/** From the second time on that a query comes, it runs compiled. */
const COMPILED_AFTER = 1;
/** Documents kept with what they were compiled to. */
const DOCUMENTS_KEPT = 200;

/** `POST /api/graphql`, one operation a request. Answers are 200 but for what is no request (4xx) or no answer (503). */
export function graphqlRoutes(options: GraphqlOptions): FastifyPluginAsync {
  return async (app) => {
    await app.register(mercurius, {
      schema: TYPE_DEFINITIONS,
      resolvers: createResolvers() as never,
      routes: false,
      jit: COMPILED_AFTER,
      cache: DOCUMENTS_KEPT,
      graphql: { parseOptions: { maxTokens: LIMITS.tokens }, validateOptions: { maxErrors: 20 } },
      // Errors are presented in one place, whichever way they come.
      errorFormatter: (execution) => ({ statusCode: 200, response: execution as never }),
    });
    guardOperations(app);
    app.setErrorHandler(wordFailure);
    app.post('/api/graphql', { bodyLimit: LIMITS.bodyBytes }, (request, reply) =>
      answer(app, options, { request, reply }),
    );
  };
}

/** What Fastify itself refuses: a body too long, or that is no JSON. */
function wordFailure(error: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) {
  const status = error.statusCode ?? 500;
  if (status < 500) return reply.code(status).send(messageOnly(error.message));
  request.log.error({ err: error }, 'a GraphQL request failed');
  return reply.code(500).send(messageOnly('Internal server error'));
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

async function answer(app: FastifyInstance, options: GraphqlOptions, { request, reply }: Exchange) {
  const asked = readRequest(request.body);
  if (typeof asked === 'string') return reply.code(400).send(messageOnly(asked));
  const credentials = credentialsIn(request.headers);
  let caller: Caller | null = null;
  if (credentials.kind !== 'none') {
    try {
      caller = credentials.kind === 'token' ? await options.checkToken(credentials.token) : null;
    } catch (error) {
      request.log.warn({ err: error }, 'a token could not be checked');
      return reply.code(503).send(messageOnly(tellable(error) ?? 'Internal server error'));
    }
    if (caller === null) return reply.code(401).send(messageOnly('Invalid token'));
  }
  const result = await runRequest(app, asked, { context: createContext(options, caller), reply });
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(result));
}
