import { setTimeout as wait } from 'node:timers/promises';
import type {
  FormattedResponse,
  RequestHandlerFn,
  RequestOptions,
  ResponseBodyTypes,
} from '@gitbeaker/requester-utils';
import { readDescription, readJson } from './read-body.ts';
import { GitLabRequestError, nonsense } from './request-error.ts';
import { backoffMs, isRetriedStatus, MAX_CALL_MS, MAX_TRIES, retryAfterMs } from './retry.ts';
import { routeOf } from './route.ts';

/** One try of one call, for metrics. `status` is 0 when there was no answer. */
export interface CallReport {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

export interface TransportSettings {
  /** `https://gitlab.example.com/api/v4/`: nothing outside of it is ever asked. */
  readonly base: URL;
  /** For one try. */
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
  readonly onCall: (call: CallReport) => void;
}

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The request handler under gitbeaker's resources. Reads are tried again (429, 502, 503, 504, no answer) within
 * 8 s in all; writes never are, since an answer that got lost may stand for a note that was made. The token goes
 * to no other origin. Throws GitLabRequestError.
 */
export function createTransport(settings: TransportSettings): RequestHandlerFn {
  return (endpoint, options) => {
    const call = toCall(settings.base, endpoint, (options ?? {}) as RequestOptions);
    return call.method === 'GET' ? readWithRetries(settings, call) : tryOnce(settings, call, MAX_CALL_MS);
  };
}

function toCall(base: URL, endpoint: string, options: RequestOptions): Call {
  const { prefixUrl = base.href, searchParams = '', method = 'GET', headers, body } = options;
  const url = new URL(endpoint, prefixUrl.endsWith('/') ? prefixUrl : `${prefixUrl}/`);
  if (!url.href.startsWith(base.href)) throw new RangeError('an address outside of GitLab was asked for');
  url.search = searchParams;
  return {
    method,
    url,
    headers: { accept: 'application/json', ...headers },
    body: typeof body === 'string' ? body : null,
  };
}

async function readWithRetries(settings: TransportSettings, call: Call): Promise<FormattedResponse> {
  const deadline = performance.now() + MAX_CALL_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryOnce(settings, call, deadline - performance.now());
    } catch (error) {
      if (!(error instanceof GitLabRequestError) || !deservesRetry(error) || tries >= MAX_TRIES) throw error;
      const delayMs = Math.max(error.retryAfterMs ?? 0, backoffMs(tries, Math.random));
      // Less than a fifth of a second would be left: the answer is the one we have.
      if (performance.now() + delayMs > deadline - 200) throw error;
      await wait(delayMs);
    }
  }
}

function deservesRetry(error: GitLabRequestError): boolean {
  if (error.failure === 'http') return isRetriedStatus(error.status);
  return error.failure === 'timeout' || error.failure === 'network';
}

async function tryOnce(settings: TransportSettings, call: Call, leftMs: number): Promise<FormattedResponse> {
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(Math.min(settings.timeoutMs, leftMs))));
  const startedAt = performance.now();
  let status = 0;
  try {
    const response = await followed(settings, call, signal);
    status = response.status;
    if (!response.ok) throw await refusal(response);
    const body = (await readJson(response)) as ResponseBodyTypes;
    return { body, headers: Object.fromEntries(response.headers.entries()), status };
  } catch (error) {
    throw asRequestError(error, signal);
  } finally {
    const ms = performance.now() - startedAt;
    settings.onCall({ method: call.method, route: routeOf(call.url.pathname), status, ms });
  }
}

/** Sends the call and follows GitLab's redirects of reads (a renamed project), but only within its own origin. */
async function followed(settings: TransportSettings, call: Call, signal: AbortSignal): Promise<Response> {
  const { method, headers, body } = call;
  let url = call.url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await settings.fetch(url.href, { method, headers, body, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (next.origin !== settings.base.origin) {
      throw nonsense(
        `GitLab redirects to ${next.origin}; its address must be given as that`,
        response.status,
      );
    }
    if (method !== 'GET') throw nonsense('GitLab redirects a write', response.status);
    url = next;
  }
  throw nonsense('GitLab redirects in circles', 310);
}

async function refusal(response: Response): Promise<GitLabRequestError> {
  const { status } = response;
  const said = await readDescription(response).catch(() => '');
  return new GitLabRequestError(`GitLab answered ${status}${said === '' ? '' : ` (${said})`}`, {
    failure: 'http',
    status,
    retryAfterMs: retryAfterMs(status, response.headers, Date.now()),
  });
}

function asRequestError(error: unknown, signal: AbortSignal): GitLabRequestError {
  if (error instanceof GitLabRequestError) return error;
  if (signal.aborted) {
    return new GitLabRequestError('GitLab did not answer in time', {
      failure: 'timeout',
      status: 0,
      retryAfterMs: null,
    });
  }
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = Object(reason).code ?? (reason instanceof Error ? reason.message : 'unknown');
  return new GitLabRequestError(
    `GitLab cannot be reached (${String(code).slice(0, 100)})`,
    { failure: 'network', status: 0, retryAfterMs: null },
    error,
  );
}
