import type { GroupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import type { RecentCustomer } from './recent-customers.ts';

/** A person on Slack at work in a crm group. */
export interface Onlooker {
  readonly crmGroupId: GroupId;
  readonly teamId: string;
  readonly slackUserId: string;
}

/** Notes that somebody looked at a contact or an organization, and forgets what they saw before the last `keep`. */
export async function rememberSeen(
  tx: Tx,
  { crmGroupId, teamId, slackUserId }: Onlooker,
  seen: { kind: RecentCustomer['kind']; id: bigint; at: Date; keep: number },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO seen_customers (crm_group_id, team_id, slack_user_id, kind, subject_id, seen_at)
    VALUES (${crmGroupId}, ${teamId}, ${slackUserId}, ${seen.kind}, ${seen.id}, ${seen.at})
    ON CONFLICT (crm_group_id, team_id, slack_user_id, kind, subject_id) DO UPDATE SET seen_at = excluded.seen_at`;
  await tx.$executeRaw`
    DELETE FROM seen_customers s USING (
      SELECT kind, subject_id FROM seen_customers
      WHERE crm_group_id = ${crmGroupId} AND team_id = ${teamId} AND slack_user_id = ${slackUserId}
      ORDER BY seen_at DESC, subject_id DESC OFFSET ${seen.keep}) old
    WHERE s.crm_group_id = ${crmGroupId} AND s.team_id = ${teamId} AND s.slack_user_id = ${slackUserId}
      AND s.kind = old.kind AND s.subject_id = old.subject_id`;
}

/** What somebody looked at lately, of what the crm group still has; the last first. */
export function seenCustomers(
  tx: Tx,
  { crmGroupId, teamId, slackUserId }: Onlooker,
  limit: number,
): Promise<RecentCustomer[]> {
  return tx.$queryRaw<RecentCustomer[]>`
    SELECT s.kind, s.subject_id AS id, coalesce(c.first_name || ' ' || c.last_name, o.name) AS name, s.seen_at AS at
    FROM seen_customers s
    LEFT JOIN contacts c ON s.kind = 'contact' AND c.crm_group_id = s.crm_group_id AND c.id = s.subject_id
    LEFT JOIN organizations o ON s.kind = 'organization' AND o.crm_group_id = s.crm_group_id AND o.id = s.subject_id
    WHERE s.crm_group_id = ${crmGroupId} AND s.team_id = ${teamId} AND s.slack_user_id = ${slackUserId}
      AND (c.id IS NOT NULL OR o.id IS NOT NULL)
    ORDER BY s.seen_at DESC, s.subject_id DESC LIMIT ${limit}`;
}
