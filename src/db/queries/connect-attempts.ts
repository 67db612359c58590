import { type GitLabUserId, gitLabUserId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';

/** Somebody on Slack, in one workspace. */
export interface SlackUserKey {
  readonly teamId: string;
  readonly slackUserId: string;
}

/** A step on the way to a connected account, known by a key of which only the hash is kept. */
export interface ConnectAttempt extends SlackUserKey {
  /** While GitLab's answer is awaited. */
  readonly codeVerifier: string | null;
  /** While the person's word is awaited. */
  readonly gitlabUserId: GitLabUserId | null;
}

interface Row {
  team_id: string;
  slack_user_id: string;
  code_verifier: string | null;
  gitlab_user_id: bigint | null;
}

const attempt = (row: Row): ConnectAttempt => ({
  teamId: row.team_id,
  slackUserId: row.slack_user_id,
  codeVerifier: row.code_verifier,
  gitlabUserId: row.gitlab_user_id === null ? null : gitLabUserId(row.gitlab_user_id),
});

/** Keeps an attempt under the hash of its key, and forgets those of everybody that have run out. */
export async function insertAttempt(
  tx: Tx,
  keyHash: Uint8Array,
  { attempt: made, now, expiresAt }: { attempt: ConnectAttempt; now: Date; expiresAt: Date },
): Promise<void> {
  await tx.$executeRaw`DELETE FROM connect_attempts WHERE expires_at <= ${now}`;
  await tx.$executeRaw`
    INSERT INTO connect_attempts (key_hash, team_id, slack_user_id, code_verifier, gitlab_user_id, expires_at)
    VALUES (${keyHash}, ${made.teamId}, ${made.slackUserId}, ${made.codeVerifier}, ${made.gitlabUserId},
      ${expiresAt})`;
}

/** The attempt of a key; null when there is none, or no more. */
export async function findAttempt(tx: Tx, keyHash: Uint8Array, now: Date): Promise<ConnectAttempt | null> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT team_id, slack_user_id, code_verifier, gitlab_user_id FROM connect_attempts
    WHERE key_hash = ${keyHash} AND expires_at > ${now}`;
  return rows[0] ? attempt(rows[0]) : null;
}

/** The same, and uses it up: of two who ask at once one gets it. */
export async function takeAttempt(tx: Tx, keyHash: Uint8Array, now: Date): Promise<ConnectAttempt | null> {
  const rows = await tx.$queryRaw<Row[]>`
    DELETE FROM connect_attempts WHERE key_hash = ${keyHash} AND expires_at > ${now}
    RETURNING team_id, slack_user_id, code_verifier, gitlab_user_id`;
  return rows[0] ? attempt(rows[0]) : null;
}

/** Forgets every attempt of a person. */
export async function deleteAttempts(tx: Tx, { teamId, slackUserId }: SlackUserKey): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM connect_attempts WHERE team_id = ${teamId} AND slack_user_id = ${slackUserId}`;
}

/** Ties a Slack user to a GitLab account, in place of any other. */
export async function saveIdentity(
  tx: Tx,
  { teamId, slackUserId }: SlackUserKey,
  { user, now }: { user: GitLabUserId; now: Date },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO identities (team_id, slack_user_id, gitlab_user_id, method, connected_at)
    VALUES (${teamId}, ${slackUserId}, ${user}, 'oauth', ${now})
    ON CONFLICT (team_id, slack_user_id) DO UPDATE SET gitlab_user_id = excluded.gitlab_user_id,
      method = excluded.method, connected_at = excluded.connected_at`;
}

/** Unties a Slack user; false when they were not tied to any account. */
export async function deleteIdentity(tx: Tx, { teamId, slackUserId }: SlackUserKey): Promise<boolean> {
  const count = await tx.$executeRaw`
    DELETE FROM identities WHERE team_id = ${teamId} AND slack_user_id = ${slackUserId}`;
  return count > 0;
}
