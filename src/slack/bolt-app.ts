import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { App, type BufferedIncomingMessage, HTTPReceiver, type Logger, LogLevel } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { ViewAnswering } from './answer-views.ts';
import { fromShortcut } from './shortcuts.ts';
import { fromButton, fromCommand, fromMention, type Incoming } from './slack-request.ts';

export interface BoltSettings {
  readonly path: string;
  readonly signingSecret: string;
  readonly logger: Logger;
  readonly clientOptions: WebClientOptions;
  /** Which slash commands are ours. */
  readonly commandName: RegExp;
  /** Takes a request to answer in the background. Must not throw. */
  readonly take: (incoming: Incoming) => void;
  readonly views: ViewAnswering;
  /** Takes an `app_home_opened`. Must not throw. */
  readonly homeOpened: (body: unknown) => void;
  /** Takes a `link_shared`. Must not throw. */
  readonly linksShared: (body: unknown) => void;
  /** Takes an event about the installation itself. Must not throw. */
  readonly removed: (body: unknown) => void;
}

const ANYTHING = /[\s\S]*/;
/** Slack shows people an error after 3 s; no request of ours may come near. */
const UNACKED_MS = 400;
/** Forms and menus are answered with what came of them, which may take until just before that. */
const ANSWERED_LATE = /"type":"(?:view_submission|block_suggestion)"/;
const LATE_MS = 2300;
const APOLOGY = 'Something went wrong on our side. Try again in a moment.';

/**
 * Bolt as a reader of Slack's requests: hand it one whose signature was verified and whose body is in `rawBody`.
 * Bolt runs every listener for every request, so there is one per kind, and each acknowledges before anything else.
 */
export function createBoltListener(settings: BoltSettings): RequestListener {
  const receiver = new HTTPReceiver({
    signingSecret: settings.signingSecret,
    // Checked before a request gets here, with a bound on both sides: Bolt takes any time in the future.
    signatureVerification: false,
    endpoints: [settings.path],
    logger: settings.logger,
    unhandledRequestTimeoutMillis: UNACKED_MS,
    unhandledRequestHandler: ({ request, response }) => {
      const raw = new URLSearchParams((request as BufferedIncomingMessage).rawBody?.toString() ?? '');
      if (ANSWERED_LATE.test(raw.get('payload') ?? '')) {
        setTimeout(() => settle(request, response), LATE_MS).unref();
      } else settle(request, response);
    },
    processEventErrorHandler: async ({ error, logger, request, response }) => {
      logger.error('a request could not be read', error);
      settle(request, response);
      return true;
    },
  });
  const app = new App({
    receiver,
    logger: settings.logger,
    logLevel: LogLevel.INFO,
    convoStore: false,
    tokenVerificationEnabled: false,
    clientOptions: settings.clientOptions,
    // Bolt's own client is not used: whose token a call is made with is ours to keep apart.
    authorize: async () => ({}),
  });
  listenWith(app, settings);
  return receiver.requestListener;
}

/** What a slash command asks for, and what is said to it at once; null for nothing. */
export function readCommand(
  body: object,
  commandName: RegExp,
): { said: { response_type: 'ephemeral'; text: string } | null; incoming: Incoming | null } {
  const say = (text: string) => ({ said: { response_type: 'ephemeral' as const, text }, incoming: null });
  const { command } = body as { command?: unknown };
  if (typeof command !== 'string' || !commandName.test(command)) {
    return say('That command is not one of mine. Try /crm help.');
  }
  const incoming = fromCommand(body);
  return incoming === null ? say(APOLOGY) : { said: null, incoming };
}

/** One listener a kind, the same whichever way requests come. */
export function listenWith(
  app: App,
  {
    commandName,
    take,
    views,
    removed,
    homeOpened,
    linksShared,
  }: Omit<BoltSettings, 'path' | 'signingSecret'>,
): void {
  const takeIfRead = (incoming: Incoming | null) => {
    if (incoming !== null) take(incoming);
  };
  // Over HTTP they are taken before Bolt; by Socket Mode they come here.
  app.command(ANYTHING, async ({ ack, body }) => {
    const { said, incoming } = readCommand(body, commandName);
    await ack(said ?? undefined);
    takeIfRead(incoming);
  });
  app.action(ANYTHING, async ({ ack, body }) => {
    await ack();
    takeIfRead(fromButton(body));
  });
  app.event('app_home_opened', async ({ body }) => homeOpened(body));
  app.event('app_mention', async ({ body }) => takeIfRead(fromMention(body)));
  app.event('app_uninstalled', async ({ body }) => removed(body));
  app.event('link_shared', async ({ body }) => linksShared(body));
  app.event('tokens_revoked', async ({ body }) => removed(body));
  app.options(ANYTHING, async ({ ack, body }) => ack((await views.options(body)) as never));
  app.shortcut(ANYTHING, async ({ ack, body }) => {
    await ack();
    takeIfRead(fromShortcut(body));
  });
  app.view(ANYTHING, async ({ ack, body }) => {
    const action = await views.submitted(body);
    await (action === undefined ? ack() : ack(action));
  });
  app.view({ callback_id: ANYTHING, type: 'view_closed' }, async ({ ack }) => ack());
}

/** Acknowledges what nothing else did: an authentic request always gets 200, and a command a word. */
function settle(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) return;
  const raw = (request as BufferedIncomingMessage).rawBody?.toString() ?? '';
  const isCommand = new URLSearchParams(raw).has('command');
  response.writeHead(200, isCommand ? { 'content-type': 'application/json' } : {});
  response.end(isCommand ? JSON.stringify({ response_type: 'ephemeral', text: APOLOGY }) : undefined);
}
