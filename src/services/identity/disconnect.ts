import { deleteAttempts, deleteIdentity } from '../../db/queries/connect-attempts.ts';
import type { ServiceDeps } from '../deps.ts';
import { type EndedNotices, endDisconnected } from '../notices/end-notices.ts';
import type { SlackPerson } from './identify-slack-user.ts';

export interface Disconnected extends EndedNotices {
  /** False when there was no account to untie. */
  readonly wasConnected: boolean;
}

/**
 * Unties a person from the GitLab account that they connected, voids links under way and ends the notices that went by
 * that account: their own, and what they had turned on for channels.
 */
export function disconnect(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  person: SlackPerson,
): Promise<Disconnected> {
  return database.transaction(async (tx) => {
    await deleteAttempts(tx, person);
    if (!(await deleteIdentity(tx, person))) return { wasConnected: false, inPerson: 0, inChannels: 0 };
    return { wasConnected: true, ...(await endDisconnected(tx, person, now())) };
  });
}
