/** GitLab's OAuth for one application: authorization code with PKCE. Signing in is choosing who one is. */
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Api } from './api.ts';
import type { Lab } from './lab.ts';
import { type Params, readParams } from './params.ts';
import { Refusal } from './refusal.ts';
import type { UserRow } from './state.ts';
import { createToken, revokeToken } from './write-people.ts';

/** An application that people may sign in to with their account. */
export interface OAuthApplication {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Asked each time, since it may be known only later. */
  readonly redirectUri: () => string;
}

interface Grant {
  readonly user: UserRow;
  readonly redirectUri: string;
  readonly codeChallenge: string | null;
  readonly scope: string;
  readonly expiresAt: number;
}

const CODE_LIFETIME_MS = 10 * 60_000;
const TOKEN_LIFETIME_SEC = 7_200;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function html(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>
:root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 10vh auto 0; padding: 0 1.5rem; }
button { font: inherit; display: block; width: 100%; text-align: left; padding: .5rem .8rem; margin: .3rem 0; border: 1px solid; border-radius: .4rem; background: none; color: inherit; cursor: pointer; }
</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`;
}

/** Those who could sign in. */
const people = ({ state }: Lab): UserRow[] =>
  state.users.filter((user) => !user.bot && user.state === 'active');

function consentPage(lab: Lab, params: Params): string {
  const kept = params
    .names()
    .map(
      (name) => `<input type="hidden" name="${escaped(name)}" value="${escaped(params.text(name) ?? '')}">`,
    )
    .join('');
  const choices = people(lab)
    .map(
      (user) =>
        `<button name="username" value="${escaped(user.username)}">${escaped(user.name)} (@${escaped(user.username)})</button>`,
    )
    .join('');
  return html(
    'Sign in to GitLab',
    `<p>This GitLab is make-believe: say who you are. Tieline asks to read your profile.</p>
<form method="post" action="/oauth/authorize">${kept}${choices}<button name="deny" value="1">Deny</button></form>`,
  );
}

/** Where the answer goes; throws for a request that GitLab would not send anybody back for. */
function checkedReturn(application: OAuthApplication, params: Params): URL {
  const redirectUri = params.text('redirect_uri');
  if (params.text('client_id') !== application.clientId || redirectUri !== application.redirectUri()) {
    throw new Refusal(401, {
      error: 'invalid_client',
      error_description: 'The redirect URI included is not valid.',
    });
  }
  return new URL(redirectUri);
}

const oauthError = (status: number, error: string) =>
  new Refusal(status, { error, error_description: error });

function proves(grant: Grant, verifier: string | undefined): boolean {
  if (grant.codeChallenge === null) return true;
  return (
    createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url') === grant.codeChallenge
  );
}

/** `/oauth/authorize`, `/oauth/token` and `/oauth/revoke`. */
export function oauthRoutes({ app, lab }: Api, application: OAuthApplication): void {
  const grants = new Map<string, Grant>();
  const authorize = (params: Params, reply: FastifyReply) => {
    const back = checkedReturn(application, params);
    const sendBack = (answer: Record<string, string>) => {
      for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
      const state = params.text('state');
      if (state !== undefined) back.searchParams.set('state', state);
      return reply.redirect(back.href, 302);
    };
    if (params.has('deny')) return sendBack({ error: 'access_denied' });
    const challenge = params.text('code_challenge') ?? null;
    if (params.text('response_type') !== 'code') return sendBack({ error: 'unsupported_response_type' });
    if (challenge !== null && params.text('code_challenge_method') !== 'S256') {
      return sendBack({ error: 'invalid_request' });
    }
    const user = people(lab).find(({ username }) => username === params.text('username'));
    if (!user) return reply.type('text/html').send(consentPage(lab, params));
    const code = randomBytes(32).toString('hex');
    grants.set(code, {
      user,
      redirectUri: application.redirectUri(),
      codeChallenge: challenge,
      scope: params.text('scope') ?? 'read_user',
      expiresAt: lab.now().getTime() + CODE_LIFETIME_MS,
    });
    return sendBack({ code });
  };
  const checkClient = (params: Params) => {
    const { clientId, clientSecret } = application;
    if (params.text('client_id') !== clientId || params.text('client_secret') !== clientSecret) {
      throw oauthError(401, 'invalid_client');
    }
  };
  app.get('/oauth/authorize', (request, reply) => authorize(readParams(request.query), reply));
  app.post('/oauth/authorize', (request, reply) => authorize(readParams(request.query, request.body), reply));
  app.post('/oauth/token', (request) => {
    const params = readParams(request.body);
    checkClient(params);
    if (params.text('grant_type') !== 'authorization_code') throw oauthError(400, 'unsupported_grant_type');
    const code = params.text('code') ?? '';
    const grant = grants.get(code);
    // Used up whatever comes of it, as in GitLab.
    grants.delete(code);
    const fits =
      grant !== undefined &&
      grant.expiresAt > lab.now().getTime() &&
      grant.redirectUri === params.text('redirect_uri') &&
      proves(grant, params.text('code_verifier'));
    if (!fits) throw oauthError(400, 'invalid_grant');
    return {
      access_token: createToken(lab, grant.user, grant.scope.split(' ')),
      token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME_SEC,
      refresh_token: randomBytes(32).toString('hex'),
      scope: grant.scope,
      created_at: Math.floor(lab.now().getTime() / 1_000),
    };
  });
  app.post('/oauth/revoke', (request) => {
    const params = readParams(request.body);
    checkClient(params);
    revokeToken(lab, params.text('token') ?? '');
    return {};
  });
}
