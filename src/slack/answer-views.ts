import type { ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { SlackFormSent } from '../commands/answer-form.ts';
import type { FormAnswer } from '../commands/form.ts';
import type { Reply, ReplyBlock } from '../commands/reply.ts';
import type { SlackTyping, Suggested } from '../commands/suggest.ts';
import { apology } from './answer-requests.ts';
import type { ReplyDelivery } from './deliver-reply.ts';
import type { InFlight } from './in-flight.ts';
import { plainObject } from './markdown-text.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import { type FormSubmission, readSubmission, readSuggestion } from './views/read-view.ts';
import { optionObject } from './views/render-form.ts';
import { renderWaiting } from './views/render-reply-view.ts';
import { reopened } from './views/reopen.ts';
import { updateView, viewOf } from './views/show-view.ts';

/** Acts on forms and gives choices. Both word their own errors; whatever they throw is our fault. */
export interface FormHandlers {
  readonly submit: (sent: SlackFormSent) => Promise<FormAnswer>;
  readonly suggest: (typing: SlackTyping) => Promise<readonly Suggested[]>;
}

export interface ViewAnsweringDeps extends FormHandlers {
  readonly client: WebClient;
  /** The other road, where a modal cannot be changed any more. */
  readonly delivery: Pick<ReplyDelivery, 'deliver'>;
  readonly inFlight: InFlight;
  readonly log: SlackLog;
  readonly newIncidentId: () => string;
}

/** What Slack is to be told within three seconds. */
export interface ViewAnswering {
  /** The answer to a view that was sent; undefined closes it. Never rejects. */
  submitted(body: unknown): Promise<ViewResponseAction | undefined>;
  /** The choices for what was typed into a menu; none when there is no telling. Never rejects. */
  options(body: unknown): Promise<object>;
}

/** Slack tells people that an app failed after 3 s. */
const SUBMIT_PATIENCE_MS = 2000;
const OPTIONS_PATIENCE_MS = 2000;
const MAX_OPTIONS = 100;
const MAX_HEADING = 75;

export function createViewAnswering(deps: ViewAnsweringDeps): ViewAnswering {
  return {
    async submitted(body) {
      const submission = readSubmission(body);
      if (!submission) return undefined;
      const answered = answerOf(submission, deps);
      deps.inFlight.track(answered);
      const soon = await within(answered, SUBMIT_PATIENCE_MS);
      if (soon !== LATE) return actionFor(soon, submission);
      deps.inFlight.track(showLater(answered, submission, deps));
      return { response_action: 'update', view: renderWaiting('Still at it', submission.channelId) };
    },
    async options(body) {
      const typing = readSuggestion(body);
      if (!typing) return { options: [] };
      const found = deps.suggest(typing).catch((error: unknown) => {
        deps.log.info({ of: typing.of, err: loggable(error) }, 'slack: no choices to offer');
        return [];
      });
      deps.inFlight.track(found);
      const groups = await within(found, OPTIONS_PATIENCE_MS);
      return optionsOf(groups === LATE ? [] : groups);
    },
  };
}

const LATE: unique symbol = Symbol('late');

async function within<T>(work: Promise<T>, ms: number): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf({ sent }: FormSubmission, deps: ViewAnsweringDeps): Promise<FormAnswer> {
  const started = performance.now();
  try {
    const answer = await deps.submit(sent);
    const ms = Math.round(performance.now() - started);
    deps.log.info({ key: sent.key, form: sent.form, came: answer.kind, ms }, 'slack: form answered');
    return answer;
  } catch (error) {
    const incident = deps.newIncidentId();
    deps.log.error({ key: sent.key, incident, err: loggable(error) }, 'slack: answering a form failed');
    return { kind: 'reply', reply: apology(incident) };
  }
}

function actionFor(answer: FormAnswer, submission: FormSubmission): ViewResponseAction {
  if (answer.kind === 'problems') return { response_action: 'errors', errors: { ...answer.problems } };
  return { response_action: 'update', view: viewFor(answer, submission) };
}

function viewFor(answer: FormAnswer, submission: FormSubmission): ModalView {
  if (answer.kind === 'problems') return reopened(submission, answer.problems);
  return viewOf(answer.kind === 'form' ? answer.form : answer.reply, submission.channelId);
}

/** The person has been told to wait, so the outcome takes the place of that; by message where that is not possible. */
async function showLater(
  answered: Promise<FormAnswer>,
  submission: FormSubmission,
  deps: ViewAnsweringDeps,
): Promise<void> {
  const answer = await answered;
  try {
    if (await updateView(deps.client, submission.viewId, viewFor(answer, submission))) return;
  } catch (error) {
    deps.log.warn({ key: submission.sent.key, err: loggable(error) }, 'slack: a form was not replaced');
  }
  try {
    await tellByMessage(inWords(answer), submission, deps);
  } catch (error) {
    const incident = deps.newIncidentId();
    deps.log.error(
      { key: submission.sent.key, incident, err: loggable(error) },
      'slack: a form’s outcome reached nobody',
    );
  }
}

/** In the channel that the form was opened in, or in person. */
function tellByMessage(
  reply: Reply,
  { sent: { teamId, channelId, slackUserId } }: FormSubmission,
  { delivery }: ViewAnsweringDeps,
): Promise<void> {
  const route = {
    teamId,
    channelId,
    slackUserId,
    responseUrl: null,
    threadTs: null,
    startsThread: false,
    from: 'message',
  } as const;
  return delivery.deliver(route, reply, false);
}

/** What came of a form where no form can be shown. */
function inWords(answer: FormAnswer): Reply {
  if (answer.kind === 'reply') return { ...answer.reply, visibility: 'private' };
  const again: ReplyBlock = { kind: 'hint', text: 'Open the form again to go on. Nothing was changed.' };
  if (answer.kind === 'form')
    return { tone: 'warning', title: 'There is more to fill in.', blocks: [again], visibility: 'private' };
  const items = Object.values(answer.problems).map((text) => ({ text }));
  return {
    tone: 'error',
    title: 'The form was not taken.',
    blocks: [{ kind: 'list', items }, again],
    visibility: 'private',
  };
}

/** Headings only where there are several kinds of choices. */
function optionsOf(groups: readonly Suggested[]): object {
  const kept = groups.filter(({ options }) => options.length > 0);
  if (kept.length === 0) return { options: [] };
  if (kept.some(({ heading }) => heading === null)) {
    return {
      options: kept
        .flatMap(({ options }) => options)
        .slice(0, MAX_OPTIONS)
        .map(optionObject),
    };
  }
  return {
    option_groups: kept.map(({ heading, options }) => ({
      label: plainObject(heading ?? '', MAX_HEADING),
      options: options.slice(0, MAX_OPTIONS).map(optionObject),
    })),
  };
}
