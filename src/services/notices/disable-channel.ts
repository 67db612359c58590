import { disableSubscriptions, type SlackChannel } from '../../db/queries/subscriptions.ts';
import type { ServiceDeps } from '../deps.ts';

/** Turns every notice of a channel off because none can reach it; `/crm notify` there says why. Repeats are harmless. */
export function disableChannel(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  channel: SlackChannel,
  reason: string,
): Promise<void> {
  return database.transaction((tx) => disableSubscriptions(tx, channel, { reason, now: now() }));
}
