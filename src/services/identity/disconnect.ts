import { deleteAttempts, deleteIdentity } from '../../db/queries/connect-attempts.ts';
import { forgetReader } from '../../db/queries/subscriptions.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SlackPerson } from './identify-slack-user.ts';

export interface Disconnected {
  /** False when there was no account to untie. */
  readonly wasConnected: boolean;
  /** How many of their notices in person ended with it. */
  readonly noticesEnded: number;
}

const REASON = 'you disconnected your GitLab account';

/** Unties a person from the GitLab account that they connected, voids links under way and ends their own notices. */
export function disconnect(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  person: SlackPerson,
): Promise<Disconnected> {
  return database.transaction(async (tx) => {
    await deleteAttempts(tx, person);
    if (!(await deleteIdentity(tx, person))) return { wasConnected: false, noticesEnded: 0 };
    return {
      wasConnected: true,
      noticesEnded: await forgetReader(tx, person, { reason: REASON, now: now() }),
    };
  });
}
