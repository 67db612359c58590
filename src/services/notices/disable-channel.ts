import { disableSubscriptions, type SlackChannel } from '../../db/queries/subscriptions.ts';
import type { ServiceDeps } from '../deps.ts';

/**
 * Turns every notice of a channel off because none can reach it; `/crm notify` there says why. Gives who had turned
 * them on, of which group; nobody on a repeat.
 */
export function disableChannel(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  channel: SlackChannel,
  reason: string,
): Promise<{ slackUserId: string; group: string }[]> {
  return database.transaction((tx) => disableSubscriptions(tx, channel, { reason, now: now() }));
}
