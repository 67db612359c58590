import { type GitLabUserId, type GroupId, gitLabUserId, groupId } from '../../domain/ids.ts';
import type { Read, Statement } from '../read.ts';

interface Person {
  readonly teamId: string;
  readonly slackUserId: string;
}

const CONNECTED: Statement = {
  name: 'slack_connected',
  text: 'SELECT gitlab_user_id AS id FROM identities WHERE team_id = $1 AND slack_user_id = $2',
};

/** The GitLab user that somebody connected themselves to; null when they did not. Asked at every key in a menu. */
export async function connectedTo(read: Read, { teamId, slackUserId }: Person): Promise<GitLabUserId | null> {
  const [row] = await read<{ id: string }>(CONNECTED, [teamId, slackUserId]);
  return row ? gitLabUserId(row.id) : null;
}

const GROUPS: Statement = {
  name: 'slack_groups',
  text: `SELECT (SELECT group_id FROM channel_settings WHERE team_id = $1 AND channel_id = $2) AS channel,
    (SELECT group_id FROM person_settings WHERE team_id = $1 AND slack_user_id = $3) AS person`,
};

/** The groups that a channel and a person have chosen to work in. */
export async function chosenGroups(
  read: Read,
  { teamId, slackUserId, channelId }: Person & { readonly channelId: string },
): Promise<{ channel: GroupId | null; person: GroupId | null }> {
  const [row] = await read<{ channel: string | null; person: string | null }>(GROUPS, [
    teamId,
    channelId,
    slackUserId,
  ]);
  const chosen = (id: string | null | undefined): GroupId | null => (id ? groupId(id) : null);
  return { channel: chosen(row?.channel), person: chosen(row?.person) };
}
