import fastify from 'fastify';
import { addRoutes } from './api/routes.ts';
import type { Json } from './block-kit/checks.ts';
import { Delivery, type Outcome, type SignedRequest } from './delivery.ts';
import { Faults } from './faults.ts';
import type { FakeSlackOptions } from './options.ts';
import { Events } from './people/events.ts';
import { Person } from './people/person.ts';
import type { ShownView, SlackChannel, SlackMessage, SlackState, SlackUser } from './state.ts';
import { Triggers } from './triggers.ts';
import { stackOf } from './views.ts';
import {
  type ApiRequest,
  type Interaction,
  type RecordedViolation,
  type SlackChange,
  Workspace,
} from './workspace.ts';

const WAIT_MS = 5000;
const MAX_BODY = 8 * 1024 * 1024;

/** A make-believe Slack that listens. Times out, refuses and forgets as Slack does. */
export interface FakeSlack {
  readonly url: string;
  /** For the SDK's slackApiUrl. */
  readonly apiUrl: string;
  readonly signingSecret: string;
  readonly team: FakeSlackOptions['team'];
  users(): readonly SlackUser[];
  /** Direct conversations included. */
  channels(): readonly SlackChannel[];
  /** Says who is in a channel beside the bot. */
  setMembers(channel: string, userIds: readonly string[]): void;
  /** Somebody in front of Slack, by id. */
  as(userId: string): Person;
  /** Every message in order, deleted ones marked as such. Entries do not change once given out. */
  messages(): readonly SlackMessage[];
  /** The modals a person has open, the top one last. */
  views(userId: string): readonly ShownView[];
  /** The homes that were published, by user id. */
  homes(): Readonly<Record<string, ShownView>>;
  /** The first message, there already or still to come, that the predicate takes. Rejects after `timeoutMs` (5000). */
  waitForMessage(predicate: (message: SlackMessage) => boolean, timeoutMs?: number): Promise<SlackMessage>;
  /** The top modal of a person once the predicate takes it. */
  waitForView(
    userId: string,
    predicate?: (view: ShownView) => boolean,
    timeoutMs?: number,
  ): Promise<ShownView>;
  /** Whatever `read` gives once it is not undefined; read again at every change. */
  waitFor<T>(read: () => T | undefined, timeoutMs?: number): Promise<T>;
  /** Resolves when no request is under way, in or out. Work an app does between two requests is not seen. */
  idle(): Promise<void>;
  subscribe(listener: (change: SlackChange) => void): () => void;
  requests(): readonly ApiRequest[];
  interactions(): readonly Interaction[];
  violations(): readonly RecordedViolation[];
  /** 429 with Retry-After for the next calls of a method; `response_url` stands for the response addresses. */
  rateLimit(method: string, options: { times?: number; retryAfterSec: number }): void;
  /** The next calls of a method get an HTTP status or `ok: false` with an error; nothing is done. */
  fail(method: string, options: { status?: number; error?: string; times?: number }): void;
  /** The next call of a method waits until the function this gives is called; its work is done then, unless the caller has left. */
  hang(method: string): () => void;
  /** The next calls of a method do their work, then the connection is cut. */
  dropResponse(method: string, options?: { times?: number }): void;
  /** Sends an event of any kind to the app. */
  sendEvent(event: Json): Promise<Outcome | null>;
  /** Slack's question whether the request address is the app's. */
  verifyRequestUrl(): Promise<Outcome>;
  lastRequest(): SignedRequest | undefined;
  /** Sends the very same signed request again; shows nobody what comes back. */
  replay(request?: SignedRequest): Promise<Outcome>;
  state(): SlackState;
  close(): Promise<void>;
}

