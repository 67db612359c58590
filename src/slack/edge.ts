import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, createAnswering } from './answer-requests.ts';
import { createViewAnswering, type FormHandlers } from './answer-views.ts';
import { type BoltSettings, createBoltListener, readCommand } from './bolt-app.ts';
import { type ClientSettings, clientOptions, createClients, type SlackClients } from './clients.ts';
import { createDeadTokens } from './dead-tokens.ts';
import { createReplyDelivery, type KeepAnswer } from './deliver-reply.ts';
import { createHomes, type HomeOf, type HomeOwner, type NoteHome, type Renewed } from './homes.ts';
import { createInFlight } from './in-flight.ts';
import { ChannelGoneError, createNotices, type NoticeSender, teamOfNotice } from './notices.ts';
import { createPeople, type People } from './people.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { receive } from './receive.ts';
import { createScreens } from './screens.ts';
import { boltLogger, loggable, type SlackLog } from './slack-log.ts';
import { teamOf } from './slack-request.ts';
import { createSocket } from './socket-mode.ts';
import { createUnfurling, type PreviewOf } from './unfurl.ts';
import { createUserEmails, type EmailOf } from './user-emails.ts';
import { carryOutRemoval, type WorkspaceRemoval, workspaceRemoval } from './workspace-removal.ts';
import { createWorkspaces, type TokenOf } from './workspaces.ts';

export interface SlackEdgeOptions {
  readonly signingSecret: string;
  /** The one workspace's bot token, or each workspace's. */
  readonly botToken: string | TokenOf;
  /** Slack's own when left out. */
  readonly apiUrl?: string;
  /** Socket Mode: requests come by a connection from here, and none over HTTP. */
  readonly appToken?: string;
  /** Origins beside https://hooks.slack.com where answers may be posted. */
  readonly allowedResponseOrigins?: readonly string[];
  /** Where requests arrive; `/slack/events` when left out. */
  readonly path?: string;
  /** Which slash commands are ours; `/crm` when left out. */
  readonly commandName?: RegExp;
  readonly clock?: () => Date;
  readonly log: SlackLog;
  readonly newIncidentId?: () => string;
  /** Told of every call of Slack's Web API. */
  readonly onCall?: ClientSettings['onCall'];
  /** How long a person sees nothing before being told that the answer takes longer; 2500 when left out. */
  readonly patienceMs?: number;
  readonly answer: Answer;
  /** Whether addresses say who somebody is; true when left out. In many workspaces anybody's administrator could give any. */
  readonly trustsEmails?: boolean;
  /** Told when Tieline was removed from a workspace, or its token was revoked. */
  readonly onRemoved?: (removal: WorkspaceRemoval) => Promise<void>;
  /** Keeps what Slack does not take in time; it is lost when left out. */
  readonly keepAnswer?: KeepAnswer;
  /** The cards under links; there are none when left out. */
  readonly preview?: PreviewOf;
  /** Everybody's home tab; nobody has one when left out. */
  readonly home?: HomeOf;
  /** Remembers what each home tab shows; it is given back by `renewHome`. */
  readonly noteHome?: NoteHome;
  /** What forms and menus take; without it none opens. */
  readonly forms?: FormHandlers & { readonly title: (text: string) => string | null };
}

/** Slack's way in and out. Makes no request until it is used. */
export interface SlackEdge {
  /** For POST `path`, with the body unread. Never throws; every authentic request gets its 200 at once. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Begins to take requests by Socket Mode, where that is set; returns at once. */
  open(): void;
  /** Takes no more of those, and lets nothing wait any longer for another try. */
  close(): Promise<void>;
  /** Waits for requests and answers under way, at most `timeoutMs`. Stop taking requests before. */
  drain(timeoutMs: number): Promise<void>;
  emailOf: EmailOf;
  readonly people: People;
  /** The outbox's sender for `slack.message`. */
  notices: NoticeSender;
  /** Publishes somebody's home tab anew where it shows something else than `before`. Throws RetryLaterError. */
  renewHome(owner: HomeOwner, before: string | null): Promise<Renewed>;
  ready(): Promise<Readiness>;
}

const PATH = '/slack/events';
const PATIENCE_MS = 2500;

