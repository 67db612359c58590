import { type GitLabUserId, type GroupId, gitLabUserId, groupId } from '../../domain/ids.ts';
import { OWNERS_TOPIC, TOPIC_NAMES, type Topic } from '../../domain/topics.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';

export interface SlackChannel {
  readonly teamId: string;
  readonly channelId: string;
}

/** A channel's wish to be told what happens in a crm group. */
export interface Subscription {
  readonly crmGroupId: GroupId;
  readonly group: string;
  /** Empty means the usual ones. */
  readonly topics: readonly Topic[];
  /** Why it was turned off, when Slack would not take its notices. */
  readonly disabledReason: string | null;
}

/** A channel that wants to be told. */
export interface SubscribedChannel extends SlackChannel {
  /** Who turned it on, and so may see what it is told. */
  readonly maker: GitLabUserId;
  /** Nobody but the maker reads it. */
  readonly inPerson: boolean;
}

/** One person alone reads it: their own conversation goes by their id, or by `D…`. */
const IN_PERSON = Prisma.sql`(channel_id = created_by OR channel_id LIKE 'D%')`;

/** Channels that want notices of this topic from a crm group; those that are on have a maker (`subscriptions_vouched`). */
export async function subscribedChannels(
  tx: Tx,
  crmGroup: GroupId,
  topic: Topic,
): Promise<SubscribedChannel[]> {
  const rows = await tx.$queryRaw<
    { team_id: string; channel_id: string; maker: bigint; in_person: boolean }[]
  >`
    SELECT team_id, channel_id, gitlab_user_id AS maker, ${IN_PERSON} AS in_person FROM subscriptions
    WHERE crm_group_id = ${crmGroup} AND disabled_at IS NULL AND (kinds = '{}' AND ${topic !== OWNERS_TOPIC} OR ${topic} = ANY(kinds))
    ORDER BY team_id, channel_id`;
  return rows.map((row) => ({
    teamId: row.team_id,
    channelId: row.channel_id,
    maker: gitLabUserId(row.maker),
    inPerson: row.in_person,
  }));
}

/** What a channel is subscribed to, by path. */
export async function subscriptionsOf(tx: Tx, { teamId, channelId }: SlackChannel): Promise<Subscription[]> {
  const rows = await tx.$queryRaw<
    { crm_group_id: bigint; full_path: string; kinds: string[]; disabled_reason: string | null }[]
  >`
    SELECT s.crm_group_id, g.full_path, s.kinds, s.disabled_reason
    FROM subscriptions s JOIN groups g ON g.id = s.crm_group_id
    WHERE s.team_id = ${teamId} AND s.channel_id = ${channelId} ORDER BY g.full_path`;
  return rows.map((row) => ({
    crmGroupId: groupId(row.crm_group_id),
    group: row.full_path,
    topics: TOPIC_NAMES.filter((topic) => row.kinds.includes(topic)),
    disabledReason: row.disabled_reason,
  }));
}

export interface NewSubscription extends SlackChannel {
  readonly crmGroupId: GroupId;
  readonly topics: readonly Topic[];
  readonly createdBy: string;
  /** Who that is on GitLab. */
  readonly gitlabUserId: GitLabUserId;
}

/** Subscribes a channel, or changes its topics and turns it on again. */
export async function upsertSubscription(tx: Tx, wish: NewSubscription, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO subscriptions (crm_group_id, team_id, channel_id, kinds, created_by, gitlab_user_id, created_at)
    VALUES (${wish.crmGroupId}, ${wish.teamId}, ${wish.channelId}, ${[...wish.topics]}::text[], ${wish.createdBy},
      ${wish.gitlabUserId}, ${now})
    ON CONFLICT (crm_group_id, team_id, channel_id) DO UPDATE SET kinds = excluded.kinds,
      created_by = excluded.created_by, gitlab_user_id = excluded.gitlab_user_id, disabled_at = NULL, disabled_reason = NULL`;
}

/** Ends a channel's subscription to one crm group, or to all; gives how many there were. */
export function deleteSubscriptions(
  tx: Tx,
  { teamId, channelId }: SlackChannel,
  crmGroup: GroupId | null,
): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM subscriptions WHERE team_id = ${teamId} AND channel_id = ${channelId}
      AND (${crmGroup}::bigint IS NULL OR crm_group_id = ${crmGroup}::bigint)`;
}

