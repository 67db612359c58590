import { deleteInstallations, forgetWorkspace, wasInstalledAfter } from '../../db/queries/installations.ts';
import type { ServiceDeps } from '../deps.ts';

/** What Slack told of an installation. */
export interface Removal {
  readonly teamId: string;
  /** `uninstalled`: Tieline was removed there. `revoked`: only its token stopped working. */
  readonly kind: 'uninstalled' | 'revoked';
  readonly at: Date;
}

const REASON = 'the app was removed from the workspace';

/**
 * Forgets the tokens of a workspace, and where Tieline was removed, its people and its channels' choices too; notices
 * end and say why. An event that is older than the installation is of an earlier one and changes nothing: false.
 */
export function removeWorkspace(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  { teamId, kind, at }: Removal,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    if (await wasInstalledAfter(tx, teamId, at)) return false;
    await deleteInstallations(tx, teamId);
    if (kind === 'uninstalled') await forgetWorkspace(tx, teamId, { reason: REASON, now: now() });
    return true;
  });
}
