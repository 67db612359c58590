import type { PlatformConfig } from '../../config.ts';
import {
  inspectAppToken,
  inspectSlackToken,
  NEEDED_SCOPES,
  WANTED_SCOPES,
} from '../../slack/inspect-token.ts';
import { type Finding, failure, good, warning } from './finding.ts';

const REINSTALL =
  'in api.slack.com/apps, your app, OAuth & Permissions, add them under Bot Token Scopes, then reinstall the app';

/** Slack's tokens: of the bot, and of Socket Mode where that is used. */
export async function checkSlack(slack: PlatformConfig['slack']): Promise<Finding[]> {
  const found = await Promise.all([checkBot(slack), checkSocketMode(slack)]);
  return found.flat();
}

/** Whether Slack would open a connection for Socket Mode; nothing to say where it is not used. */
async function checkSocketMode({ appToken, apiUrl }: PlatformConfig['slack']): Promise<Finding[]> {
  if (appToken === undefined) return [];
  const told = await inspectAppToken(appToken, apiUrl);
  if (told.ok) return [good('slack', 'Slack opens connections for Socket Mode')];
  // Silence is told once, of the bot.
  if (told.error === null) return [];
  return [
    failure(
      'slack',
      `Slack refuses SLACK_APP_TOKEN for Socket Mode (${told.error})`,
      'in api.slack.com/apps, your app, turn Socket Mode on, and under Basic Information, App-Level Tokens, make a ' +
        'token (xapp-…) with the scope connections:write; or leave it out to take requests over HTTP',
    ),
  ];
}

/** The bot's token: whether it works, and its scopes. Each workspace's own is tried when it is used. */
async function checkBot({ botToken, apiUrl, install }: PlatformConfig['slack']): Promise<Finding[]> {
  if (install) return [good('slack', 'many workspaces by OAuth: open /slack/install to add one')];
  const told = await inspectSlackToken(botToken, apiUrl);
  if (!told.ok) return [told.error === null ? silent(apiUrl) : refused(told.error)];
  const connected = good('slack', `connected to ${told.team} as @${told.user}`);
  if (told.scopes === null) {
    return [connected, warning('slack', 'Slack does not tell the scopes of the token', REINSTALL)];
  }
  const { scopes } = told;
  const missing = NEEDED_SCOPES.filter((scope) => !scopes.includes(scope));
  const wanting = WANTED_SCOPES.filter((scope) => !scopes.includes(scope));
  return [
    connected,
    ...(missing.length === 0
      ? [good('slack', 'the token has the scopes it needs')]
      : [failure('slack', `the token lacks ${missing.join(', ')}`, REINSTALL)]),
    ...(wanting.length === 0
      ? []
      : [
          warning(
            'slack',
            `the token lacks ${wanting.join(', ')}: a notice may come twice after a lost answer`,
            REINSTALL,
          ),
        ]),
  ];
}

function silent(apiUrl: string | null): Finding {
  return failure(
    'slack',
    'Slack gives no answer',
    `see whether this machine may reach ${apiUrl ?? 'https://slack.com/api'}`,
  );
}

function refused(error: string): Finding {
  return failure(
    'slack',
    `Slack refuses SLACK_BOT_TOKEN (${error})`,
    'set it to the Bot User OAuth Token (xoxb-…) in api.slack.com/apps, your app, OAuth & Permissions',
  );
}
