import { pino } from 'pino';
import { startTieline, type Tieline } from '../../src/main.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { type FakeSlack, startFakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { workspaceOfWorld } from '../../src/sandbox/slack/from-world.ts';
import type { SlackMessage } from '../../src/sandbox/slack/state.ts';
import { WORLD } from '../../src/sandbox/world.ts';
import { seedDemo } from '../../src/start/seed-demo.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** The cast: usernames of the demo world, drawn in test/README.md. */
export type Name = 'olga' | 'max' | 'dev' | 'rita' | 'pia' | 'gus' | 'nina';

export const SIGNING_SECRET = 'journey-signing-secret-0123456789';
export const WEBHOOK_SECRET = 'journey-webhook-secret-0123456789';
export const SYSTEM_HOOK_SECRET = 'journey-system-secret-0123456789';

/** The whole program between the make-believe Slack and GitLab, all over real HTTP, on a database of its own. */
export interface World {
  readonly tieline: Tieline;
  readonly slack: FakeSlack;
  readonly gitlab: FakeGitLab;
  readonly db: TestDatabase;
  /** Types into a Slack channel and gives the text of what comes back to that person. */
  says(name: Name, text: string, channel?: string): Promise<string>;
  /** The same, whole. */
  asks(name: Name, text: string, channel?: string): Promise<SlackMessage>;
  /** Writes a comment and gives the bodies of the bot's notes that came after it. */
  comments(name: Name, issue: string, body: string, options?: { internal?: boolean }): Promise<string[]>;
  /** Resolves when no webhook, no delivery and no message is under way. */
  settled(): Promise<void>;
  /** E-mail addresses linked to an issue, sorted. */
  linked(issue: string): Promise<string[]>;
  close(): Promise<void>;
}

const slackIdOf = (name: Name): string => {
  const id = WORLD.people.find((person) => person.username === name)?.slackUserId;
  if (!id) throw new Error(`${name} is not on Slack`);
  return id;
};

function parts(issue: string): { project: string; iid: number } {
  const [project = '', iid = ''] = issue.split('#');
  return { project, iid: Number(iid) };
}

/** Starts everything and seeds the demo customers. */
export async function startWorld(options: { port?: number } = {}): Promise<World> {
  const db = await testDatabase();
  let url = '';
  const gitlab = await startFakeGitLab({
    world: WORLD,
    pageUrl: (project, iid) => `${url}/?issue=${project}#${iid}`,
  });
  const slack = await startFakeSlack({
    ...workspaceOfWorld(WORLD),
    bot: { userId: WORLD.slack.botUserId, botId: WORLD.slack.botId, token: 'xoxb-journey-token' },
    signingSecret: SIGNING_SECRET,
    requestUrl: () => `${url}/slack/events`,
  });
  const tieline = await startTieline({
    server: {
      port: options.port ?? 0,
      host: '127.0.0.1',
      publicUrl: null,
      databaseUrl: db.connectionString,
      dataDir: 'unused',
      logLevel: null,
    },
    platforms: {
      slack: { signingSecret: SIGNING_SECRET, botToken: 'xoxb-journey-token', apiUrl: slack.apiUrl },
      gitlab: {
        url: gitlab.url,
        token: gitlab.tokenOf('tieline'),
        adminToken: gitlab.tokenOf('root'),
        webhookSecret: WEBHOOK_SECRET,
        signingTokens: [],
        systemHookSecret: SYSTEM_HOOK_SECRET,
      },
    },
    migrates: false,
    log: pino({ level: 'silent' }),
  });
  url = tieline.url;
  await plantHooks(gitlab, url);
  await seedDemo(tieline.services, WORLD);
  const settled = async () => {
    await gitlab.idle();
    await tieline.worker.idle();
    await slack.idle();
  };
  const asks = async (name: Name, text: string, channel = 'support'): Promise<SlackMessage> => {
    const before = new Set(slack.messages().map((message) => message.ts));
    const outcome = await slack.as(slackIdOf(name)).command(channel, text);
    if (outcome.status !== 200) throw new Error(`Slack got ${outcome.status}: ${outcome.error ?? ''}`);
    return slack.waitForMessage(
      (message) => !before.has(message.ts) && message.author === WORLD.slack.botUserId,
    );
  };
  return {
    tieline,
    slack,
    gitlab,
    db,
    asks,
    says: async (name, text, channel) => textOf(await asks(name, text, channel)),
    comments: async (name, issue, body, commentOptions = {}) => {
      const { project, iid } = parts(issue);
      const before = gitlab.notes(project, iid).length;
      await gitlab.as(name).comment(project, iid, body, commentOptions);
      await settled();
      return gitlab
        .notes(project, iid)
        .slice(before)
        .filter((note) => note.author.username === 'tieline')
        .map((note) => note.body);
    },
    settled,
    linked: async (issue) => {
      const { project, iid } = parts(issue);
      const rows = await db.database.prisma.issueContact.findMany({
        where: { issue: { iid, project: { fullPath: project } } },
        select: { contact: { select: { email: true } } },
      });
      return rows.map((row) => row.contact.email ?? '').sort();
    },
    close: async () => {
      await tieline.stop();
      await gitlab.close();
      await slack.close();
      await db.drop();
      if (slack.violations().length > 0) {
        throw new Error(`Slack would have refused: ${JSON.stringify(slack.violations(), null, 2)}`);
      }
    },
  };
}

/** Everything that a message says, its blocks included, one line for each. */
export function textOf(message: SlackMessage): string {
  const lines: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const child of node) walk(child);
    else if (typeof node === 'object' && node !== null) {
      const { type, text, elements, fields, items, url } = node as Record<string, unknown>;
      if (typeof text === 'string') lines.push(text);
      else if (type === 'link' && typeof url === 'string') lines.push(url);
      for (const child of [text, elements, fields, items]) if (typeof child === 'object') walk(child);
      const { accessory } = node as Record<string, unknown>;
      if (accessory) walk(accessory);
    }
  };
  walk(message.blocks);
  return lines.length > 0 ? lines.join('') : message.text;
}

async function plantHooks(gitlab: FakeGitLab, url: string): Promise<void> {
  const admin = { 'content-type': 'application/json', 'private-token': gitlab.tokenOf('root') };
  const events = {
    push_events: false,
    note_events: true,
    confidential_note_events: true,
    issues_events: true,
    confidential_issues_events: true,
  };
  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${gitlab.url}/api/v4${path}`, {
      method: 'POST',
      headers: admin,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`hook not made: ${response.status} ${await response.text()}`);
  };
  for (const group of ['acme', 'globex']) {
    await post(`/groups/${group}/hooks`, { url: `${url}/gitlab/webhooks`, token: WEBHOOK_SECRET, ...events });
  }
  await post('/hooks', { url: `${url}/gitlab/system-hooks`, token: SYSTEM_HOOK_SECRET });
}
