import { deleteAttempts, deleteIdentity } from '../../db/queries/connect-attempts.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SlackPerson } from './identify-slack-user.ts';

/** Unties a person from the GitLab account that they connected, and voids links under way; false when there was none. */
export function disconnect({ database }: ServiceDeps, person: SlackPerson): Promise<boolean> {
  return database.transaction(async (tx) => {
    await deleteAttempts(tx, person);
    return deleteIdentity(tx, person);
  });
}