/** Starts a Slack workspace on a real HTTP server. */
export async function startFakeSlack(options: FakeSlackOptions): Promise<FakeSlack> {
  const workspace = new Workspace(options);
  const faults = new Faults();
  const triggers = new Triggers(workspace);
  const delivery = new Delivery(workspace);
  const events = new Events(workspace, delivery);
  const server = fastify({ bodyLimit: MAX_BODY, forceCloseConnections: true, logger: false });
  addRoutes(server, { workspace, triggers }, faults);
  const address = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  workspace.url = options.publicUrl ?? address;
  const around = { workspace, triggers, delivery, events, loaded: new Map<string, Json[]>() };
  return {
    url: workspace.url,
    apiUrl: `${workspace.url}/api/`,
    signingSecret: options.signingSecret,
    team: options.team,
    rateLimit: (method, limit) => faults.rateLimit(method, limit),
    fail: (method, fault) => faults.fail(method, fault),
    hang: (method) => faults.hang(method),
    dropResponse: (method, drop) => faults.dropResponse(method, drop),
    as: (userId) => new Person(userId, around),
    setMembers: (name, userIds) => {
      const channel = workspace.state.channels.find((row) => row.name === name || row.id === name);
      if (!channel) throw new Error(`there is no channel ${name}`);
      channel.members = [options.bot.userId, ...userIds];
      workspace.emit({ kind: 'channel', channel: channel.id });
    },
    ...readers(workspace),
    ...waiting(workspace),
    ...senders(workspace, delivery, events),
    async close() {
      faults.clear();
      delivery.close();
      await server.close();
    },
  };
}

function readers(workspace: Workspace) {
  return {
    users: () => [...workspace.state.users],
    channels: () => [...workspace.state.channels],
    messages: () => [...workspace.state.messages],
    views: (userId: string) => stackOf(workspace, userId),
    homes: () => ({ ...workspace.state.homes }),
    requests: () => [...workspace.requests],
    interactions: () => [...workspace.interactions],
    violations: () => [...workspace.violations],
    subscribe: (listener: (change: SlackChange) => void) => workspace.subscribe(listener),
    state: () => structuredClone(workspace.state),
  };
}

function waiting(workspace: Workspace) {
  const waitFor = <T>(read: () => T | undefined, timeoutMs = WAIT_MS): Promise<T> =>
    new Promise((resolve, reject) => {
      const first = read();
      if (first !== undefined) return resolve(first);
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        stop();
        end();
      };
      const stop = workspace.subscribe(() => {
        const found = read();
        if (found !== undefined) finish(() => resolve(found));
      });
      const timer = setTimeout(() => {
        finish(() => reject(new Error(`not seen within ${timeoutMs} ms; last seen:\n${lately(workspace)}`)));
      }, timeoutMs);
    });
  return {
    waitFor,
    waitForMessage: (predicate: (message: SlackMessage) => boolean, timeoutMs?: number) =>
      waitFor(() => workspace.state.messages.find(predicate), timeoutMs),
    waitForView: (userId: string, predicate: (view: ShownView) => boolean = () => true, timeoutMs?: number) =>
      waitFor(() => stackOf(workspace, userId).slice(-1).find(predicate), timeoutMs),
    idle: () => waitFor(() => (workspace.busy ? undefined : true), 60_000).then(() => undefined),
  };
}

function senders(workspace: Workspace, delivery: Delivery, events: Events) {
  return {
    sendEvent: (event: Json) => events.send(event, null),
    lastRequest: () => delivery.last,
    replay(request = delivery.last) {
      if (!request) throw new Error('nothing was sent yet that could be sent again');
      return delivery.replay(request);
    },
    verifyRequestUrl() {
      const payload = {
        type: 'url_verification',
        token: 'sandbox-verification-token',
        challenge: workspace.nextId('C'),
      };
      return delivery.send({
        kind: 'url_verification',
        user: null,
        payload,
        body: JSON.stringify(payload),
        contentType: 'application/json',
      });
    },
  };
}

function lately(workspace: Workspace): string {
  const lines = workspace.state.messages
    .slice(-5)
    .map(({ via, visibility, text }) => `  ${via} (${visibility}): ${text.slice(0, 200)}`);
  const calls = workspace.requests
    .slice(-5)
    .map(({ method, error }) => `  ${method}${error ? `: ${error}` : ''}`);
  return [...lines, ...calls].join('\n') || '  nothing';
}
