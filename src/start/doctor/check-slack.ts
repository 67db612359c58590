import type { PlatformConfig } from '../../config.ts';
import { inspectSlackToken, NEEDED_SCOPES, WANTED_SCOPES } from '../../slack/inspect-token.ts';
import { type Finding, failure, good, warning } from './finding.ts';

const REINSTALL =
  'in api.slack.com/apps, your app, OAuth & Permissions, add them under Bot Token Scopes, then reinstall the app';

/** The Slack token: whether it works, and its scopes. Each workspace's own is tried when it is used. */
export async function checkSlack({ botToken, apiUrl, install }: PlatformConfig['slack']): Promise<Finding[]> {
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
