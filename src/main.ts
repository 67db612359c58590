import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { type Logger, pino } from 'pino';
import { answerComment, mayHoldCommands } from './commands/answer-comment.ts';
import type { PlatformConfig, ServerConfig } from './config.ts';
import type { Tx } from './db/client.ts';
import { createInbox } from './delivery/inbox.ts';
import type { Pace } from './delivery/pacer.ts';
import { startWorker, type Worker } from './delivery/worker.ts';
import { gitLabUserId } from './domain/ids.ts';
import { createAwardSender } from './gitlab/award-sender.ts';
import { createGitLabClient } from './gitlab/client/client.ts';
import { createDirectory } from './gitlab/directory.ts';
import { createIssueFinder } from './gitlab/find-issue.ts';
import { createDeliveryHandler } from './gitlab/handle-delivery.ts';
import { hookRoutes } from './gitlab/hooks.ts';
import { notePace } from './gitlab/note-pace.ts';
import { watchPlaces } from './gitlab/place-watch.ts';
import { GITLAB_AWARD_KIND, GITLAB_REPLY_KIND } from './gitlab/reply-message.ts';
import { createReplySender } from './gitlab/reply-sender.ts';
import type { ServiceDeps } from './services/deps.ts';
import { HOME_KIND } from './services/home/shown-homes.ts';
import { followMoves } from './services/issues/follow-moves.ts';
import { recordIssue } from './services/issues/open-issue.ts';
import { NOTICE_EDIT_KIND } from './services/notices/edit-notices.ts';
import {
  knownPlace,
  settleGroupPlace,
  settleProjectPlace,
  settleRemoval,
} from './services/places/settle-place.ts';
import { SYSTEM_NOTE_KIND } from './services/transfers/move-issue.ts';
import { createSlackEdge, type SlackEdge } from './slack/edge.ts';
import { issueCatchUp } from './start/catch-up.ts';
import { connectPages, connectPort } from './start/connect.ts';
import { customerPages } from './start/customer-pages.ts';
import { tellFailedHook } from './start/failed-deliveries.ts';
import { createGraphql } from './start/graphql.ts';
import { type CheckHealth, createHealth, startHealth } from './start/health.ts';
import { homeSender } from './start/homes.ts';
import { KEPT_ANSWER_KIND, keptAnswerSender } from './start/kept-answers.ts';
import { laneRule } from './start/lanes.ts';
import { createMetrics } from './start/metrics.ts';
import { missedHooks, storeSingly } from './start/missed-hooks.ts';
import { newProjectParts, projectMet } from './start/new-projects.ts';
import { NOTICE_FOLDING, noticeEditor, noticeSender } from './start/notices.ts';
import { createReadiness } from './start/readiness.ts';
import { rememberSuccess } from './start/remember-success.ts';
import { enqueueReply } from './start/reply-row.ts';
import { startRetention } from './start/retention.ts';
import { createServer } from './start/server.ts';
import { slackAnswers } from './start/slack-answers.ts';
import { openStore, type Store } from './start/store.ts';
import { createSweep, type RunSweep, startSweeper } from './start/sweeper.ts';
import { systemNoteSender } from './start/system-notes.ts';
import { slackWorkspaces } from './start/workspaces.ts';

export interface TielineOptions {
  readonly server: ServerConfig;
  readonly platforms: PlatformConfig;
  /** Whether pending migrations are applied at start; the embedded database's always are. */
  readonly migrates: boolean;
  /** The most notes it makes on GitLab; what GitLab's own limit leaves room for. */
  readonly notePace?: Pace;
  /** Whether it looks daily at what it depends on, as `tieline doctor` does. */
  readonly checksHealth?: boolean;
  /** Opened already, by a caller that must hold the data before it starts anything else; closed with the rest. */
  readonly store?: Store;
  /** More routes for the HTTP server: the sandbox's page. */
  readonly plugins?: (app: RunningParts) => readonly FastifyPluginAsync[];
  /** Done before the server listens: the sandbox's seeding. */
  readonly prepare?: (parts: RunningParts) => Promise<void>;
  readonly log?: Logger;
  readonly now?: () => Date;
}

/** What is up before the server listens. */
export interface RunningParts {
  readonly services: ServiceDeps;
  readonly worker: Worker;
  readonly store: Store;
}

