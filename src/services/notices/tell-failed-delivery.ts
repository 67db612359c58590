import type { Tx } from '../../db/client.ts';
import { knownProject } from '../../db/queries/transfers-places.ts';
import type { DeliveryId, ProjectId } from '../../domain/ids.ts';
import { placeGroup } from '../transfers/place-group.ts';
import { announce } from './announce.ts';

/**
 * Tells the channels of a project's crm group that a delivery about the project was given up; nobody, for a project
 * that is not known or is in no group. What was in it and why it failed is for those who may read the ledger.
 */
export async function tellFailedDelivery(
  tx: Tx,
  { delivery, project }: { delivery: DeliveryId; project: ProjectId },
): Promise<void> {
  const known = await knownProject(tx, project);
  const placed = known?.groupId ? await placeGroup(tx, known.groupId) : null;
  if (!known || !placed) return;
  const event = { kind: 'delivery.failed', delivery, project: known.fullPath } as const;
  await announce(tx, null, { crmGroupId: placed.crmGroup, event, key: String(delivery) });
}
