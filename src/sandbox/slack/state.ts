import type { Json } from './block-kit/checks.ts';

/** A person or bot of the workspace. `email` is null where Slack shows none. */
export interface SlackUser {
  id: string;
  name: string;
  realName: string;
  email: string | null;
  isBot: boolean;
  deleted: boolean;
}

export interface SlackChannel {
  id: string;
  name: string;
  topic: string;
  kind: 'public' | 'private' | 'im';
  members: string[];
  archived: boolean;
}

/** By which door a message came in. `slack_error` is what Slack itself tells a person when the app fails. */
export type MessageVia =
  | 'person'
  | 'command_ack'
  | 'response_url'
  | 'chat.postMessage'
  | 'chat.postEphemeral'
  | 'slack_error';

export interface SlackMessage {
  ts: string;
  channel: string;
  /** The one person who sees an ephemeral message; null for public ones. */
  user: string | null;
  author: string;
  text: string;
  blocks: Json[];
  attachments: Json[];
  visibility: 'public' | 'ephemeral';
  via: MessageVia;
  thread_ts?: string;
  metadata?: Json;
  client_msg_id?: string;
  /** The instant of the last edit, as a ts. */
  edited?: string;
  deleted?: boolean;
  /** What chat.unfurl attached, by address. */
  unfurls?: Json;
}

export type ViewState = Record<string, Record<string, Json>>;

/** A view as Slack's API gives it. */
export interface ViewWire {
  id: string;
  team_id: string;
  type: 'modal' | 'home';
  blocks: Json[];
  private_metadata: string;
  callback_id: string;
  external_id: string;
  state: { values: ViewState };
  hash: string;
  title: Json | null;
  submit: Json | null;
  close: Json | null;
  clear_on_close: boolean;
  notify_on_close: boolean;
  previous_view_id: string | null;
  root_view_id: string | null;
  app_id: string;
  app_installed_team_id: string;
  bot_id: string;
}

/** A view as one person has it before them: with the errors that the app or Slack shows in it. */
export interface ShownView extends ViewWire {
  user: string;
  /** By block_id, from `response_action: errors`. */
  errors: Record<string, string>;
  /** What Slack shows when a submission was not taken, else null. */
  failure: string | null;
}

export interface ResponseUrl {
  id: string;
  user: string;
  channel: string;
  /** The message the interaction came from, or the last one this address produced for a command. */
  messageTs: string | null;
  threadTs: string | null;
  uses: number;
  expiresAt: number;
}

/** Everything that survives a restart. Plain JSON. */
export interface SlackState {
  version: 1;
  /** Microseconds of the last ts handed out. */
  lastTs: number;
  lastId: number;
  users: SlackUser[];
  channels: SlackChannel[];
  messages: SlackMessage[];
  views: Record<string, ShownView[]>;
  homes: Record<string, ShownView>;
  responseUrls: ResponseUrl[];
}