/** A running Tieline. */
export interface Tieline extends RunningParts {
  /** Where it listens. */
  readonly url: string;
  readonly slack: SlackEdge;
  /** Compares with GitLab what webhooks may not have told, and mends it. */
  readonly sweep: RunSweep;
  /** Looks at everything Tieline depends on, and tells what changed to those who asked for it. */
  readonly checkHealth: CheckHealth;
  /** Takes nothing new, finishes what is under way, closes everything: within ten seconds. */
  stop(): Promise<void>;
}

/** Of the ten seconds that stopping may take. */
const DRAIN_MS = 4_000;

/** The log of this process, JSON lines on standard error. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

/**
 * Builds every part, wires them and listens. When one cannot start, what was started before it is stopped again
 * and the error comes out.
 */
export async function startTieline(options: TielineOptions): Promise<Tieline> {
  const log = options.log ?? createLog(options.server.logLevel ?? 'info');
  const store =
    options.store ??
    (await openStore({ ...options.server, migrates: options.migrates, log: (message) => log.info(message) }));
  const parts = build(options, store, log);
  try {
    const server = await createServer({
      log,
      slack: parts.slack.handle,
      readiness: parts.readiness,
      plugins: [
        parts.hooks,
        parts.metrics.routes,
        parts.graphql,
        parts.connect,
        parts.workspaces.routes,
        customerPages,
        ...(options.plugins?.(parts) ?? []),
      ],
    });
    await options.prepare?.(parts);
    const url = await listen(server, options.server);
    parts.address.url ||= url;
    parts.slack.open();
    const stopSweeping = startSweeper(parts.sweep, options.server.sweepIntervalMs ?? 0, log);
    const stopChecking = options.checksHealth ? startHealth(parts.checkHealth, log) : async () => {};
    const stopForgetting = startRetention(store.database, { keepMs: options.server.keepBodiesMs, log });
    return {
      ...parts,
      url,
      stop: stopping({ server, log, endings: [stopSweeping, stopForgetting, stopChecking], ...parts }),
    };
  } catch (error) {
    await parts.worker.stop({ timeoutMs: 0 });
    await store.close();
    throw error;
  }
}

async function listen(server: FastifyInstance, { host, port }: ServerConfig): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw error;
  }
}

