import { connectedTo } from '../../db/queries/slack-people.ts';
import { fail } from '../../domain/errors.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryUser } from '../ports.ts';

export interface SlackPerson {
  readonly teamId: string;
  readonly slackUserId: string;
}

/** Looks up the verified e-mail address of a Slack user; null when Slack does not tell. */
export type SlackEmail = (person: SlackPerson) => Promise<string | null>;

export interface Identified {
  readonly user: DirectoryUser;
  readonly method: 'oauth' | 'email';
}

/**
 * The GitLab user behind a Slack user: the connected one, else the one whose confirmed address is the Slack
 * user's. A match by address is asked anew each time, since addresses change hands. Throws `actor.unlinked` or
 * `actor.blocked`.
 */
export async function identifySlackUser(
  deps: ServiceDeps,
  person: SlackPerson,
  emailOf: SlackEmail,
): Promise<Identified> {
  const identified = (await connectedUser(deps, person)) ?? (await userByEmail(deps, person, emailOf));
  if (!identified) {
    throw fail('actor.unlinked', { platform: 'slack', ...(deps.connect && { connectable: true as const }) });
  }
  if (!identified.user.active) throw fail('actor.blocked', { username: identified.user.username });
  return identified;
}

async function connectedUser(deps: ServiceDeps, person: SlackPerson): Promise<Identified | null> {
  const id = await connectedTo(deps.database.read, person);
  const user = id === null ? null : await deps.directory.user(id);
  return user && { user, method: 'oauth' };
}

async function userByEmail(
  deps: ServiceDeps,
  person: SlackPerson,
  emailOf: SlackEmail,
): Promise<Identified | null> {
  const email = await emailOf(person);
  const user = email === null ? null : await deps.directory.userByEmail(email);
  return user && { user, method: 'email' };
}
