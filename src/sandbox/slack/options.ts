import type { SlackState } from './state.ts';

export interface FakeSlackUser {
  id: string;
  /** The short name, as in @name. */
  name: string;
  realName?: string;
  email?: string | null;
  isBot?: boolean;
}

interface FakeSlackChannel {
  id: string;
  name: string;
  topic?: string;
  isPrivate?: boolean;
  isArchived?: boolean;
  /** User ids; everybody including the bot when left out. */
  members?: readonly string[];
}

/** What a make-believe Slack is made of. */
export interface FakeSlackOptions {
  team: { id: string; name: string; domain: string };
  users: readonly FakeSlackUser[];
  channels: readonly FakeSlackChannel[];
  bot: { userId: string; botId: string; token: string; appId?: string; scopes?: readonly string[] };
  signingSecret: string;
  /** Where the app listens for commands, interactivity, options and events. */
  requestUrl: string | (() => string);
  host?: string;
  port?: number;
  /** Where others reach this server; its own host and port when left out. */
  publicUrl?: string;
  /** Slash commands that exist; `/crm` alone when left out. */
  commands?: readonly string[];
  /** Event types that the app subscribed to; those of the manifest plus messages when left out. */
  subscribedEvents?: readonly string[];
  /** Which addresses the app unfurls; issue pages when left out. */
  unfurls?: (url: URL) => boolean;
  /** A state given out earlier by `state()`; users and channels of the options are added where missing. */
  state?: SlackState;
  /** Told after changes, several at once where they come together. */
  onChange?: (state: SlackState) => void;
  log?: (line: string) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How long a person waits for an acknowledgement; Slack's 3 s when left out. */
  ackTimeoutMs?: number;
  /** When an event is sent again after a failed attempt; Slack's: at once, a minute, five minutes. */
  eventRetryDelaysMs?: readonly number[];
}

/** The bot scopes that a workspace grants unless told otherwise. */
export const DEFAULT_SCOPES: readonly string[] = [
  'app_mentions:read',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'links:read',
  'links:write',
  'users:read',
  'users:read.email',
];
