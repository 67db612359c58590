import type { Tx } from '../client.ts';

/** An installation as it is kept: everything secret in `sealed`. */
export interface InstallationRow {
  readonly enterpriseId: string;
  readonly teamId: string;
  readonly botUserId: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly installedBy: string | null;
  readonly updatedAt: Date;
}

/** The installation of a workspace, the newest where it came to be in two enterprises; null for none. */
export function findInstallation(tx: Tx, teamId: string): Promise<InstallationRow | null> {
  return tx.slackInstallation.findFirst({ where: { teamId }, orderBy: { updatedAt: 'desc' } });
}

/** Keeps an installation in place of the one before. */
export async function saveInstallation(tx: Tx, row: InstallationRow): Promise<void> {
  const { enterpriseId, teamId, botUserId, sealed, installedBy, updatedAt } = row;
  await tx.$executeRaw`
    INSERT INTO slack_installations
      (enterprise_id, team_id, bot_user_id, sealed, installed_by, installed_at, updated_at)
    VALUES (${enterpriseId}, ${teamId}, ${botUserId}, ${sealed}, ${installedBy}, ${updatedAt}, ${updatedAt})
    ON CONFLICT (enterprise_id, team_id) DO UPDATE SET bot_user_id = excluded.bot_user_id,
      sealed = excluded.sealed, installed_by = excluded.installed_by, installed_at = excluded.installed_at,
      updated_at = excluded.updated_at, refreshing_until = NULL`;
}

/** Takes the turn to replace a token that is still the one seen; false when it is another's, or was replaced. */
export async function claimRefresh(
  tx: Tx,
  seen: InstallationRow,
  { now, until }: { now: Date; until: Date },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE slack_installations SET refreshing_until = ${until}
    WHERE enterprise_id = ${seen.enterpriseId} AND team_id = ${seen.teamId} AND sealed = ${seen.sealed}
      AND (refreshing_until IS NULL OR refreshing_until <= ${now})`;
  return count > 0;
}

/** Puts replaced tokens in place of those seen; false when the installation is gone or another one by now. */
export async function replaceSealed(
  tx: Tx,
  seen: InstallationRow,
  { sealed, now }: { sealed: Uint8Array<ArrayBuffer>; now: Date },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE slack_installations SET sealed = ${sealed}, updated_at = ${now}, refreshing_until = NULL
    WHERE enterprise_id = ${seen.enterpriseId} AND team_id = ${seen.teamId} AND sealed = ${seen.sealed}`;
  return count > 0;
}

/** Gives the turn back, after a try that came to nothing. */
export async function releaseRefresh(tx: Tx, { enterpriseId, teamId }: InstallationRow): Promise<void> {
  await tx.$executeRaw`
    UPDATE slack_installations SET refreshing_until = NULL
    WHERE enterprise_id = ${enterpriseId} AND team_id = ${teamId}`;
}

/**
 * Whether a workspace was installed anew in a later second than that; its events are then of an earlier installation.
 * Slack tells when an event was in whole seconds.
 */
export async function wasInstalledAfter(tx: Tx, teamId: string, at: Date): Promise<boolean> {
  const rows = await tx.$queryRaw<{ newer: boolean }[]>`
    SELECT bool_or(date_trunc('second', installed_at) > ${at}) AS newer FROM slack_installations WHERE team_id = ${teamId}`;
  return rows[0]?.newer === true;
}

/** Forgets the tokens of a workspace. */
export async function deleteInstallations(tx: Tx, teamId: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM slack_installations WHERE team_id = ${teamId}`;
}

/** Forgets who the people of a workspace are, and what they and its channels chose; its notices end. */
export async function forgetWorkspace(
  tx: Tx,
  teamId: string,
  { reason, now }: { reason: string; now: Date },
): Promise<void> {
  await tx.$executeRaw`DELETE FROM identities WHERE team_id = ${teamId}`;
  await tx.$executeRaw`DELETE FROM connect_attempts WHERE team_id = ${teamId}`;
  await tx.$executeRaw`DELETE FROM person_settings WHERE team_id = ${teamId}`;
  await tx.$executeRaw`DELETE FROM seen_customers WHERE team_id = ${teamId}`;
  await tx.$executeRaw`DELETE FROM home_tabs WHERE team_id = ${teamId}`;
  await tx.$executeRaw`DELETE FROM channel_settings WHERE team_id = ${teamId}`;
  await tx.$executeRaw`
    UPDATE subscriptions SET disabled_at = ${now}, disabled_reason = ${reason}
    WHERE team_id = ${teamId} AND disabled_at IS NULL`;
}
