import type { GroupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';

/** Somebody on Slack. */
export interface HomeOwner {
  readonly teamId: string;
  readonly slackUserId: string;
}

/** Notes what somebody's home tab shows: one crm group at a time. */
export async function rememberHome(
  tx: Tx,
  { teamId, slackUserId }: HomeOwner,
  shown: { crmGroupId: GroupId; mark: string; at: Date },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO home_tabs (crm_group_id, team_id, slack_user_id, mark, shown_at)
    VALUES (${shown.crmGroupId}, ${teamId}, ${slackUserId}, ${shown.mark}, ${shown.at})
    ON CONFLICT (team_id, slack_user_id) DO UPDATE
    SET crm_group_id = excluded.crm_group_id, mark = excluded.mark, shown_at = excluded.shown_at`;
}

/** Somebody's home tab shows no group any more. */
export async function forgetHome(tx: Tx, { teamId, slackUserId }: HomeOwner): Promise<void> {
  await tx.$executeRaw`DELETE FROM home_tabs WHERE team_id = ${teamId} AND slack_user_id = ${slackUserId}`;
}

/** The mark of what somebody's home tab shows; null where that is not known. */
export async function homeMark(tx: Tx, { teamId, slackUserId }: HomeOwner): Promise<string | null> {
  const rows = await tx.$queryRaw<{ mark: string }[]>`
    SELECT mark FROM home_tabs WHERE team_id = ${teamId} AND slack_user_id = ${slackUserId}`;
  return rows[0]?.mark ?? null;
}

/** Whose home tab showed one of these crm groups since then, the latest first. */
export function homesShowing(
  tx: Tx,
  crmGroups: readonly GroupId[],
  { since, limit }: { since: Date; limit: number },
): Promise<HomeOwner[]> {
  return tx.$queryRaw<HomeOwner[]>`
    SELECT team_id AS "teamId", slack_user_id AS "slackUserId" FROM home_tabs
    WHERE crm_group_id = ANY(${[...crmGroups]}::bigint[]) AND shown_at >= ${since}
    ORDER BY shown_at DESC LIMIT ${limit}`;
}
