import type { ApiSelf, ApiToken, GitLabSetup } from '../../gitlab/client/setup-client.ts';
import { type Finding, failure, good, toldAs, warning } from './finding.ts';

/** GitLab's own mails about it go to the bot's address, which often nobody reads. */
const EXPIRY_NOTICE_DAYS = 30;
/** Days left at which it is told, and told again. */
const EXPIRY_STEPS = [1, 7, 14, EXPIRY_NOTICE_DAYS];
const DAY_MS = 24 * 60 * 60 * 1_000;

type TokenCheck = 'gitlab.token' | 'gitlab.admin_token';

/** A token that GitLab knows: what it may do and for how long. */
export function tokenFindings(
  { tokenName }: Pick<GitLabSetup, 'tokenName'>,
  token: ApiToken | null,
  now: Date,
): Finding[] {
  const check: TokenCheck = tokenName === 'GITLAB_TOKEN' ? 'gitlab.token' : 'gitlab.admin_token';
  const renew = `make a new one with the scope api and set ${tokenName}`;
  if (token === null) {
    return [
      warning(check, `GitLab does not tell the scopes of ${tokenName}`, `see that it has the scope api`),
    ];
  }
  const scopes = token.scopes.includes('api')
    ? good(check, `${tokenName} has the scope api`)
    : failure(check, `${tokenName} has only the scopes ${token.scopes.join(', ')}`, renew);
  return [scopes, ...expiry({ check, tokenName, renew }, token, now)];
}

function expiry(
  { check, tokenName, renew }: { check: TokenCheck; tokenName: string; renew: string },
  { expires_at: expiresAt }: ApiToken,
  now: Date,
): Finding[] {
  if (!expiresAt) return [];
  // A token ends at midnight UTC when that date begins (docs.gitlab.com/user/profile/personal_access_tokens).
  const days = Math.floor((Date.parse(expiresAt) - now.getTime()) / DAY_MS);
  const left = days < 1 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`;
  const what = `${tokenName} expires ${left} (${expiresAt})`;
  const step = EXPIRY_STEPS.find((most) => days <= most);
  if (step === undefined) return [good(check, what)];
  return [toldAs(warning(check, what, `${renew} before that`), { key: 'expires', step })];
}

/** Whom the administrator's token stands for. */
export function adminFinding({ username, is_admin: isAdmin }: ApiSelf): Finding {
  return isAdmin === true
    ? good('gitlab.admin_token', `GITLAB_ADMIN_TOKEN is ${username}, an administrator`)
    : warning(
        'gitlab.admin_token',
        `GITLAB_ADMIN_TOKEN is ${username}, who is no administrator`,
        'make it the token of an administrator: nobody else finds people by their private e-mail address',
      );
}
