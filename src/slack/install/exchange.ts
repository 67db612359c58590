import { type OauthV2AccessResponse, WebAPIPlatformError, WebClient } from '@slack/web-api';
import { z } from 'zod';
import { BOT_SCOPES, OAUTH_REDIRECT_PATH } from '../app-surface.ts';
import { clientOptions } from '../clients.ts';
import { boltLogger, type SlackLog } from '../slack-log.ts';

export interface SlackAppSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Slack's own when null. */
  readonly apiUrl: string | null;
  /** Asked each time; no slash at the end. */
  readonly publicUrl: () => string;
  readonly log: SlackLog;
  readonly now: () => Date;
}

/** Tokens as Slack gives them; those that rotate run out. */
export interface GivenTokens {
  readonly token: string;
  readonly refreshToken: string | null;
  readonly expiresAt: Date | null;
}

/** An installation as Slack gives it. */
export interface GivenInstallation extends GivenTokens {
  readonly enterpriseId: string | null;
  readonly teamId: string;
  readonly teamName: string;
  readonly botUserId: string;
  readonly installedBy: string | null;
}

/** Slack's OAuth (docs.slack.dev/authentication/installing-with-oauth). */
export interface SlackApp {
  /** Slack's page that asks whether to install. */
  authorizeUrl(state: string): string;
  /** What a code stands for; null when Slack does not take it, or it is not for one workspace's bot. */
  install(code: string): Promise<GivenInstallation | null>;
  /** The tokens after these; null when Slack refuses the refresh token for good. Throws without an answer. */
  refresh(refreshToken: string): Promise<GivenTokens | null>;
}

const INTERACTIVE_MS = 8_000;
const tokens = {
  access_token: z.string().min(1),
  refresh_token: z.string().optional(),
  expires_in: z.number().optional(),
};
const installedSchema = z.object({
  ...tokens,
  token_type: z.literal('bot'),
  bot_user_id: z.string().min(1),
  team: z.object({ id: z.string().min(1), name: z.string().optional() }),
  enterprise: z.object({ id: z.string() }).nullish(),
  is_enterprise_install: z.literal(false).optional(),
  authed_user: z.object({ id: z.string() }).nullish(),
});
const refreshedSchema = z.object(tokens);

/** Slack's words for a code or refresh token that will never be good. */
const REFUSED = new Set(['code_already_used', 'invalid_code', 'invalid_refresh_token', 'bad_redirect_uri']);

/** The Slack app as its OAuth client. */
export function createSlackApp(settings: SlackAppSettings): SlackApp {
  const { clientId, clientSecret, apiUrl, publicUrl, log, now } = settings;
  const redirectUri = () => publicUrl() + OAUTH_REDIRECT_PATH;
  const options = { botToken: undefined, logger: boltLogger(log), ...(apiUrl !== null && { apiUrl }) };
  const client = new WebClient(undefined, clientOptions(options, INTERACTIVE_MS));
  const given = (answer: z.output<typeof refreshedSchema>): GivenTokens => ({
    token: answer.access_token,
    refreshToken: answer.refresh_token ?? null,
    expiresAt: answer.expires_in === undefined ? null : new Date(now().getTime() + answer.expires_in * 1_000),
  });
  const credentials = { client_id: clientId, client_secret: clientSecret };
  return {
    authorizeUrl: (state) => {
      const page = apiUrl === null ? 'https://slack.com' : new URL(apiUrl).origin;
      const scope = Object.keys(BOT_SCOPES).join(',');
      const query = { client_id: clientId, scope, state, redirect_uri: redirectUri() };
      return `${page}/oauth/v2/authorize?${new URLSearchParams(query)}`;
    },
    install: async (code) => {
      const answer = await orRefused(
        client.oauth.v2.access({ ...credentials, code, redirect_uri: redirectUri() }),
      );
      const read = installedSchema.safeParse(answer);
      if (!read.success) return null;
      const { team, enterprise, bot_user_id: botUserId, authed_user: installer } = read.data;
      return {
        ...given(read.data),
        enterpriseId: enterprise?.id ?? null,
        teamId: team.id,
        teamName: team.name ?? team.id,
        botUserId,
        installedBy: installer?.id ?? null,
      };
    },
    refresh: async (refreshToken) => {
      const answer = await orRefused(
        client.oauth.v2.access({
          ...credentials,
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
        }),
      );
      return answer === null ? null : given(refreshedSchema.parse(answer));
    },
  };
}

async function orRefused(asked: Promise<OauthV2AccessResponse>): Promise<OauthV2AccessResponse | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof WebAPIPlatformError && REFUSED.has(error.data.error)) return null;
    throw error;
  }
}
