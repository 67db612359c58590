import { rememberSeen } from '../../db/queries/seen-customers.ts';
import type { Customer } from '../contacts/find-customer.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SlackPlace } from '../groups/choose-group.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';

/** More than a home tab shows: some may be gone, or another's, when it is looked at. */
export const SEEN_KEPT = 20;

/** Remembers that somebody looked at a card that they were shown, for their home tab. */
export function noteSeen(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  { crmGroup }: Pick<OpenedCrmGroup, 'crmGroup'>,
  { place, customer }: { place: SlackPlace; customer: Customer },
): Promise<void> {
  const { teamId, slackUserId } = place;
  const id = customer.kind === 'contact' ? customer.contact.id : customer.organization.id;
  const seen = { kind: customer.kind, id, at: now(), keep: SEEN_KEPT };
  return database.transaction((tx) =>
    rememberSeen(tx, { crmGroupId: crmGroup.id, teamId, slackUserId }, seen),
  );
}
