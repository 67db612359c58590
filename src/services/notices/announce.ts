import type { Tx } from '../../db/client.ts';
import { enqueue } from '../../db/queries/outbox.ts';
import { type SubscribedChannel, subscribedChannels } from '../../db/queries/subscriptions.ts';
import type { Actor } from '../../domain/actor.ts';
import type { CrmEvent } from '../../domain/events.ts';
import type { GroupId } from '../../domain/ids.ts';
import { toJson } from '../../domain/json.ts';
import { topicOf } from '../../domain/topics.ts';
import type { Reader } from './may-read.ts';

/** What the outbox keeps of a notice: who did what, in data; it is worded when it is sent. */
export interface NoticePayload {
  readonly teamId: string;
  readonly channelId: string;
  /** Null when nobody is known to have done it. */
  readonly actor: { readonly username: string; readonly name: string } | null;
  readonly event: CrmEvent;
  /** Whom it goes to in person; left out where several read it, as is `keeper` where one does. */
  readonly reader?: Reader;
  /** Who turned it on for several, who see what that one may. */
  readonly keeper?: Reader;
}

export interface News {
  readonly crmGroupId: GroupId;
  readonly event: CrmEvent;
  /** What makes the event one of its kind; the actor's request unless said. Needed where nobody is known. */
  readonly key?: string;
  /** What later news will edit these notices for. */
  readonly about?: string;
  /** Lanes of channels that learn of it in another way. */
  readonly except?: ReadonlySet<string>;
}

/** As much of an actor as a notice tells. */
export const actorOf = (actor: Actor | null): NoticePayload['actor'] =>
  actor && { username: actor.username, name: actor.name };

/**
 * Writes a notice for every channel that asked for this kind of event, in the transaction that caused it. Nobody is told
 * in person what they did themselves, unless there is something left for them to decide.
 */
export async function announce(tx: Tx, actor: Actor | null, news: News): Promise<void> {
  const { crmGroupId, event, about, except } = news;
  const channels = await subscribedChannels(tx, crmGroupId, topicOf(event.kind));
  if (channels.length === 0) return;
  const key = news.key ?? (actor && `${actor.runKey}:${actor.position}`);
  if (!key) throw new Error(`nothing tells one ${event.kind} from another`);
  const isOwn = ({ inPerson, maker }: SubscribedChannel): boolean =>
    about === undefined && inPerson && maker === actor?.userId;
  const messages = channels
    .filter((channel) => !isOwn(channel))
    .map(({ teamId, channelId, maker, inPerson }) => {
      const by: Reader = { userId: maker, crmGroupId };
      const readBy = inPerson ? { reader: by } : { keeper: by };
      const payload: NoticePayload = { teamId, channelId, actor: actorOf(actor), event, ...readBy };
      return {
        kind: 'slack.notice',
        dedupeKey: `${event.kind}:${key}:${teamId}:${channelId}`,
        lane: `slack:${teamId}:${channelId}`,
        payload: toJson(payload),
        ...(about !== undefined && { about }),
      };
    });
  await enqueue(
    tx,
    messages.filter(({ lane }) => !except?.has(lane)),
  );
}
