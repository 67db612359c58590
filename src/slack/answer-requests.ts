import { LRUCache } from 'lru-cache';
import type { Form } from '../commands/form.ts';
import type { Reply } from '../commands/reply.ts';
import type { ReplyDelivery } from './deliver-reply.ts';
import type { Homes } from './homes.ts';
import type { InFlight } from './in-flight.ts';
import { isShutOut } from './refusals.ts';
import type { Screens } from './screens.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import type { Incoming, SlackRequest } from './slack-request.ts';

/** Runs what a person asked for. Words its own errors; whatever it throws is our fault. */
export type Answer = (request: SlackRequest) => Promise<Reply | Form>;

/** The ways to a person in one workspace. */
export interface Ways {
  readonly delivery: ReplyDelivery;
  readonly screens: Screens;
  readonly homes: Pick<Homes, 'refresh'>;
  readonly isInstalled: boolean;
}

export interface AnsweringDeps {
  readonly answer: Answer;
  /** The title of the form that a text will be answered with; null when it will be answered in words. */
  readonly formTitle: (text: string) => string | null;
  /** Those of the workspace that a request came from. */
  readonly waysIn: (teamId: string) => Promise<Ways>;
  readonly inFlight: InFlight;
  readonly log: SlackLog;
  readonly newIncidentId: () => string;
  /** How long a person sees nothing before being told that it takes longer. */
  readonly patienceMs: number;
}

/** A signed request is good for five minutes either way; after that the signature check refuses it. */
const REPLAY_WINDOW_MS = 11 * 60_000;
const MAX_REMEMBERED = 10_000;

/** Gives a taker of requests: each key is answered once, in the background. The taker returns at once and never throws. */
export function createAnswering(deps: AnsweringDeps): (incoming: Incoming) => void {
  const taken = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: REPLAY_WINDOW_MS });
  return (incoming) => {
    const { key } = incoming.request;
    if (taken.has(key)) {
      deps.log.info({ key }, 'slack: request came again and was not answered twice');
      return;
    }
    taken.set(key, true);
    deps.inFlight.track(
      deps.waysIn(incoming.request.teamId).then(
        (ways) => answerOne(incoming, { ...deps, ...ways }).then(() => ways.homes.refresh(incoming.request)),
        (error: unknown) =>
          deps.log.error({ key, err: loggable(error) }, 'slack: no way to whom a request came from'),
      ),
    );
  };
}

type DepsThere = AnsweringDeps & Ways;

async function answerOne(incoming: Incoming, deps: DepsThere): Promise<void> {
  if (!deps.isInstalled) return answerInWords(incoming, deps, NOT_INSTALLED);
  const title = deps.formTitle(incoming.request.text);
  if (title === null && !incoming.screen.always) return answerInWords(incoming, deps);
  // Before anything is looked up: the person may not wait, and neither does the trigger.
  const viewId = await deps.screens.open(incoming, title);
  if (viewId === null)
    return answerInWords(incoming, deps, title === null ? undefined : formOffer(incoming.request, title));
  const started = performance.now();
  const answer = await replyTo(incoming.request, deps);
  const shown = await sharedIfPublic(answer, incoming, deps);
  if (await deps.screens.show(incoming, viewId, shown)) {
    const ms = Math.round(performance.now() - started);
    deps.log.info({ key: incoming.request.key, via: incoming.request.via, ms }, 'slack: answered in a view');
  } else await answerInWords(incoming, deps, shown);
}

/** From a modal, what is meant for everybody goes to the channel that the modal was opened in. */
async function sharedIfPublic(
  answer: Reply | Form,
  { request, route }: Incoming,
  deps: DepsThere,
): Promise<Reply | Form> {
  if ('form' in answer || answer.visibility === 'private' || route.channelId === request.slackUserId) {
    return answer;
  }
  try {
    await deps.delivery.deliver({ ...route, responseUrl: null, threadTs: null }, answer, false);
    return SHARED;
  } catch (error) {
    deps.log.info({ key: request.key, err: loggable(error) }, 'slack: a card could not be shared');
    return notShared(error);
  }
}