/** Puts the Slack side together; nothing here touches the network. */
export function createSlackEdge(options: SlackEdgeOptions): SlackEdge {
  const { log, path = PATH } = options;
  const logger = boltLogger(log);
  const inFlight = createInFlight();
  const stopping = new AbortController();
  const { signal } = stopping;
  const newIncidentId = options.newIncidentId ?? (() => randomUUID().slice(0, 8));
  const { forms = NO_FORMS, onRemoved = async () => {} } = options;
  const removing = { onRemoved, inFlight, log };
  const answering = (client: SlackClients['interactive']) => {
    const { allowedResponseOrigins = [] } = options;
    const delivery = createReplyDelivery({
      client,
      allowedResponseOrigins,
      log,
      keep: options.keepAnswer ?? null,
      signal,
    });
    const views = createViewAnswering({ ...forms, client, delivery, inFlight, log, newIncidentId });
    return { delivery, views };
  };
  const workspaces = createWorkspaces({
    token: options.botToken,
    apiUrl: options.apiUrl,
    logger,
    log,
    onCall: options.onCall,
    ...(typeof options.botToken !== 'string' && {
      onRefused: createDeadTokens({
        ...removing,
        tokenOf: options.botToken,
        apiUrl: options.apiUrl ?? null,
        clock: options.clock ?? now,
      }),
    }),
    build: ({ interactive, notices }) => ({
      screens: createScreens(interactive, log),
      ...answering(interactive),
      homes: createHomes({
        client: interactive,
        homeOf: options.home ?? null,
        noteHome: options.noteHome ?? (async () => {}),
        inFlight,
        log,
      }),
      emailOf: createUserEmails(interactive, log),
      people: createPeople(interactive, log),
      notices: createNotices(notices),
      // A client of its own: cards wait for answers and notices, not the other way round.
      unfurling: createUnfurling({
        client: notices,
        previewOf: options.preview ?? (async () => null),
        log,
        signal,
      }),
    }),
  });
  const take = createAnswering({
    answer: options.answer,
    formTitle: forms.title,
    waysIn: (teamId) => workspaces.reach(teamId),
    inFlight,
    log,
    newIncidentId,
    patienceMs: options.patienceMs ?? PATIENCE_MS,
  });
  const listening: Omit<BoltSettings, 'path' | 'signingSecret'> = {
    logger,
    clientOptions: clientOptions({ botToken: undefined, apiUrl: options.apiUrl, logger }),
    commandName: options.commandName ?? /^\/crm$/,
    take,
    removed: (body) => {
      const removal = workspaceRemoval(body);
      if (removal !== null) inFlight.track(carryOutRemoval(removal, removing));
    },
    linksShared: (body) =>
      inFlight.track(
        workspaces.of(teamOf(body)).then(
          ({ unfurling }) => unfurling.shared(body),
          (error: unknown) => log.error({ err: loggable(error) }, 'slack: no way to where a link was posted'),
        ),
      ),
    homeOpened: (body) =>
      inFlight.track(
        workspaces.of(teamOf(body)).then(
          ({ isInstalled, homes }) => isInstalled && homes.opened(body),
          (error: unknown) => log.error({ err: loggable(error) }, 'slack: no way to whose home was opened'),
        ),
      ),
    views: {
      submitted: async (body) => {
        const { isInstalled, views, homes } = await workspaces.reach(teamOf(body));
        if (!isInstalled) return { response_action: 'clear' };
        const action = await views.submitted(body);
        homes.acted(body);
        return action;
      },
      options: async (body) => {
        const { isInstalled, views } = await workspaces.reach(teamOf(body));
        return isInstalled ? views.options(body) : { options: [] };
      },
    },
  };
  const socket =
    options.appToken === undefined ? null : createSocket({ ...listening, appToken: options.appToken, log });
  const next = createBoltListener({ ...listening, path, signingSecret: options.signingSecret });
  const ready = createReadiness(
    createClients({
      botToken: typeof options.botToken === 'string' ? options.botToken : undefined,
      apiUrl: options.apiUrl,
      logger,
      onCall: options.onCall,
    }).notices,
    typeof options.botToken === 'string' ? 'token' : 'reach',
  );
  const gate = {
    path,
    signingSecret: options.signingSecret,
    clock: options.clock ?? now,
    log,
    command: (body: object) => {
      const { said, incoming } = readCommand(body, listening.commandName);
      if (incoming !== null) take(incoming);
      return said;
    },
    durable: (body: object) => {
      const removal = workspaceRemoval(body);
      return removal && carryOutRemoval(removal, removing);
    },
    next,
  };
  return {
    handle: (request, response) => {
      // Without a signing secret anybody could sign.
      if (socket !== null || options.signingSecret === '') return void response.writeHead(404).end();
      inFlight.track(receive(request, response, gate));
    },
    open: () => socket?.open(),
    close: async () => {
      await socket?.close();
      stopping.abort();
    },
    async drain(timeoutMs) {
      const left = await inFlight.drain(timeoutMs);
      if (left > 0) log.warn({ left }, 'slack: stopped with answers still under way');
    },
    emailOf: async (teamId, userId) =>
      options.trustsEmails === false ? null : (await workspaces.of(teamId)).emailOf(teamId, userId),
    people: {
      nameOf: async (teamId, userId) => (await workspaces.of(teamId)).people.nameOf(teamId, userId),
      tell: async (teamId, userId, reply) => (await workspaces.of(teamId)).people.tell(teamId, userId, reply),
    },
    notices: async (notice) => {
      const { isInstalled, notices } = await workspaces.of(teamOfNotice(notice));
      if (!isInstalled) throw new ChannelGoneError(REMOVED, 'Tieline is not installed there', undefined);
      return notices(notice);
    },
    renewHome: async (owner, before) => {
      const { isInstalled, homes } = await workspaces.of(owner.teamId);
      return isInstalled ? homes.renew(owner, before) : 'unchanged';
    },
    ready: async () => {
      const line = socket?.readiness();
      return line?.ok === false ? line : ready();
    },
  };
}

const REMOVED = 'the app was removed from the workspace';

const NO_FORMS: NonNullable<SlackEdgeOptions['forms']> = {
  title: () => null,
  submit: async () => {
    throw new Error('there are no forms');
  },
  suggest: async () => [],
};

const now = (): Date => new Date();