function build(options: TielineOptions, store: Store, log: Logger) {
  const { platforms, now = () => new Date() } = options;
  /** Where browsers are sent back to; without PUBLIC_URL where the server turns out to listen. */
  const address = { url: options.server.publicUrl ?? '' };
  const { database } = store;
  const metrics = createMetrics(database);
  const client = createGitLabClient({
    url: platforms.gitlab.url,
    token: platforms.gitlab.token,
    adminToken: platforms.gitlab.adminToken ?? undefined,
    log,
    onCall: metrics.gitlabCall,
  });
  const directory = createDirectory({
    client,
    clock: () => now().getTime(),
    onAnswer: metrics.directoryAnswer,
  });
  const services: ServiceDeps = {
    database,
    directory,
    instanceUrl: platforms.gitlab.url,
    now,
    ...(options.server.publicUrl !== null && { publicUrl: options.server.publicUrl }),
    ...connectPort(platforms.gitlab, () => address.url),
  };
  const botUser = rememberSuccess(async () => {
    const { id, username } = await client.currentUser();
    return { id: gitLabUserId(id), username };
  });
  const workspaces = slackWorkspaces({ slack: platforms.slack, services, publicUrl: () => address.url, log });
  const slack: SlackEdge = createSlackEdge({
    signingSecret: platforms.slack.signingSecret,
    ...(platforms.slack.appToken !== undefined && { appToken: platforms.slack.appToken }),
    botToken: workspaces.botToken,
    onRemoved: workspaces.onRemoved,
    onCall: metrics.slackCall,
    trustsEmails: workspaces.installations === null,
    ...(platforms.slack.apiUrl === null
      ? {}
      : { apiUrl: platforms.slack.apiUrl, allowedResponseOrigins: [new URL(platforms.slack.apiUrl).origin] }),
    log,
    ...slackAnswers({
      services,
      emailOf: ({ teamId, slackUserId }) => slack.emailOf(teamId, slackUserId),
      publicUrl: () => address.url,
      botName: () => botName(),
      wake: () => worker.wake(),
    }),
  });
  /** For usage lines: a Slack command must not fail because GitLab did not say the bot's name. */
  const botName = async (): Promise<string> => (await botUser().catch(() => null))?.username ?? 'tieline';
  const handle = createDeliveryHandler<Tx>({
    client,
    directory,
    botUser,
    mayHoldCommands,
    answerComment: async (comment) =>
      answerComment({ services, botUsername: (await botUser()).username }, comment),
    recordIssue: (issue) => recordIssue(services, issue),
    followMoves: (issue) => followMoves(services, createIssueFinder({ client, directory }), issue),
    catchUp: issueCatchUp({ client, directory, services, botUser }),
    enqueueReply,
    log,
  });
  const newProjects = newProjectParts(platforms.gitlab, services);
  const watched = watchPlaces(
    {
      directory,
      known: (place) => knownPlace(services, place),
      settleGroup: (hierarchy) => settleGroupPlace(services, hierarchy),
      settleProject: (project) => settleProjectPlace(services, project),
      settleRemoval: (place) => settleRemoval(services, place),
      projectMet: projectMet({ ...newProjects, directory }, log),
    },
    handle,
  );
  const replies = createReplySender({ client, log });
  const worker = startWorker({
    database,
    log,
    handlers: {
      gitlab: metrics.timed({ work: 'handle', kind: 'gitlab' }, watched),
      'gitlab-system': metrics.timed({ work: 'handle', kind: 'gitlab-system' }, watched),
    },
    senders: {
      [GITLAB_REPLY_KIND]: metrics.timed({ work: 'send', kind: GITLAB_REPLY_KIND }, replies),
      [SYSTEM_NOTE_KIND]: systemNoteSender(replies),
      [GITLAB_AWARD_KIND]: createAwardSender(client),
      'slack.notice': metrics.timed({ work: 'send', kind: 'slack.notice' }, noticeSender(slack, services)),
      [NOTICE_EDIT_KIND]: metrics.timed(
        { work: 'send', kind: NOTICE_EDIT_KIND },
        noticeEditor(slack, services),
      ),
      [HOME_KIND]: homeSender(slack, services),
      [KEPT_ANSWER_KIND]: keptAnswerSender(slack, services.now),
    },
    onDeliveryFailed: tellFailedHook,
    paces: { gitlab: options.notePace ?? notePace(platforms.gitlab.url) },
    folds: { 'slack.notice': NOTICE_FOLDING },
    lanes: laneRule,
  });
  const inbox = createInbox({ database, log, onStored: () => worker.wake() });
  const hooks = hookRoutes({
    webhookSecret: platforms.gitlab.webhookSecret,
    signingTokens: platforms.gitlab.signingTokens,
    systemHookSecret: platforms.gitlab.systemHookSecret ?? undefined,
    instanceUrl: platforms.gitlab.url,
    store: async (delivery) => {
      await inbox.store(delivery);
      metrics.received();
    },
    wake: () => worker.wake(),
  });
  const graphql = createGraphql({
    services,
    findIssue: createIssueFinder({ client, directory }),
    log,
    onCall: metrics.gitlabCall,
  });
  const readiness = createReadiness({
    database,
    slack: () => slack.ready(),
    // Not the name that is remembered: a token can stop working.
    botUser: () => client.currentUser(),
  });
  const sweep = createSweep({
    client,
    services,
    botUser,
    missed: missedHooks({
      gitlab: platforms.gitlab,
      publicUrl: options.server.publicUrl,
      store: storeSingly(database),
    }),
    newProjects,
    onMended: () => {
      directory.forget({ userId: null, placesChanged: true });
      worker.wake();
    },
  });
  const checkHealth = createHealth({ ...options, services, log });
  const connect = connectPages(services, slack);
  return {
    services,
    store,
    worker,
    slack,
    hooks,
    metrics,
    graphql,
    readiness,
    sweep,
    checkHealth,
    connect,
    workspaces,
    address,
  };
}

interface Stoppable {
  readonly server: FastifyInstance;
  readonly slack: SlackEdge;
  readonly worker: Worker;
  readonly store: Store;
  /** What runs on timers. */
  readonly endings: readonly (() => Promise<void>)[];
  readonly log: Logger;
}

/** In order: no new requests, answers under way, work under way, the database. A second call waits for the first. */
function stopping({ server, slack, worker, store, endings, log }: Stoppable): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  return () => {
    stopped ??= (async () => {
      const closing = server.close();
      const timersEnd = endings.map((end) => end());
      await slack.close();
      await slack.drain(DRAIN_MS);
      const { abandoned } = await worker.stop({ timeoutMs: DRAIN_MS });
      if (abandoned > 0)
        log.warn({ abandoned }, 'stopped with work under way; it is taken up at the next start');
      await Promise.all([closing, ...timersEnd]);
      await store.close();
    })();
    return stopped;
  };
}
