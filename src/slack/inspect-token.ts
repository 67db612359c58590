import { LogLevel } from '@slack/bolt';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import { clientOptions } from './clients.ts';

/** Scopes without which commands or notices do not work. */
export const NEEDED_SCOPES = ['chat:write', 'commands', 'users:read', 'users:read.email'] as const;

/** Scopes that make notices safe: after an unclear answer Tieline looks whether its message is there already. */
export const WANTED_SCOPES = ['channels:history', 'groups:history'] as const;

/** What Slack says about the bot token; `error` is Slack's own word, or null when there was no answer. */
export type InspectedToken =
  | {
      readonly ok: true;
      readonly team: string;
      readonly user: string;
      readonly scopes: readonly string[] | null;
    }
  | { readonly ok: false; readonly error: string | null };

const quiet = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** Asks Slack whom the token stands for and what it may do. Never fails. */
export async function inspectSlackToken(botToken: string, apiUrl: string | null): Promise<InspectedToken> {
  const settings = { botToken, logger: quiet, ...(apiUrl === null ? {} : { apiUrl }) };
  const client = new WebClient(botToken, clientOptions(settings, 8_000));
  try {
    const { team, user, response_metadata: told } = await client.auth.test();
    return { ok: true, team: team ?? 'a workspace', user: user ?? 'a bot', scopes: told?.scopes ?? null };
  } catch (error) {
    return { ok: false, error: error instanceof WebAPIPlatformError ? error.data.error : null };
  }
}

/** Whether Slack takes the app-level token for Socket Mode; `error` as for the bot token. */
export type InspectedAppToken = { readonly ok: true } | { readonly ok: false; readonly error: string | null };

/** Asks Slack for an address to connect to, and leaves it unused. Never fails. */
export async function inspectAppToken(appToken: string, apiUrl: string | null): Promise<InspectedAppToken> {
  const settings = { botToken: appToken, logger: quiet, ...(apiUrl === null ? {} : { apiUrl }) };
  const client = new WebClient(appToken, clientOptions(settings, 8_000));
  try {
    await client.apps.connections.open({});
    return { ok: true };
  } catch (error) {
    return { ok: false, error: error instanceof WebAPIPlatformError ? error.data.error : null };
  }
}
