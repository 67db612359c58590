import { randomBytes } from 'node:crypto';
import type { Json, Surface, Violation } from './block-kit/checks.ts';
import { validateBlocks } from './block-kit/validate-blocks.ts';
import { DEFAULT_SCOPES, type FakeSlackOptions, type FakeSlackUser } from './options.ts';
import type { SlackChannel, SlackMessage, SlackState, SlackUser } from './state.ts';

/** A broken rule and where it came in. */
export interface RecordedViolation extends Violation {
  /** The API method, or `command_ack`, `response_url`, `view_ack`, `options_ack`. */
  via: string;
  surface: Surface;
  payload: unknown;
}

/** One call that the app made. Tokens are left out. */
export interface ApiRequest {
  id: number;
  at: number;
  method: string;
  args: Json;
  status: number;
  ok: boolean;
  error: string | null;
}

/** One request that Slack made to the app, and how it was answered. */
export interface Interaction {
  id: number;
  at: number;
  /** slash_command, block_actions, view_submission, view_closed, block_suggestion, shortcut, message_action, or the event's type. */
  kind: string;
  user: string | null;
  payload: Json;
  status: number | null;
  ackMs: number;
  body: unknown;
  error: string | null;
}

/** What listeners hear as it happens. */
export type SlackChange =
  | { kind: 'message' | 'message_changed' | 'message_deleted'; message: SlackMessage }
  | { kind: 'views' | 'home'; user: string }
  | { kind: 'channel'; channel: string }
  | { kind: 'request'; request: ApiRequest }
  | { kind: 'interaction'; interaction: Interaction }
  | { kind: 'violation'; violation: RecordedViolation }
  | { kind: 'idle' };

const MAX_LOG = 5000;

/** The workspace's state with its ids, its log books and its listeners. Holds no rules of the API. */
export class Workspace {
  readonly options: FakeSlackOptions;
  readonly state: SlackState;
  readonly now: () => number;
  readonly appId: string;
  readonly scopes: ReadonlySet<string>;
  readonly requests: ApiRequest[] = [];
  readonly interactions: Interaction[] = [];
  readonly violations: RecordedViolation[] = [];
  /** Set once the server listens. */
  url = '';
  #listeners = new Set<(change: SlackChange) => void>();
  #busy = 0;
  #saving = false;

  constructor(options: FakeSlackOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.appId = options.bot.appId ?? 'A0SANDBOX';
    this.scopes = new Set(options.bot.scopes ?? DEFAULT_SCOPES);
    this.state = startingState(options);
  }

  /** A ts later than any before it, also across restarts. */
  nextTs(): string {
    const micros = Math.max(this.now() * 1000, this.state.lastTs + 1);
    this.state.lastTs = micros;
    return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
  }

  /** An id like Slack's: a capital prefix and capitals and digits. */
  nextId(prefix: string): string {
    this.state.lastId += 1;
    const serial = this.state.lastId.toString(36).toUpperCase().padStart(4, '0');
    return `${prefix}0${serial}${randomBytes(3).toString('hex').toUpperCase()}`;
  }

  user(id: string): SlackUser | undefined {
    return this.state.users.find((user) => user.id === id);
  }

  channel(id: string): SlackChannel | undefined {
    return this.state.channels.find((channel) => channel.id === id);
  }

  /** The direct conversation between a person and the bot, opened if need be. */
  directChannel(userId: string): SlackChannel {
    const bot = this.options.bot.userId;
    const known = this.state.channels.find(
      (channel) => channel.kind === 'im' && channel.members.includes(userId),
    );
    if (known) return known;
    const opened: SlackChannel = {
      id: `D${userId.slice(1)}`,
      name: 'directmessage',
      topic: '',
      kind: 'im',
      members: [userId, bot],
      archived: false,
    };
    this.state.channels.push(opened);
    this.emit({ kind: 'channel', channel: opened.id });
    return opened;
  }

  subscribe(listener: (change: SlackChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the listeners, and soon after whoever keeps the state. */
  emit(change: SlackChange): void {
    for (const listener of [...this.#listeners]) listener(change);
    const { onChange } = this.options;
    if (!onChange || this.#saving) return;
    this.#saving = true;
    setImmediate(() => {
      this.#saving = false;
      onChange(structuredClone(this.state));
    });
  }

  /** Counts a request as under way until the function it returns is called. */
  begin(): () => void {
    this.#busy += 1;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.#busy -= 1;
      if (this.#busy === 0) this.emit({ kind: 'idle' });
    };
  }

  get busy(): boolean {
    return this.#busy > 0;
  }

  logRequest(request: Omit<ApiRequest, 'id' | 'at'>): void {
    const entry = { id: (this.requests.at(-1)?.id ?? 0) + 1, at: this.now(), ...request };
    this.requests.push(entry);
    if (this.requests.length > MAX_LOG) this.requests.shift();
    this.emit({ kind: 'request', request: entry });
  }

  logInteraction(interaction: Omit<Interaction, 'id' | 'at'>): void {
    const entry = { id: (this.interactions.at(-1)?.id ?? 0) + 1, at: this.now(), ...interaction };
    this.interactions.push(entry);
    if (this.interactions.length > MAX_LOG) this.interactions.shift();
    this.emit({ kind: 'interaction', interaction: entry });
  }

  /** Checks a payload, records everything found, and gives back what Slack would refuse it for. */
  inspect(via: string, surface: Surface, payload: unknown): Violation[] {
    return this.record(via, surface, payload, validateBlocks(surface, payload));
  }

  record(via: string, surface: Surface, payload: unknown, found: Violation[]): Violation[] {
    for (const violation of found) {
      const entry = { ...violation, via, surface, payload };
      this.violations.push(entry);
      this.options.log?.(`slack sandbox: ${via} ${violation.path}: ${violation.message}`);
      this.emit({ kind: 'violation', violation: entry });
    }
    return found.filter((violation) => violation.refused);
  }
}

function startingState(options: FakeSlackOptions): SlackState {
  const state: SlackState = options.state
    ? structuredClone(options.state)
    : {
        version: 1,
        lastTs: 0,
        lastId: 0,
        users: [],
        channels: [],
        messages: [],
        views: {},
        homes: {},
        responseUrls: [],
      };
  const known = new Set([...state.users, ...state.channels].map((entry) => entry.id));
  const bot = { id: options.bot.userId, name: 'tieline', realName: 'Tieline', isBot: true };
  const users: readonly FakeSlackUser[] = options.users.some((user) => user.id === bot.id)
    ? options.users
    : [...options.users, bot];
  for (const user of users.filter((entry) => !known.has(entry.id))) {
    state.users.push({
      id: user.id,
      name: user.name,
      realName: user.realName ?? user.name,
      email: user.email ?? null,
      isBot: user.isBot ?? user.id === options.bot.userId,
      deleted: false,
    });
  }
  for (const channel of options.channels.filter((entry) => !known.has(entry.id))) {
    state.channels.push({
      id: channel.id,
      name: channel.name,
      topic: channel.topic ?? '',
      kind: channel.isPrivate ? 'private' : 'public',
      members: [...(channel.members ?? users.map((user) => user.id))],
      archived: channel.isArchived ?? false,
    });
  }
  return state;
}
