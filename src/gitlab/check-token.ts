import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fail } from '../domain/errors.ts';
import type { GitLabUserId } from '../domain/ids.ts';
import { createBriefCache } from './brief-cache.ts';
import { translateFailure } from './client/failure.ts';
import type { GitLabLog } from './client/log.ts';
import { GitLabRequestError } from './client/request-error.ts';
import { type ApiUser, userSchema } from './client/responses.ts';
import { type CallReport, createTransport } from './client/transport.ts';

/** The person that a token stands for. */
export interface TokenOwner {
  readonly userId: GitLabUserId;
  readonly username: string;
  readonly name: string;
  readonly bot: boolean;
  /** Whether its scopes let it write; every token here may read. */
  readonly mayWrite: boolean;
}

interface CheckOptions {
  readonly url: string;
  readonly log: GitLabLog;
  readonly onCall: (call: CallReport) => void;
  readonly clock: () => number;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const TIMEOUT_MS = 4_000;
/** A revoked token stops within this. */
const KEPT_MS = 60_000;
const REFUSED_MS = 30_000;
const MAX_KEPT = 10_000;
/** Made-up tokens must not become a flood of calls to GitLab. */
const MAX_AT_ONCE = 32;

const READING = ['api', 'read_api'];
const selfSchema = z.object({ scopes: z.array(z.string()), active: z.boolean().nullish() });
const oauthSchema = z.object({ scope: z.array(z.string()) });

/**
 * Asks GitLab about people's own tokens: `/user` for whose it is, and for its scopes `/personal_access_tokens/self`
 * or, for an OAuth token, `/oauth/token/info`. An answer serves for 60 s (a refusal for 30 s), kept under the token's
 * hash; the token itself is kept nowhere. Null for a token that is wrong, revoked, a blocked person's, or may not
 * read. Throws `unavailable.gitlab` when GitLab does not say, and when too many are being asked about.
 */
export function createTokenCheck(options: CheckOptions): (token: string) => Promise<TokenOwner | null> {
  const known = createBriefCache<TokenOwner>({
    max: MAX_KEPT,
    ttlMs: KEPT_MS,
    nullTtlMs: REFUSED_MS,
    clock: options.clock,
  });
  const ask = askers(options);
  let atOnce = 0;
  const check = async (token: string): Promise<TokenOwner | null> => {
    if (atOnce >= MAX_AT_ONCE) throw fail('unavailable.gitlab', { detail: 'too many tokens at once' });
    atOnce += 1;
    try {
      const [user, scopes] = await Promise.all([ask.user(token), ask.scopes(token)]);
      return user === null || scopes === null ? null : ownerOf(user, scopes);
    } finally {
      atOnce -= 1;
    }
  };
  return (token) => known.get(createHash('sha256').update(token).digest('base64'), () => check(token));
}

function ownerOf(user: ApiUser, scopes: readonly string[]): TokenOwner | null {
  if (user.state !== 'active' || !READING.some((scope) => scopes.includes(scope))) return null;
  const { id, username, name, bot } = user;
  return { userId: id, username, name, bot: bot ?? false, mayWrite: scopes.includes('api') };
}

function askers({ url, log, onCall, fetch }: CheckOptions) {
  const host = url.replace(/\/+$/, '');
  const at = (base: string) =>
    createTransport({
      base: new URL(base),
      timeoutMs: TIMEOUT_MS,
      fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
      onCall: (call) => {
        log.debug(call, 'GitLab was asked about a token');
        onCall(call);
      },
    });
  const api = at(`${host}/api/v4/`);
  const oauth = at(`${host}/oauth/`);
  /** Null for every refusal. */
  const get = async <Schema extends z.ZodType>(
    schema: Schema,
    transport: typeof api,
    { path, token }: { path: string; token: string },
  ): Promise<z.output<Schema> | null> => {
    try {
      const headers = { authorization: `Bearer ${token}` };
      const { body } = await transport(path, { method: 'GET', headers } as never);
      return schema.parse(body);
    } catch (error) {
      const isRefusal = error instanceof GitLabRequestError && [400, 401, 403, 404].includes(error.status);
      if (isRefusal) return null;
      throw translateFailure(error, 'GITLAB_TOKEN');
    }
  };
  return {
    user: (token: string) => get(userSchema, api, { path: 'user', token }),
    scopes: async (token: string): Promise<readonly string[] | null> => {
      const self = await get(selfSchema, api, { path: 'personal_access_tokens/self', token });
      if (self !== null) return self.active === false ? null : self.scopes;
      return (await get(oauthSchema, oauth, { path: 'token/info', token }))?.scope ?? null;
    },
  };
}
