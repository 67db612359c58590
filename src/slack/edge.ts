import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, createAnswering } from './answer-requests.ts';
import { createViewAnswering, type FormHandlers } from './answer-views.ts';
import { createBoltListener } from './bolt-app.ts';
import { clientOptions, createClients } from './clients.ts';
import { createReplyDelivery } from './deliver-reply.ts';
import { createInFlight } from './in-flight.ts';
import { createNotices, type NoticeSender } from './notices.ts';
import { createPeople, type People } from './people.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { receive } from './receive.ts';
import { createScreens } from './screens.ts';
import { boltLogger, type SlackLog } from './slack-log.ts';
import { createUserEmails, type EmailOf } from './user-emails.ts';

export interface SlackEdgeOptions {
  readonly signingSecret: string;
  readonly botToken: string;
  /** Slack's own when left out. */
  readonly apiUrl?: string;
  /** Origins beside https://hooks.slack.com where answers may be posted. */
  readonly allowedResponseOrigins?: readonly string[];
  /** Where requests arrive; `/slack/events` when left out. */
  readonly path?: string;
  /** Which slash commands are ours; `/crm` when left out. */
  readonly commandName?: RegExp;
  readonly clock?: () => Date;
  readonly log: SlackLog;
  readonly newIncidentId?: () => string;
  /** How long a person sees nothing before being told that the answer takes longer; 2500 when left out. */
  readonly patienceMs?: number;
  readonly answer: Answer;
  /** What forms and menus take; without it none opens. */
  readonly forms?: FormHandlers & { readonly title: (text: string) => string | null };
}

/** Slack's way in and out. Makes no request until it is used. */
export interface SlackEdge {
  /** For POST `path`, with the body unread. Never throws; every authentic request gets its 200 at once. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Waits for requests and answers under way, at most `timeoutMs`. Stop taking requests before. */
  drain(timeoutMs: number): Promise<void>;
  emailOf: EmailOf;
  readonly people: People;
  /** The outbox's sender for `slack.message`. */
  notices: NoticeSender;
  ready(): Promise<Readiness>;
}

const PATH = '/slack/events';
const PATIENCE_MS = 2500;

/** Puts the Slack side together; nothing here touches the network. */
export function createSlackEdge(options: SlackEdgeOptions): SlackEdge {
  const { log, path = PATH } = options;
  const logger = boltLogger(log);
  const clientSettings = { botToken: options.botToken, apiUrl: options.apiUrl, logger };
  const clients = createClients(clientSettings);
  const inFlight = createInFlight();
  const newIncidentId = options.newIncidentId ?? (() => randomUUID().slice(0, 8));
  const { forms = NO_FORMS } = options;
  const take = createAnswering({
    answer: options.answer,
    formTitle: forms.title,
    screens: createScreens(clients.interactive, log),
    delivery: createReplyDelivery({
      client: clients.interactive,
      allowedResponseOrigins: options.allowedResponseOrigins ?? [],
      log,
    }),
    inFlight,
    log,
    newIncidentId,
    patienceMs: options.patienceMs ?? PATIENCE_MS,
  });
  const next = createBoltListener({
    path,
    signingSecret: options.signingSecret,
    botToken: options.botToken,
    logger,
    clientOptions: clientOptions(clientSettings),
    commandName: options.commandName ?? /^\/crm$/,
    take,
    views: createViewAnswering({ ...forms, client: clients.interactive, inFlight, log, newIncidentId }),
  });
  const gate = { path, signingSecret: options.signingSecret, clock: options.clock ?? now, log, next };
  return {
    handle: (request, response) => inFlight.track(receive(request, response, gate)),
    async drain(timeoutMs) {
      const left = await inFlight.drain(timeoutMs);
      if (left > 0) log.warn({ left }, 'slack: stopped with answers still under way');
    },
    emailOf: createUserEmails(clients.interactive, log),
    people: createPeople(clients.interactive, log),
    notices: createNotices(clients.notices),
    ready: createReadiness(clients.notices),
  };
}

const NO_FORMS: NonNullable<SlackEdgeOptions['forms']> = {
  title: () => null,
  submit: async () => {
    throw new Error('there are no forms');
  },
  suggest: async () => [],
};

const now = (): Date => new Date();
