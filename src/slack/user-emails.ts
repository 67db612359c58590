import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import { fail } from '../domain/errors.ts';
import { loggable, type SlackLog } from './slack-log.ts';

/** The address Slack vouches for, or null. See `createUserEmails`. */
export type EmailOf = (teamId: string, userId: string) => Promise<string | null>;

const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 5000;

/** Slack's words for "you get no address". Any other refusal is a fault to be told, not an answer. */
const NO_ANSWER = new Set(['missing_scope', 'user_not_found', 'user_not_visible', 'users_not_found']);

/**
 * Looks up people's e-mail addresses, remembered for a minute and asked once at a time. Null without the scope or
 * an address, for bots and deactivated people, for addresses that were not confirmed, and for people of another
 * workspace (Slack Connect): their administrators could give them any address. Throws AppError
 * `unavailable.slack` when Slack gives no answer.
 */
export function createUserEmails(client: WebClient, log: SlackLog): EmailOf {
  const known = new LRUCache<string, Promise<string | null>>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });
  const homeOf = rememberHome(client);
  return (teamId, userId) => {
    const key = `${teamId} ${userId}`;
    const remembered = known.get(key);
    if (remembered) return remembered;
    const asked = ask(client, userId, homeOf).catch((error: unknown) => {
      known.delete(key);
      log.warn({ err: loggable(error) }, 'slack: no answer about an e-mail address');
      throw fail('unavailable.slack', { detail: 'users.info' }, error);
    });
    known.set(key, asked);
    return asked;
  };
}

/** The workspace, and the organization it may be part of, that the token belongs to. */
interface Home {
  readonly teamId: string | null;
  readonly enterpriseId: string | null;
}

/** Asked of Slack rather than read from a request: a press in a shared channel may name the other workspace. */
function rememberHome(client: WebClient): () => Promise<Home> {
  let home: Promise<Home> | null = null;
  return () => {
    home ??= client.auth
      .test()
      .then(({ team_id, enterprise_id }) => ({
        teamId: team_id ?? null,
        enterpriseId: enterprise_id ?? null,
      }))
      .catch((error: unknown) => {
        home = null;
        throw error;
      });
    return home;
  };
}

async function ask(client: WebClient, userId: string, homeOf: () => Promise<Home>): Promise<string | null> {
  const home = await homeOf();
  try {
    const { user } = await client.users.info({ user: userId });
    if (!user || user.is_bot || user.deleted || user.is_stranger) return null;
    const isHere =
      (home.teamId !== null && user.team_id === home.teamId) ||
      (home.enterpriseId !== null && user.enterprise_user?.enterprise_id === home.enterpriseId);
    if (!isHere || user.is_email_confirmed === false) return null;
    return user.profile?.email?.trim() || null;
  } catch (error) {
    if (error instanceof WebAPIPlatformError && NO_ANSWER.has(error.data.error)) return null;
    throw error;
  }
}
