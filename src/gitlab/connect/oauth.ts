import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { ConnectPort, ProvenAccount } from '../../services/identity/connect-port.ts';
import { userSchema } from '../client/responses.ts';

/** The OAuth application on GitLab, and where people come back to. */
export interface OAuthSettings {
  /** The instance's address, with its path when it has one. */
  readonly instanceUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Asked each time, since it may be known only once the server listens. No slash at the end. */
  readonly publicUrl: () => string;
  readonly fetch?: typeof globalThis.fetch;
}

/** Enough to read who somebody is, and nothing else. */
const SCOPE = 'read_user';
const TIMEOUT_MS = 8_000;
const MAX_ANSWER = 100_000;

const tokenSchema = z.object({ access_token: z.string().min(1) });

/** Where GitLab sends people back to: what the OAuth application on GitLab has to name. */
export const callbackUrl = (publicUrl: string): string => `${publicUrl}/connect/callback`;

/** Proof of identity by GitLab's OAuth (docs.gitlab.com/api/oauth2, authorization code with PKCE). */
export function createGitLabOAuth(settings: OAuthSettings): ConnectPort {
  const base = settings.instanceUrl.replace(/\/+$/, '');
  const { clientId, clientSecret, publicUrl, fetch: ask = globalThis.fetch } = settings;
  const post = (path: string, form: Record<string, string>) =>
    answered(ask, `${base}${path}`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }),
    });
  return {
    startUrl: (state) => `${publicUrl()}/connect?${new URLSearchParams({ state })}`,
    authorizeUrl: ({ state, codeChallenge }) =>
      `${base}/oauth/authorize?${new URLSearchParams({
        client_id: clientId,
        redirect_uri: callbackUrl(publicUrl()),
        response_type: 'code',
        scope: SCOPE,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      })}`,
    accountOf: async ({ code, codeVerifier }) => {
      const given = await post('/oauth/token', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: callbackUrl(publicUrl()),
        code_verifier: codeVerifier,
      });
      // A used, foreign or expired code is invalid_grant; a wrong application is for whoever runs Tieline.
      if (given.status === 400 && /"invalid_grant"/.test(given.body)) return null;
      const { access_token: token } = read(tokenSchema, given, 'token');
      const told = await answered(ask, `${base}/api/v4/user`, {
        headers: { authorization: `Bearer ${token}` },
      });
      // Only who it was is kept; a token that nobody needs any more is best gone.
      await post('/oauth/revoke', { token }).catch(() => null);
      return account(read(userSchema, told, 'user'));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function answered(ask: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await ask(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: (await response.text()).slice(0, MAX_ANSWER) };
  } catch (error) {
    throw fail('unavailable.gitlab', { detail: 'GitLab gives no answer about a sign-in' }, error);
  }
}

/** The checked body of a good answer. What GitLab said otherwise may hold a token, so only the status is told. */
function read<Schema extends z.ZodType>(schema: Schema, answer: Answer, what: string): z.output<Schema> {
  const detail = `GitLab answered ${answer.status} about the ${what} of a sign-in`;
  if (answer.status !== 200) throw fail('unavailable.gitlab', { detail });
  try {
    return schema.parse(JSON.parse(answer.body));
  } catch {
    throw fail('unavailable.gitlab', { detail: `${detail}, in words it never used before` });
  }
}

function account(user: z.output<typeof userSchema>): ProvenAccount {
  const { id, username, name, state, bot, email, confirmed_at: confirmed } = user;
  return {
    id,
    username,
    name,
    active: state === 'active',
    bot: bot === true,
    email: email && confirmed ? email : null,
  };
}
