/**
 * The page can act as anyone, so only itself and programs on this machine may speak to these routes. A browser that
 * another site has talked into calling gives itself away: by the Host it believes in (DNS rebinding) or by the Origin
 * it comes from (cross-site requests).
 */
import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

interface GuardOptions {
  readonly host: string;
  readonly tielineUrl: () => string;
}

function hostnameOf(host: string): string | null {
  if (/[/@?#\\\s]/.test(host) || !URL.canParse(`http://${host}`)) return null;
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
}

function ownName(url: string): string | null {
  return URL.canParse(url) ? hostnameOf(new URL(url).host) : null;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '::1' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

/** Whether a Host header names this server. An address cannot be rebound, so any will do where all are listened on. */
function isOwnHost(given: string | undefined, { host, tielineUrl }: GuardOptions): boolean {
  const hostname = hostnameOf(given ?? '');
  if (hostname === null || hostname === '') return false;
  if (isLoopback(hostname) || hostname === ownName(tielineUrl())) return true;
  return isIP(hostname) !== 0 && !isLoopback(host);
}

/** Why a request is refused, or null when it may pass. */
function refusalOf(request: FastifyRequest, options: GuardOptions): string | null {
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  if (!isOwnHost(host, options)) return 'This is not the address of this sandbox.';
  const sameOrigin =
    origin === undefined ||
    (URL.canParse(origin) && /^https?:/.test(origin) && new URL(origin).host === host);
  if (!sameOrigin) return 'Only the sandbox’s own page may ask for this.';
  const api = request.url.startsWith('/sandbox/api/');
  if (api && site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'Only the sandbox’s own page may ask for this.';
  }
  return null;
}

/** An `onRequest` hook that answers 403 to what is not meant for this server. */
export function guard(options: GuardOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const refusal = refusalOf(request, options);
    return refusal === null ? undefined : reply.code(403).send({ error: refusal });
  };
}
