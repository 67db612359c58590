import { storedText } from '../../src/commands/grammar/comment.ts';
import type { PlatformConfig } from '../../src/config.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { type FakeSlack, startFakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { workspaceOfWorld } from '../../src/sandbox/slack/from-world.ts';
import { BOT_SCOPES, EVENTS } from '../../src/slack/app-surface.ts';
import { BLOCKED, ERIN, TEST_WORLD } from './cast.ts';

export const SIGNING_SECRET = 'journey-signing-secret-0123456789';
export const BOT_TOKEN = 'xoxb-journey-bot-token';
export const WEBHOOK_SECRET = 'journey-webhook-secret-0123456789';
export const SYSTEM_HOOK_SECRET = 'journey-system-secret-0123456789';

/** The application by which people connect their GitLab account. */
const OAUTH = { clientId: 'journey-oauth-client', clientSecret: 'journey-oauth-secret' };

/** What GitLab 14.6 and later takes out of a comment when the switch says so. */
const STRIPPED: ReadonlySet<string> = new Set(['add_contacts', 'remove_contacts', 'close']);

/** The make-believe Slack and GitLab with the cast in them, and the settings that make a Tieline work with both. */
export interface Platforms {
  readonly slack: FakeSlack;
  readonly gitlab: FakeGitLab;
  readonly config: PlatformConfig;
  /** Puts group, project and system hooks in place that lead to a Tieline. */
  plantHooks(tielineUrl: string): Promise<void>;
  close(): Promise<void>;
}

/** `tielineUrl` is asked each time Slack sends something, so it may become known later. `now` is GitLab's clock. */
export async function startPlatforms(
  tielineUrl: () => string,
  now: () => Date = () => new Date(),
): Promise<Platforms> {
  const { slack: workspace } = TEST_WORLD;
  const gitlab = await startFakeGitLab({
    world: TEST_WORLD,
    now,
    stripQuickActions: (text) => storedText(text, STRIPPED),
    oauth: { ...OAUTH, redirectUri: () => `${tielineUrl()}/connect/callback` },
  });
  const { users, ...place } = workspaceOfWorld(TEST_WORLD);
  const slack = await startFakeSlack({
    ...place,
    users: [...users, ERIN],
    // No more than the manifest asks for, so that a call without its scope fails a journey.
    bot: {
      userId: workspace.botUserId,
      botId: workspace.botId,
      token: BOT_TOKEN,
      scopes: Object.keys(BOT_SCOPES),
    },
    subscribedEvents: EVENTS,
    signingSecret: SIGNING_SECRET,
    requestUrl: () => `${tielineUrl()}/slack/events`,
  });
  for (const name of BLOCKED) await gitlab.block(name);
  return {
    slack,
    gitlab,
    config: {
      slack: { signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN, apiUrl: slack.apiUrl },
      gitlab: {
        url: gitlab.url,
        token: gitlab.tokenOf('tieline'),
        adminToken: gitlab.tokenOf('root'),
        webhookSecret: WEBHOOK_SECRET,
        signingTokens: [],
        systemHookSecret: SYSTEM_HOOK_SECRET,
        oauth: OAUTH,
      },
    },
    plantHooks: (url) => plantHooks(gitlab, url),
    close: async () => {
      await gitlab.close();
      await slack.close();
    },
  };
}

const ISSUE_AND_NOTE_EVENTS = {
  push_events: false,
  note_events: true,
  confidential_note_events: true,
  issues_events: true,
  confidential_issues_events: true,
};

/** Calls the make-believe GitLab's API as its administrator. */
export async function asAdmin(gitlab: FakeGitLab, path: string, body: object): Promise<{ id: number }> {
  const response = await fetch(`${gitlab.url}/api/v4${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'private-token': gitlab.tokenOf('root') },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: number };
}

/** A hook as a maintainer sets it up on a group or a project: issues and comments, confidential ones too. */
export function plantHook(
  gitlab: FakeGitLab,
  on: `groups/${string}` | `projects/${string}`,
  url: string,
): Promise<{ id: number }> {
  const [kind, ...path] = on.split('/');
  return asAdmin(gitlab, `/${kind}/${encodeURIComponent(path.join('/'))}/hooks`, {
    url: `${url}/gitlab/webhooks`,
    token: WEBHOOK_SECRET,
    ...ISSUE_AND_NOTE_EVENTS,
  });
}

async function plantHooks(gitlab: FakeGitLab, url: string): Promise<void> {
  for (const on of ['groups/acme', 'groups/globex', 'projects/nina/notes'] as const) {
    await plantHook(gitlab, on, url);
  }
  await asAdmin(gitlab, '/hooks', { url: `${url}/gitlab/system-hooks`, token: SYSTEM_HOOK_SECRET });
}
