import type { EventKind } from '../../domain/events.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';

export interface SubscribedChannel {
  readonly teamId: string;
  readonly channelId: string;
}

/** Channels that want notices of this kind from a crm group. */
export async function subscribedChannels(
  tx: Tx,
  crmGroup: GroupId,
  kind: EventKind,
): Promise<SubscribedChannel[]> {
  const rows = await tx.$queryRaw<{ team_id: string; channel_id: string }[]>`
    SELECT team_id, channel_id FROM subscriptions
    WHERE crm_group_id = ${crmGroup} AND disabled_at IS NULL AND (kinds = '{}' OR ${kind} = ANY(kinds))
    ORDER BY team_id, channel_id`;
  return rows.map((row) => ({ teamId: row.team_id, channelId: row.channel_id }));
}
