import { wordDigest } from '../commands/wording/digests.ts';
import { wordNotice } from '../commands/wording/notices.ts';
import type { Message, Sender } from '../delivery/send-message.ts';
import { RetryLaterError } from '../domain/delivery-errors.ts';
import { fromJson, type Json } from '../domain/json.ts';
import type { ServiceDeps } from '../services/deps.ts';
import type { NoticePayload } from '../services/notices/announce.ts';
import { type EditPayload, postedNotice } from '../services/notices/edit-notices.ts';
import { disableChannel, endUnvouched } from '../services/notices/end-notices.ts';
import { mayReadAll } from '../services/notices/may-read.ts';
import type { SlackEdge } from '../slack/edge.ts';
import { ChannelGoneError, type Notice } from '../slack/notices.ts';

/** The part of the Slack edge that notices need. */
export type NoticeEdge = Pick<SlackEdge, 'notices'>;

/** A few at once are read one by one; more than that would come a second apart, and bury what else is said there. */
export const NOTICE_FOLDING = { atLeast: 5, atMost: 500 } as const;

/**
 * Sends notices to Slack: worded only now, from the data that the change left in the outbox. A channel that Slack
 * takes nothing for is sent no more until somebody turns its notices on again, and whoever had done so is told.
 */
export function noticeSender(edge: NoticeEdge, services: ServiceDeps): Sender {
  return async (message) => {
    const told = [message.payload, ...message.folded].map((each) => fromJson<NoticePayload>(each as Json));
    const notices = await readable(services, told);
    const [first] = notices;
    if (first === undefined) return LEFT_OUT;
    return sendNotice(edge, services, { payload: first, notice: noticeOf(message, notices, services) });
  };
}

/** Nobody hears of what they, or whoever lets a channel hear of it, may not see any more. */
const LEFT_OUT = { outcome: 'left out: the person may not see it any more' };

/** Those that may be told. Where whoever turned them on for a channel may not see them, they end there. */
async function readable(services: ServiceDeps, told: readonly NoticePayload[]): Promise<NoticePayload[]> {
  const allowed = await Promise.all(told.map((notice) => mayReadAll(services, [notice])));
  for (const [index, { keeper, event, teamId, channelId }] of told.entries()) {
    if (!keeper || allowed[index]) continue;
    allowed[index] = await endUnvouched(services, { teamId, channelId }, { keeper, event });
  }
  return told.filter((_, index) => allowed[index]);
}

/** Edits notices that were posted. One that never was is posted now, with what became of it. */
export function noticeEditor(edge: NoticeEdge, services: ServiceDeps): Sender {
  return async (message) => {
    const payload = fromJson<EditPayload>(message.payload as Json);
    const posted = await postedNotice(services, payload.edits);
    if (posted === 'pending') throw new RetryLaterError('the notice itself is still to be sent');
    if (!(await mayReadAll(services, [payload]))) return LEFT_OUT;
    const edits = posted === null ? {} : { edits: posted.remoteRef };
    const notice = { ...noticeOf(message, [payload], services), ...edits };
    return sendNotice(edge, services, { payload, notice });
  };
}

function noticeOf(message: Message, notices: readonly NoticePayload[], { instanceUrl }: ServiceDeps): Notice {
  const { id, dedupeKey, attempt, createdAt } = message;
  const [only, ...others] = notices;
  if (only === undefined) throw new Error('a message tells of nothing');
  const { teamId, channelId } = only;
  const reply =
    others.length === 0 ? wordNotice(only, instanceUrl) : wordDigest(notices, { id, instanceUrl });
  return { dedupeKey, payload: { teamId, channelId, reply }, attempt, createdAt };
}

async function sendNotice(
  { notices: send }: NoticeEdge,
  services: ServiceDeps,
  { payload, notice }: { payload: NoticePayload; notice: Notice },
): ReturnType<Sender> {
  const { teamId, channelId } = payload;
  try {
    return await send(notice);
  } catch (error) {
    if (error instanceof ChannelGoneError) {
      await disableChannel(services, { teamId, channelId }, error.why);
    }
    throw error;
  }
}
