import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isObject, type Json } from '../block-kit/checks.ts';
import type { Fault, Faults } from '../faults.ts';
import { receiveResponse } from '../response-urls.ts';
import { ApiError } from './api-error.ts';
import { readArgs } from './args.ts';
import type { ApiContext } from './method.ts';
import { METHODS } from './methods.ts';

interface Answer {
  status: number;
  body: Json | string;
  headers?: Record<string, string>;
}

/** The Web API under /api and the response addresses under /response, with the faults that are planned for them. */
export function addRoutes(server: FastifyInstance, context: ApiContext, faults: Faults): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  server.route<{ Params: { method: string } }>({
    method: ['GET', 'POST'],
    url: '/api/:method',
    handler: (request, reply) => answerCall(context, faults, { request, reply }),
  });
  server.post<{ Params: { id: string } }>('/response/:id', (request, reply) =>
    answerResponse(context, faults, { request, reply }),
  );
}

interface Exchange<Params> {
  request: FastifyRequest<{ Params: Params }>;
  reply: FastifyReply;
}

async function answerCall(
  context: ApiContext,
  faults: Faults,
  { request, reply }: Exchange<{ method: string }>,
): Promise<FastifyReply> {
  const { method } = request.params;
  const raw: Json = {
    ...(isObject(request.query) ? request.query : {}),
    ...(isObject(request.body) ? request.body : {}),
  };
  const { token, ...args } = raw;
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const work = (): Answer => runMethod(context, method, { args, token: bearer ?? token });
  return throughFaults(context, faults, { name: method, args, reply, work });
}

async function answerResponse(
  context: ApiContext,
  faults: Faults,
  { request, reply }: Exchange<{ id: string }>,
): Promise<FastifyReply> {
  const body = request.body;
  const payload = isObject(body) && typeof body['payload'] === 'string' ? parsed(body['payload']) : body;
  const work = (): Answer => receiveResponse(context.workspace, request.params.id, payload);
  const args = isObject(payload) ? payload : {};
  return throughFaults(context, faults, { name: 'response_url', args, reply, work });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Does the work, or what a planned fault makes of it, and writes it down. */
async function throughFaults(
  { workspace }: ApiContext,
  faults: Faults,
  call: { name: string; args: Json; reply: FastifyReply; work: () => Answer },
): Promise<FastifyReply> {
  const done = workspace.begin();
  try {
    const fault = faults.take(call.name);
    if (fault?.kind === 'hang') {
      const { raw } = call.reply;
      const callerLeft = new Promise<void>((resolve) => raw.once('close', resolve));
      await Promise.race([fault.released, callerLeft]);
      // Nobody is there to do it for any more.
      if (raw.destroyed) return call.reply.hijack();
    }
    const answer = faultAnswer(fault) ?? call.work();
    const error = errorOf(answer);
    workspace.logRequest({
      method: call.name,
      args: call.args,
      status: answer.status,
      ok: error === null,
      error,
    });
    if (fault?.kind === 'drop') {
      call.reply.hijack();
      call.reply.raw.socket?.destroy();
      return call.reply;
    }
    return call.reply
      .code(answer.status)
      .headers(answer.headers ?? {})
      .send(answer.body);
  } finally {
    done();
  }
}

function faultAnswer(fault: Fault | undefined): Answer | undefined {
  if (fault?.kind === 'rate_limit') {
    return {
      status: 429,
      body: { ok: false, error: 'ratelimited' },
      headers: { 'retry-after': String(fault.retryAfterSec) },
    };
  }
  if (fault?.kind === 'status') return { status: fault.status, body: 'upstream connect error' };
  if (fault?.kind === 'error') return { status: 200, body: { ok: false, error: fault.error } };
  return undefined;
}

function errorOf(answer: Answer): string | null {
  if (typeof answer.body === 'string') return answer.status < 300 ? null : answer.body;
  return answer.body['ok'] === true ? null : String(answer.body['error']);
}

function runMethod(context: ApiContext, name: string, call: { args: Json; token: unknown }): Answer {
  const { scopes } = context.workspace;
  const method = METHODS.get(name);
  const headers = {
    'x-oauth-scopes': [...scopes].join(','),
    ...(method?.scope ? { 'x-accepted-oauth-scopes': method.scope } : {}),
  };
  try {
    if (!method) throw new ApiError('unknown_method', { req_method: name });
    if (!method.open) {
      if (!call.token) throw new ApiError('not_authed');
      if (call.token !== context.workspace.options.bot.token) throw new ApiError('invalid_auth');
    }
    if (method.scope !== null && !scopes.has(method.scope)) {
      throw new ApiError('missing_scope', { needed: method.scope, provided: [...scopes].join(',') });
    }
    return { status: 200, body: { ok: true, ...method.run(context, readArgs(call.args)) }, headers };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: 200, body: { ok: false, error: error.code, ...error.extra }, headers };
  }
}