/** Turns a channel's subscriptions off, keeping them and the first reason; gives those that were on, and who made them. */
export async function disableSubscriptions(
  tx: Tx,
  { teamId, channelId }: SlackChannel,
  { reason, now }: { reason: string; now: Date },
): Promise<{ slackUserId: string; group: string }[]> {
  return tx.$queryRaw<{ slackUserId: string; group: string }[]>`
    UPDATE subscriptions s SET disabled_at = ${now}, disabled_reason = ${reason} FROM groups g
    WHERE s.team_id = ${teamId} AND s.channel_id = ${channelId} AND s.disabled_at IS NULL AND g.id = s.crm_group_id
    RETURNING s.created_by AS "slackUserId", g.full_path AS "group"`;
}

/** Turns off what somebody turned on for a channel, all of it or one topic; null when that is so already. */
export async function endKept(
  tx: Tx,
  { crmGroupId, teamId, channelId, keeper }: SlackChannel & { crmGroupId: GroupId; keeper: GitLabUserId },
  { topic, reason, now }: { topic: Topic | null; reason: string; now: Date },
): Promise<{ slackUserId: string; group: string } | null> {
  const rows = await tx.$queryRaw<{ slackUserId: string; group: string }[]>`
    UPDATE subscriptions s SET
      disabled_at = CASE WHEN ${topic}::text IS NULL OR kinds = ARRAY[${topic}::text] THEN ${now}::timestamptz END,
      disabled_reason = CASE WHEN ${topic}::text IS NULL OR kinds = ARRAY[${topic}::text] THEN ${reason}::text END,
      kinds = CASE WHEN kinds = ARRAY[${topic}::text] THEN kinds ELSE array_remove(kinds, ${topic}::text) END
    FROM groups g
    WHERE s.crm_group_id = ${crmGroupId} AND s.team_id = ${teamId} AND s.channel_id = ${channelId}
      AND s.gitlab_user_id = ${keeper} AND s.disabled_at IS NULL AND g.id = s.crm_group_id
      AND (${topic}::text IS NULL OR ${topic}::text = ANY(kinds))
    RETURNING s.created_by AS "slackUserId", g.full_path AS "group"`;
  return rows[0] ?? null;
}

/** The subscriptions that a person made and that were turned off because Slack takes nothing for them. */
export async function disabledBy(
  tx: Tx,
  person: { readonly teamId: string; readonly slackUserId: string },
): Promise<{ channelId: string; group: string; reason: string }[]> {
  return tx.$queryRaw<{ channelId: string; group: string; reason: string }[]>`
    SELECT s.channel_id AS "channelId", g.full_path AS "group", coalesce(s.disabled_reason, '') AS reason
    FROM subscriptions s JOIN groups g ON g.id = s.crm_group_id
    WHERE s.team_id = ${person.teamId} AND s.created_by = ${person.slackUserId} AND s.disabled_at IS NOT NULL
    ORDER BY s.disabled_at DESC LIMIT 5`;
}

/** Lets what goes to somebody in person go by another GitLab account of theirs. */
export async function changeReader(
  tx: Tx,
  { teamId, slackUserId }: { readonly teamId: string; readonly slackUserId: string },
  user: GitLabUserId,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE subscriptions SET gitlab_user_id = ${user}
    WHERE team_id = ${teamId} AND created_by = ${slackUserId} AND ${IN_PERSON}`;
}

/** What a person had turned on, by where it went. */
export interface ForgottenSubscription {
  readonly channelId: string;
  readonly group: string;
  readonly inPerson: boolean;
}

/**
 * Turns off all that a person had turned on, since nobody vouches for it any more, and forgets whom they were on GitLab;
 * gives what was on.
 */
export async function forgetMaker(
  tx: Tx,
  { teamId, slackUserId }: { readonly teamId: string; readonly slackUserId: string },
  { reasons, now }: { reasons: { inPerson: string; inChannel: string }; now: Date },
): Promise<ForgottenSubscription[]> {
  const ended = await tx.$queryRaw<ForgottenSubscription[]>`
    WITH ended AS (
      UPDATE subscriptions SET disabled_at = ${now}, gitlab_user_id = NULL,
        disabled_reason = CASE WHEN ${IN_PERSON} THEN ${reasons.inPerson} ELSE ${reasons.inChannel} END
      WHERE team_id = ${teamId} AND created_by = ${slackUserId} AND disabled_at IS NULL
      RETURNING channel_id, crm_group_id, ${IN_PERSON} AS in_person)
    SELECT e.channel_id AS "channelId", g.full_path AS "group", e.in_person AS "inPerson"
    FROM ended e JOIN groups g ON g.id = e.crm_group_id`;
  await tx.$executeRaw`
    UPDATE subscriptions SET gitlab_user_id = NULL
    WHERE team_id = ${teamId} AND created_by = ${slackUserId} AND gitlab_user_id IS NOT NULL`;
  return ended;
}
