import { randomUUID } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Reply } from '../commands/reply.ts';
import { ephemeralPlace, type Posting, postReply } from './post-reply.ts';
import { type Passing, passing } from './refusals.ts';
import { type RenderedReply, renderReply } from './render-reply.ts';
import { postToResponseUrl } from './response-url.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import type { ReplyRoute } from './slack-request.ts';
import { type Refused, tryAgain } from './try-again.ts';

/** Brings replies to the person who asked. */
export interface ReplyDelivery {
  /** Says that the answer takes a while; true when the answer may replace this. Never throws. */
  tellWorking(route: ReplyRoute): Promise<boolean>;
  /**
   * Shows the reply, by the response URL or the Web API, and tries again while what is wrong may pass: for a few minutes.
   * After that, and when the program stops, what is for one person is kept and comes in person. Throws when Slack takes
   * it by neither for good.
   */
  deliver(route: ReplyRoute, reply: Reply, replacesWorking: boolean): Promise<void>;
}

export interface ReplyDeliveryDeps {
  readonly client: WebClient;
  readonly allowedResponseOrigins: readonly string[];
  readonly log: SlackLog;
  /** Nothing is kept when left out. */
  readonly keep: KeepAnswer | null;
  /** Ends the waiting for another try. */
  readonly signal: AbortSignal;
}

/** An answer that Slack did not take in time, for who asked. */
export interface KeptAnswer {
  /** One of its kind. */
  readonly key: string;
  readonly teamId: string;
  readonly slackUserId: string;
  readonly reply: Reply;
}

/** Writes down what is to come in person once Slack takes it. */
export type KeepAnswer = (answer: KeptAnswer) => Promise<void>;

const WORKING = 'Working on it – this takes a little longer than usual.';
export function createReplyDelivery(deps: ReplyDeliveryDeps): ReplyDelivery {
  return {
    tellWorking: (route) => tellWorking(deps, route),
    async deliver(route, reply, replacesWorking) {
      const sending = { reply, message: renderReply(reply), key: randomUUID(), since: new Date() };
      try {
        await tryAgain(
          ({ mayBeDone }) => tryOnce(deps, route, { ...sending, replacesWorking, again: mayBeDone }),
          { what: 'an answer', log: deps.log, signal: deps.signal },
        );
      } catch (error) {
        if (deps.keep === null || reply.visibility !== 'private' || passing(error) === null) throw error;
        const { teamId, slackUserId } = route;
        await deps.keep({ key: sending.key, teamId, slackUserId, reply });
        deps.log.warn({ err: loggable(error) }, 'slack: an answer was not taken in time; it comes in person');
      }
    },
  };
}

interface Sending extends Posting {
  readonly replacesWorking: boolean;
}

/**
 * By the response URL, else by the Web API; null when one of them took it. Where an earlier try may have been done, the
 * URL gets longer, and the other way is left alone as long as it may still answer.
 */
async function tryOnce(
  { client, allowedResponseOrigins, log }: ReplyDeliveryDeps,
  route: ReplyRoute,
  sending: Sending,
): Promise<Refused | null> {
  const { responseUrl } = route;
  let first: Passing | null = null;
  if (responseUrl !== null) {
    const options = { allowedOrigins: allowedResponseOrigins, patient: sending.again };
    const post = (body: object) => postToResponseUrl(responseUrl, body, options);
    try {
      await post(responseBody(route, sending));
      if (sending.replacesWorking && sending.reply.visibility === 'public') await removeWorking(post, log);
      return null;
    } catch (error) {
      first = passing(error);
      if (first !== null && sending.again) return { error, may: first };
      log.warn({ err: loggable(error) }, 'slack: response URL failed, posting instead');
    }
  }
  try {
    await postReply(client, route, sending);
    return null;
  } catch (error) {
    return { error, may: sooner(first, passing(error)) };
  }
}

/** What is worth waiting for when two ways failed: whichever is free first. */
function sooner(one: Passing | null, other: Passing | null): Passing | null {
  if (one === null || other === null) return one ?? other;
  return { afterMs: Math.min(one.afterMs, other.afterMs), unclear: one.unclear || other.unclear };
}

async function tellWorking(
  { client, allowedResponseOrigins, log }: ReplyDeliveryDeps,
  route: ReplyRoute,
): Promise<boolean> {
  try {
    if (route.responseUrl === null) {
      await client.chat.postEphemeral({ ...ephemeralPlace(route), text: WORKING });
      return false;
    }
    const replaces = route.from === 'ephemeral';
    const body = { response_type: 'ephemeral', replace_original: replaces, text: WORKING };
    await postToResponseUrl(route.responseUrl, body, { allowedOrigins: allowedResponseOrigins });
    return replaces || route.from === 'command';
  } catch (error) {
    log.warn({ err: loggable(error) }, 'slack: could not say that an answer takes longer');
    return false;
  }
}

/** A public answer cannot take the place of a private line, so that line is removed after it. */
async function removeWorking(post: (body: object) => Promise<void>, log: SlackLog): Promise<void> {
  try {
    await post({ delete_original: true });
  } catch (error) {
    log.info({ err: loggable(error) }, 'slack: a line about waiting could not be removed');
  }
}

interface Shown {
  readonly reply: Reply;
  readonly message: RenderedReply;
  readonly replacesWorking: boolean;
}

/** A page of results is replaced by what its button gives, except by an error: the page is still wanted then. */
function responseBody(route: ReplyRoute, { reply, message, replacesWorking }: Shown): object {
  const isPrivate = reply.visibility === 'private';
  const turnsPage = route.from === 'ephemeral' && reply.tone !== 'error';
  return {
    response_type: isPrivate ? 'ephemeral' : 'in_channel',
    replace_original: isPrivate && (replacesWorking || turnsPage),
    ...(route.threadTs !== null && { thread_ts: route.threadTs }),
    ...message,
  };
}
