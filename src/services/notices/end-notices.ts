import type { Tx } from '../../db/client.ts';
import { enqueue, type NewMessage } from '../../db/queries/outbox.ts';
import {
  disableSubscriptions,
  endKept,
  forgetMaker,
  type SlackChannel,
} from '../../db/queries/subscriptions.ts';
import { groupPlace, roleAt } from '../../domain/actor.ts';
import type { CrmEvent, NoticesEnded } from '../../domain/events.ts';
import { toJson } from '../../domain/json.ts';
import { OWNERS_TOPIC } from '../../domain/topics.ts';
import { tableAllows } from '../../policy/table.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SlackPerson } from '../identity/identify-slack-user.ts';
import type { NoticePayload } from './announce.ts';
import { abilityFor, type Reader } from './may-read.ts';

const message = (
  { teamId, channelId }: SlackChannel,
  { event, at, about }: { event: NoticesEnded; at: Date; about: SlackChannel },
): NewMessage => {
  const payload: NoticePayload = { teamId, channelId, actor: null, event };
  return {
    kind: 'slack.notice',
    dedupeKey: `${event.kind}:${about.teamId}:${about.channelId}:${event.group}:${at.getTime()}:${event.to}`,
    lane: `slack:${teamId}:${channelId}`,
    payload: toJson(payload),
  };
};

/**
 * Turns every notice of a channel off because none can reach it; `/crm notify` there says why, and whoever had turned them
 * on is told. Does nothing on a repeat.
 */
export function disableChannel(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  channel: SlackChannel,
  reason: string,
): Promise<void> {
  return database.transaction(async (tx) => {
    const at = now();
    const ended = await disableSubscriptions(tx, channel, { reason, now: at });
    const why = `Slack takes none any more: ${reason}`;
    await enqueue(
      tx,
      ended
        .filter(({ slackUserId }) => slackUserId !== channel.channelId)
        .map(({ slackUserId, group }) => {
          const event: NoticesEnded = { kind: 'notices.ended', group, to: 'maker', why, about: null };
          return message({ teamId: channel.teamId, channelId: slackUserId }, { event, at, about: channel });
        }),
    );
  });
}

/**
 * Ends what somebody turned on for a channel when GitLab says, asked anew, that they may not see it themselves any more;
 * the channel and they are told. Somebody who is no Owner any more loses what is for Owners alone. True when they may.
 */
export async function endUnvouched(
  deps: Pick<ServiceDeps, 'database' | 'directory' | 'now'>,
  channel: SlackChannel,
  { keeper, event }: { keeper: Reader; event: CrmEvent },
): Promise<boolean> {
  const place = groupPlace(keeper.crmGroupId);
  const roles = await deps.directory.roles(keeper.userId, [place], { fresh: true });
  const role = roleAt({ roles }, place);
  if (tableAllows(abilityFor(event), role)) return true;
  const topic = tableAllows('contact.view', role) ? OWNERS_TOPIC : null;
  const what = topic === null ? 'may not view its contacts any more' : 'is no Owner of it any more';
  await deps.database.transaction((tx) => end(tx, { channel, keeper, topic, what, at: deps.now() }));
  return false;
}

/** How many notices ended. */
export interface EndedNotices {
  /** What went to the person alone. */
  readonly inPerson: number;
  /** What they had turned on for channels. */
  readonly inChannels: number;
}

/** Ends all that somebody had turned on as the GitLab account that they disconnect. Channels are told; they know it. */
export async function endDisconnected(tx: Tx, person: SlackPerson, at: Date): Promise<EndedNotices> {
  const why = 'whoever turned them on disconnected their GitLab account';
  const reasons = { inPerson: 'you disconnected your GitLab account', inChannel: why };
  const ended = await forgetMaker(tx, person, { reasons, now: at });
  const inChannels = ended.filter(({ inPerson }) => !inPerson);
  await enqueue(
    tx,
    inChannels.map(({ channelId, group }) => {
      const channel = { teamId: person.teamId, channelId };
      const event: NoticesEnded = { kind: 'notices.ended', group, to: 'channel', why, about: null };
      return message(channel, { event, at, about: channel });
    }),
  );
  return { inPerson: ended.length - inChannels.length, inChannels: inChannels.length };
}

interface Ending {
  readonly channel: SlackChannel;
  readonly keeper: Reader;
  readonly topic: typeof OWNERS_TOPIC | null;
  readonly what: string;
  readonly at: Date;
}

async function end(tx: Tx, { channel, keeper, topic, what, at }: Ending): Promise<void> {
  const { userId, crmGroupId } = keeper;
  const why = `whoever turned them on ${what}`;
  const kept = { ...channel, crmGroupId, keeper: userId };
  const ended = await endKept(tx, kept, { topic, reason: why, now: at });
  if (ended === null) return;
  const told = { kind: 'notices.ended', group: ended.group, about: topic } as const;
  const maker = { teamId: channel.teamId, channelId: ended.slackUserId };
  const toMaker = `you ${what.replace(/^is/, 'are')}`;
  await enqueue(tx, [
    message(channel, { event: { ...told, to: 'channel', why }, at, about: channel }),
    message(maker, { event: { ...told, to: 'maker', why: toMaker }, at, about: channel }),
  ]);
}
