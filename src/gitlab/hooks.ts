import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type HookSource, type StoredDelivery, storedDelivery } from './hook-delivery.ts';
import {
  type HookSecrets,
  hookSecrets,
  isConfigured,
  mustVerifySignature,
  signatureFits,
  tokenFits,
} from './hook-secrets.ts';

export interface HookRoutesOptions {
  /** `X-Gitlab-Token` of project and group hooks. */
  readonly webhookSecret?: string | undefined;
  readonly signingTokens?: readonly string[] | undefined;
  readonly systemHookSecret?: string | undefined;
  /** Stands for the instance where a request does not name it. */
  readonly instanceUrl: string;
  /** Resolves once the delivery is on disk, also when it was there already. */
  readonly store: (delivery: StoredDelivery) => Promise<unknown>;
  /** Tells the worker that there is something to do. */
  readonly wake: () => void;
}

/** GitLab sends no more than this (`REQUEST_BODY_SIZE_LIMIT`). */
const BODY_LIMIT = 25 * 1024 * 1024;

/**
 * `POST /gitlab/webhooks` and `POST /gitlab/system-hooks`. Each checks only its own secret (401 and nothing stored
 * when it is wrong, 404 when none is configured); 400 for what is not JSON; anything else is stored, whatever it
 * is, and then answered 204, or 503 when it could not be stored.
 */
export function hookRoutes(options: HookRoutesOptions): FastifyPluginAsync {
  const routes = [
    ['/gitlab/webhooks', 'gitlab', hookSecrets(options.webhookSecret, options.signingTokens)],
    ['/gitlab/system-hooks', 'gitlab-system', hookSecrets(options.systemHookSecret, undefined)],
  ] as const;
  return async (app) => {
    keepBodiesRaw(app);
    for (const [url, source, secrets] of routes) {
      app.post(url, {
        bodyLimit: BODY_LIMIT,
        onRequest: async (request, reply) => turnAway(secrets, request, reply),
        handler: (request, reply) => receive({ ...options, source, secrets }, request, reply),
      });
    }
  };
}

/** Signatures are over bytes, so nothing may parse them before; this reaches no route outside of the plugin. */
function keepBodiesRaw(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // Bodies of answers are kept by GitLab and shown to maintainers: they stay empty.
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error }, 'a hook could not be received');
    return reply.code(status).send();
  });
}

/** Refuses before the body is read, where the headers are enough to know. */
async function turnAway(
  secrets: HookSecrets,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  if (!isConfigured(secrets)) return reply.code(404).send();
  if (mustVerifySignature(secrets, request.headers) || tokenFits(secrets, request.headers)) return undefined;
  request.log.warn({ event: request.headers['x-gitlab-event'] }, 'hook refused: wrong or missing token');
  return reply.code(401).send();
}

interface Reception extends HookRoutesOptions {
  readonly source: HookSource;
  readonly secrets: HookSecrets;
}

async function receive(
  { source, secrets, instanceUrl, store, wake }: Reception,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { headers } = request;
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const text = decoded(raw);
  const signed = mustVerifySignature(secrets, headers);
  if (signed && (text === null || !signatureFits(secrets, headers, text))) {
    request.log.warn({ event: headers['x-gitlab-event'] }, 'hook refused: wrong signature or time');
    return reply.code(401).send();
  }
  const json = text === null ? undefined : parsed(text);
  if (json === undefined) return reply.code(400).send();
  try {
    await store(storedDelivery({ source, instanceUrl, headers, raw, json, signed }));
  } catch (error) {
    request.log.error({ err: error }, 'a delivery could not be stored');
    return reply.code(503).send();
  }
  wake();
  return reply.code(204).send();
}

/** Null for bytes that are not UTF-8: read loosely, two bodies could share one signature. */
function decoded(raw: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return null;
  }
}

/** Undefined for what is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
