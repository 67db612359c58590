import { createHash, randomBytes } from 'node:crypto';
import {
  deleteAttempts,
  findAttempt,
  insertAttempt,
  saveIdentity,
  takeAttempt,
} from '../../db/queries/connect-attempts.ts';
import { changeReader } from '../../db/queries/subscriptions.ts';
import { fail } from '../../domain/errors.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryUser } from '../ports.ts';
import type { ConnectPort, ProvenAccount } from './connect-port.ts';
import type { SlackEmail, SlackPerson } from './identify-slack-user.ts';

/** How long each step of the way may take. */
export const CONNECT_MINUTES = 10;

/** What came of somebody's return from GitLab, for the page they look at. */
export type Connecting =
  | { readonly outcome: 'connected'; readonly person: SlackPerson; readonly account: NamedAccount }
  /** Nothing shows that both accounts are one person's: they have to say so, with `key`. */
  | {
      readonly outcome: 'confirm';
      readonly person: SlackPerson;
      readonly account: NamedAccount;
      readonly key: string;
    }
  /** The link was used, is too old or was never made. */
  | { readonly outcome: 'expired' }
  /** GitLab did not take the code. */
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'unfit'; readonly account: NamedAccount; readonly why: 'blocked' | 'bot' };

export type NamedAccount = Pick<DirectoryUser, 'username' | 'name'>;

const hash = (key: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(key).digest());
const draw = (): string => randomBytes(32).toString('base64url');
const expiry = (now: Date): Date => new Date(now.getTime() + CONNECT_MINUTES * 60_000);

function portOf({ connect }: ServiceDeps): ConnectPort {
  if (!connect) throw fail('unavailable.connect', {});
  return connect;
}

/** Draws a link that connects a GitLab account to this person, once. Throws `unavailable.connect` where that is not set up. */
export async function startConnecting(deps: ServiceDeps, person: SlackPerson): Promise<{ url: string }> {
  const port = portOf(deps);
  const { teamId, slackUserId } = person;
  const state = draw();
  const now = deps.now();
  const attempt = { teamId, slackUserId, codeVerifier: draw(), gitlabUserId: null };
  await deps.database.transaction((tx) =>
    insertAttempt(tx, hash(state), { attempt, now, expiresAt: expiry(now) }),
  );
  return { url: port.startUrl(state) };
}

/** Where GitLab asks the person for consent; null when the link is not good any more. Uses nothing up. */
export async function consentUrl(deps: ServiceDeps, state: string): Promise<string | null> {
  const port = portOf(deps);
  const attempt = await deps.database.transaction((tx) => findAttempt(tx, hash(state), deps.now()));
  if (!attempt?.codeVerifier) return null;
  const codeChallenge = createHash('sha256').update(attempt.codeVerifier).digest('base64url');
  return port.authorizeUrl({ state, codeChallenge });
}

/**
 * Takes what GitLab sends back. The state is used up whatever comes of it. Accounts with one confirmed address are
 * connected at once; otherwise the person has to say that both are theirs, since whoever asked for the link on
 * Slack may have given it to somebody else.
 */
export async function finishConnecting(
  deps: ServiceDeps,
  answer: { state: string; code: string },
  emailOf: SlackEmail,
): Promise<Connecting> {
  const port = portOf(deps);
  const attempt = await deps.database.transaction((tx) => takeAttempt(tx, hash(answer.state), deps.now()));
  if (!attempt?.codeVerifier) return { outcome: 'expired' };
  const account = await port.accountOf({ code: answer.code, codeVerifier: attempt.codeVerifier });
  if (!account) return { outcome: 'refused' };
  const why = unfitness(account);
  if (why !== null) return { outcome: 'unfit', account, why };
  const person = { teamId: attempt.teamId, slackUserId: attempt.slackUserId };
  if (await isSamePerson(account, person, emailOf)) return connect(deps, person, account);
  const key = draw();
  const now = deps.now();
  const question = { ...person, codeVerifier: null, gitlabUserId: account.id };
  await deps.database.transaction((tx) =>
    insertAttempt(tx, hash(key), { attempt: question, now, expiresAt: expiry(now) }),
  );
  return { outcome: 'confirm', person, account, key };
}

/** Takes the word of a person that both accounts are theirs; `accepts` false only uses the question up. */
export async function confirmConnecting(
  deps: ServiceDeps,
  { key, accepts }: { key: string; accepts: boolean },
): Promise<Connecting | null> {
  const attempt = await deps.database.transaction((tx) => takeAttempt(tx, hash(key), deps.now()));
  if (!attempt?.gitlabUserId) return { outcome: 'expired' };
  if (!accepts) return null;
  const account = await deps.directory.user(attempt.gitlabUserId);
  if (!account) return { outcome: 'refused' };
  const why = unfitness(account);
  if (why !== null) return { outcome: 'unfit', account, why };
  return connect(deps, { teamId: attempt.teamId, slackUserId: attempt.slackUserId }, account);
}

function unfitness({ active, bot }: Pick<ProvenAccount, 'active' | 'bot'>): 'blocked' | 'bot' | null {
  if (!active) return 'blocked';
  return bot ? 'bot' : null;
}

/** A Slack that does not answer proves nothing: then the person is asked. */
async function isSamePerson(
  account: ProvenAccount,
  person: SlackPerson,
  emailOf: SlackEmail,
): Promise<boolean> {
  if (account.email === null) return false;
  const email = await emailOf(person).catch(() => null);
  return email !== null && email.trim().toLowerCase() === account.email.trim().toLowerCase();
}

async function connect(
  deps: ServiceDeps,
  person: SlackPerson,
  account: Pick<DirectoryUser, 'id' | 'username' | 'name'>,
): Promise<Connecting> {
  await deps.database.transaction(async (tx) => {
    await saveIdentity(tx, person, { user: account.id, now: deps.now() });
    await changeReader(tx, person, account.id);
    await deleteAttempts(tx, person);
  });
  return { outcome: 'connected', person, account: { username: account.username, name: account.name } };
}
