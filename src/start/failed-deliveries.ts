import type { OnDeliveryFailed } from '../delivery/handle-delivery.ts';
import { projectOfHook } from '../gitlab/hook-project.ts';
import { tellFailedDelivery } from '../services/notices/tell-failed-delivery.ts';

/** Tells the channels that a webhook's project belongs to when the webhook is given up. */
export const tellFailedHook: OnDeliveryFailed = async (tx, { id, body }) => {
  const project = projectOfHook(body);
  if (project !== null) await tellFailedDelivery(tx, { delivery: id, project });
};
