import { type RecentCustomer, recentCustomers } from '../../db/queries/recent-customers.ts';
import { seenCustomers } from '../../db/queries/seen-customers.ts';
import { disabledBy, type Subscription, subscriptionsOf } from '../../db/queries/subscriptions.ts';
import { groupPlace, roleAt } from '../../domain/actor.ts';
import type { Role } from '../../domain/roles.ts';
import { authorize, decide } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SlackPlace } from '../groups/choose-group.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { type ListedTransfer, listTransfers } from '../transfers/list-transfers.ts';

export type { RecentCustomer };

/** What a person's own page shows of the group they work in. */
export interface HomeContent {
  readonly group: OpenedCrmGroup['group'];
  readonly crmGroup: string;
  readonly role: Role;
  readonly may: {
    readonly createContact: boolean;
    readonly createOrganization: boolean;
    readonly settings: boolean;
  };
  /** Changed by the person, and by anybody; newest first. */
  readonly mine: readonly RecentCustomer[];
  readonly recent: readonly RecentCustomer[];
  /** Whose cards the person looked at, the last one first. */
  readonly seen: readonly RecentCustomer[];
  /** Transfers that wait for a decision. */
  readonly held: readonly ListedTransfer[];
  /** Notices that the person gets in person. */
  readonly notices: readonly Subscription[];
  /** Subscriptions that they made and Slack ended, with why. */
  readonly ended: readonly { readonly channelId: string; readonly group: string; readonly reason: string }[];
}

const RECENT = 5;

/** Reads it all. Takes `contact.view` on the crm group. */
export async function readHome(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  place: SlackPlace,
): Promise<HomeContent> {
  const { actor, crmGroup, group } = opened;
  authorize(actor, 'contact.view', crmGroup);
  const { transfers } = await listTransfers(deps, opened, { page: 0 });
  const own = { teamId: place.teamId, channelId: place.slackUserId };
  const read = await deps.database.transaction(async (tx) => ({
    mine: await recentCustomers(tx, crmGroup.id, { actor: actor.userId, limit: RECENT }),
    recent: await recentCustomers(tx, crmGroup.id, { actor: null, limit: RECENT }),
    seen: await seenCustomers(tx, { ...place, crmGroupId: crmGroup.id }, RECENT),
    notices: await subscriptionsOf(tx, own),
    ended: await disabledBy(tx, place),
  }));
  const mayCreate = (ability: 'contact.create' | 'organization.create') =>
    decide(actor, ability, crmGroup).allowed;
  return {
    ...read,
    group,
    crmGroup: crmGroup.fullPath,
    role: roleAt(actor, groupPlace(crmGroup.id)),
    may: {
      createContact: mayCreate('contact.create'),
      createOrganization: mayCreate('organization.create'),
      settings: decide(actor, 'settings.edit', { kind: 'group', ...group }).allowed,
    },
    held: transfers.filter(({ view }) => view.state === 'held'),
  };
}
