import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './context.ts';

/** Asks GitLab whose a token is; null for one that it does not take. Throws `unavailable.gitlab` without an answer. */
export type CheckToken = (token: string) => Promise<Caller | null>;

/** What a request's headers say of who sends it. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  /** Something was given that no token is. */
  | { readonly kind: 'unreadable' };

const TOKEN = /^[\x21-\x7e]{8,1024}$/;

/** `PRIVATE-TOKEN`, or `Authorization: Bearer`, as GitLab takes them; of both the first. */
export function credentialsIn(headers: IncomingHttpHeaders): Credentials {
  const own = headers['private-token'];
  const given = own ?? headers.authorization;
  if (given === undefined) return { kind: 'none' };
  const text = Array.isArray(given) ? '' : given.trim();
  const token = own === undefined ? (/^Bearer\s+(\S+)$/i.exec(text)?.[1] ?? '') : text;
  return TOKEN.test(token) ? { kind: 'token', token } : { kind: 'unreadable' };
}
