import {
  deleteSubscriptions,
  type Subscription,
  subscriptionsOf,
  upsertSubscription,
} from '../../db/queries/subscriptions.ts';
import type { Actor } from '../../domain/actor.ts';
import { OWNERS_TOPIC, type Topic } from '../../domain/topics.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SlackPlace } from '../groups/choose-group.ts';
import { type OpenedCrmGroup, openCrmGroup, reloadCrmGroup } from '../groups/open-crm-group.ts';
import { once } from '../once.ts';

export interface ChannelSubscribed {
  readonly group: string;
  /** Empty means all. */
  readonly topics: readonly Topic[];
}

/**
 * Makes a channel hear what happens in a crm group. Takes `contact.view` there: whoever turns notices on shows the
 * channel what they may see themselves. What is wrong with Tieline itself takes `settings.edit`.
 */
export function subscribeChannel(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  wish: { place: SlackPlace; topics: readonly Topic[] },
): Promise<ChannelSubscribed> {
  const { actor } = opened;
  const { teamId, channelId, slackUserId } = wish.place;
  return once(deps, actor, {
    command: 'notify_on',
    run: async (tx) => {
      const crmGroup = await reloadCrmGroup(tx, opened);
      authorize(actor, 'contact.view', crmGroup);
      const { topics } = wish;
      if (topics.includes(OWNERS_TOPIC)) authorize(actor, 'settings.edit', { ...crmGroup, kind: 'group' });
      await upsertSubscription(
        tx,
        {
          crmGroupId: crmGroup.id,
          teamId,
          channelId,
          topics,
          createdBy: slackUserId,
          gitlabUserId: actor.userId,
        },
        deps.now(),
      );
      return { group: crmGroup.fullPath, topics };
    },
  });
}

/**
 * Ends a channel's notices, of one group or all; gives how many subscriptions there were. Anybody in the channel
 * may: less is told, not more.
 */
export async function unsubscribeChannel(
  deps: ServiceDeps,
  actor: Actor,
  wish: { place: SlackPlace; group: string | null },
): Promise<number> {
  const crmGroupId = wish.group === null ? null : (await openCrmGroup(deps, actor, wish.group)).crmGroup.id;
  return deps.database.transaction((tx) => deleteSubscriptions(tx, wish.place, crmGroupId));
}

/** What a channel is subscribed to. */
export function listSubscriptions(deps: ServiceDeps, place: SlackPlace): Promise<Subscription[]> {
  return deps.database.transaction((tx) => subscriptionsOf(tx, place));
}