const SHARED: Reply = { tone: 'ok', title: 'Shared in the channel.', blocks: [], visibility: 'private' };

/** Says why the channel did not get what was meant for it. */
function notShared(error: unknown): Reply {
  const shut = isShutOut(error);
  return {
    tone: 'error',
    title: shut ? 'I may not post in this channel.' : 'Slack did not take it for this channel.',
    blocks: [
      {
        kind: 'hint',
        text: shut ? 'Invite the app to the channel, and try again.' : 'Try again in a moment.',
      },
    ],
    visibility: 'private',
  };
}

/** By message; where only a form would do, with a button that opens it: a new press gives a new trigger. */
async function answerInWords(
  { request, route }: Incoming,
  deps: DepsThere,
  known?: Reply | Form,
): Promise<void> {
  const started = performance.now();
  const answered = (known === undefined ? replyTo(request, deps) : Promise.resolve(known)).then((answer) =>
    'form' in answer ? formOffer(request, answer.title) : answer,
  );
  let replacesWorking = false;
  try {
    if (!(await settlesWithin(answered, deps.patienceMs))) {
      replacesWorking = await deps.delivery.tellWorking(route);
    }
    const reply = await answered;
    await deliverOrSay({ request, route }, deps, { reply, replacesWorking });
    const ms = Math.round(performance.now() - started);
    deps.log.info({ key: request.key, via: request.via, tone: reply.tone, ms }, 'slack: request answered');
  } catch (error) {
    const incident = deps.newIncidentId();
    deps.log.error({ key: request.key, incident, err: loggable(error) }, 'slack: an answer reached nobody');
  }
}

/** What a channel does not get, whoever asked is at least told of. */
async function deliverOrSay(
  { request, route }: Pick<Incoming, 'request' | 'route'>,
  { delivery, log }: DepsThere,
  { reply, replacesWorking }: { reply: Reply; replacesWorking: boolean },
): Promise<void> {
  try {
    await delivery.deliver(route, reply, replacesWorking);
  } catch (error) {
    if (reply.visibility === 'private') throw error;
    log.info({ key: request.key, err: loggable(error) }, 'slack: an answer for a channel was not taken');
    await delivery.deliver(route, notShared(error), replacesWorking);
  }
}

/** A form cannot stand in a message; a button that asks for it can. */
function formOffer({ text }: SlackRequest, title: string): Reply {
  return {
    tone: 'info',
    title: 'There is a form to fill in.',
    blocks: [{ kind: 'actions', actions: [{ label: title, command: text, style: 'primary' }] }],
    visibility: 'private',
  };
}

async function replyTo(request: SlackRequest, deps: AnsweringDeps): Promise<Reply | Form> {
  try {
    return await deps.answer(request);
  } catch (error) {
    const incident = deps.newIncidentId();
    deps.log.error({ key: request.key, incident, err: loggable(error) }, 'slack: answering a request failed');
    return apology(incident);
  }
}

/** Nothing is looked up for a workspace that Tieline was removed from, though its requests are Slack's. */
const NOT_INSTALLED: Reply = {
  tone: 'warning',
  title: 'Tieline is not installed in this workspace.',
  blocks: [{ kind: 'hint', text: 'Whoever administers it can install it again.' }],
  visibility: 'private',
};

/** The one thing said about a fault of ours; the incident id is in the log beside its cause. */
export function apology(incident: string): Reply {
  return {
    tone: 'error',
    title: 'Something went wrong on our side.',
    blocks: [
      {
        kind: 'text',
        text: [
          {
            text: 'Try again in a moment. If it keeps happening, tell whoever runs Tieline the incident id ',
          },
          { code: incident },
          { text: '.' },
        ],
      },
    ],
    visibility: 'private',
  };
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return done;
}
