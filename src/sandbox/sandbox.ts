/** The make-believe Slack and GitLab beside a real Tieline, what it needs to reach them, and the page that drives both. */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { Bell } from './bell.ts';
import type { QuickActionStripper } from './gitlab/lab.ts';
import { type FakeGitLab, startFakeGitLab } from './gitlab/server.ts';
import type { GitLabState } from './gitlab/state.ts';
import { type KeyRing, openKeys, type SandboxKeys, worldWithTokens } from './keys.ts';
import { listenSomewhere } from './listen-somewhere.ts';
import { createStateFile, type StateFile } from './persist.ts';
import type { IssueContacts } from './routes/context.ts';
import { sandboxRoutes } from './routes/plugin.ts';
import { isGitLabState, isSlackState } from './saved-state.ts';
import { type FakeSlack, startFakeSlack } from './slack/fake-slack.ts';
import { workspaceOfWorld } from './slack/from-world.ts';
import type { SlackState } from './slack/state.ts';
import type { World } from './world.ts';

export interface SandboxOptions {
  readonly host: string;
  /** Tieline's own port: the fakes take the two after it when they are free. 0: any. */
  readonly port: number;
  /** Where Slack and GitLab are remembered; null for nowhere. */
  readonly stateDir: string | null;
  /** Where Tieline listens, without a slash at the end. Asked again each time: it may be known only later. */
  readonly tielineUrl: () => string;
  readonly log: (line: string) => void;
  readonly botUsername: string;
  /** What GitLab's own quick actions leave of a text; without it they are never taken out. */
  readonly stripQuickActions?: QuickActionStripper;
  /** The contacts that Tieline knows of an issue, for the page. */
  readonly issueContacts?: IssueContacts;
}

/** What Tieline needs to know of the two platforms. */
export interface SandboxPlatforms {
  readonly slack: { readonly signingSecret: string; readonly botToken: string; readonly apiUrl: string };
  readonly gitlab: {
    readonly url: string;
    readonly token: string;
    readonly adminToken: string;
    readonly webhookSecret: string;
    readonly signingTokens: readonly string[];
    readonly systemHookSecret: string;
    readonly oauth: { readonly clientId: string; readonly clientSecret: string };
  };
}

export interface Sandbox {
  readonly slack: FakeSlack;
  readonly gitlab: FakeGitLab;
  readonly world: World;
  readonly platforms: SandboxPlatforms;
  /** The page and its API, to be mounted at the root of Tieline's server. */
  readonly routes: FastifyPluginAsync;
  /** Stops both servers; everything they know is on disk then. */
  close(): Promise<void>;
}

const ADMINISTRATOR = 'root';
/** In the file only: bodies are long, and nobody scrolls back further after a restart. */
const MAX_DELIVERIES_SAVED = 100;

interface Ground {
  readonly options: SandboxOptions;
  readonly world: World;
  readonly keys: SandboxKeys;
  readonly host: string;
  readonly bell: Bell;
}

/**
 * Starts both servers over the demo world, or over what the state directory remembers of it. Tieline's hooks are on
 * both root groups and on the instance.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const ring = await openKeys(options.stateDir, options.log);
  const { keys } = ring;
  const ground: Ground = {
    options,
    world: worldWithTokens(keys),
    keys,
    host: reachable(options.host),
    bell: new Bell(),
  };
  const slackFile = openFile<SlackState>(options, 'slack.json', isSlackState);
  const gitlabFile = openFile<GitLabState>(options, 'gitlab.json', isGitLabState);
  const slack = await startSlack(ground, slackFile);
  let gitlab: FakeGitLab;
  try {
    gitlab = await startGitLab(ground, gitlabFile);
  } catch (error) {
    await slack.close();
    throw error;
  }
  await rememberPorts(ring, slack, gitlab);
  return assemble(ground, { slack, gitlab }, { slack: slackFile, gitlab: gitlabFile });
}

/** The fakes stay on this machine even where Tieline listens to all the world. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

function openFile<Value>(
  { stateDir, log }: SandboxOptions,
  name: string,
  accepts: (value: unknown) => value is Value,
): StateFile<Value> | null {
  return stateDir === null ? null : createStateFile({ path: join(stateDir, name), accepts, log });
}

async function startSlack(ground: Ground, file: StateFile<SlackState> | null): Promise<FakeSlack> {
  const { options, world, keys, host } = ground;
  const state = await file?.load();
  const { botUserId: userId, botId, appId } = world.slack;
  const start = (port: number) =>
    startFakeSlack({
      ...workspaceOfWorld(world),
      bot: { userId, botId, appId, token: keys.slackBotToken },
      signingSecret: keys.slackSigningSecret,
      requestUrl: () => `${options.tielineUrl()}/slack/events`,
      host,
      port,
      ...(state === undefined ? {} : { state }),
      onChange: (now) => {
        file?.save(() => now).catch((error: unknown) => options.log(`slack.json: ${String(error)}`));
      },
      log: options.log,
    });
  const slack = await listenSomewhere(portsFor(options.port, 1, keys.slackPort), start);
  slack.subscribe(({ kind }) => {
    if (kind !== 'idle') ground.bell.ring(kind === 'request' || kind === 'interaction' ? 'calls' : 'slack');
  });
  return slack;
}

async function startGitLab(ground: Ground, file: StateFile<GitLabState> | null): Promise<FakeGitLab> {
  const { options, world, keys, host, bell } = ground;
  const state = await file?.load();
  const { stripQuickActions } = options;
  let lastDelivery = 0;
  const start = (port: number) =>
    startFakeGitLab({
      world,
      host,
      port,
      ...(state === undefined ? {} : { state }),
      ...(stripQuickActions === undefined ? {} : { stripQuickActions }),
      oauth: { ...oauthOf(keys), redirectUri: () => `${options.tielineUrl()}/connect/callback` },
      hooks: [
        { url: '', token: keys.webhookSecret, signingToken: signingTokenOf(keys) },
        { url: '', on: 'system', token: keys.systemHookSecret },
      ],
      pageUrl: (project, iid) =>
        `${options.tielineUrl()}/?${new URLSearchParams({ project, issue: String(iid) })}`,
      onChange: async (live) => {
        pointHooks(live, options.tielineUrl);
        await file?.save(() => ({ ...live, deliveries: live.deliveries.slice(-MAX_DELIVERIES_SAVED) }));
        const newest = live.deliveries.at(-1)?.id ?? 0;
        bell.ring('gitlab');
        if (newest !== lastDelivery) bell.ring('deliveries');
        lastDelivery = newest;
      },
    });
  return listenSomewhere(portsFor(options.port, 2, keys.gitlabPort), start);
}

/**
 * Tieline's address may be known only after this server is up, so the hooks are pointed at it whenever something is
 * saved: that is before any delivery leaves.
 */
function pointHooks(state: GitLabState, tielineUrl: () => string): void {
  for (const hook of state.hooks) {
    if (!hook.seeded) continue;
    hook.url = `${tielineUrl()}/gitlab/${hook.kind === 'system' ? 'system-hooks' : 'webhooks'}`;
  }
}

/** Derived, so that it stays the same over restarts. */
function oauthOf({ tokenSeed }: SandboxKeys): { clientId: string; clientSecret: string } {
  const derive = (what: string) => createHmac('sha256', tokenSeed).update(what).digest('hex');
  return { clientId: derive('oauth client'), clientSecret: derive('oauth secret') };
}

/** A Standard Webhooks key, which is 32 bytes. */
const signingTokenOf = ({ tokenSeed }: SandboxKeys): string =>
  `whsec_${createHmac('sha256', tokenSeed).update('signing token').digest('base64')}`;

function portsFor(own: number, distance: number, remembered: number | null): (number | null)[] {
  return [remembered, own === 0 ? null : own + distance];
}

async function rememberPorts(ring: KeyRing, slack: FakeSlack, gitlab: FakeGitLab): Promise<void> {
  ring.keys.slackPort = Number(new URL(slack.url).port);
  ring.keys.gitlabPort = Number(new URL(gitlab.url).port);
  await ring.save();
}

function assemble(
  { options, world, keys, bell }: Ground,
  { slack, gitlab }: Pick<Sandbox, 'slack' | 'gitlab'>,
  files: { slack: StateFile<SlackState> | null; gitlab: StateFile<GitLabState> | null },
): Sandbox {
  const platforms: SandboxPlatforms = {
    slack: { signingSecret: keys.slackSigningSecret, botToken: keys.slackBotToken, apiUrl: slack.apiUrl },
    gitlab: {
      url: gitlab.url,
      token: gitlab.tokenOf(options.botUsername),
      adminToken: gitlab.tokenOf(ADMINISTRATOR),
      webhookSecret: keys.webhookSecret,
      signingTokens: [signingTokenOf(keys)],
      systemHookSecret: keys.systemHookSecret,
      oauth: oauthOf(keys),
    },
  };
  const { host, botUsername, tielineUrl, issueContacts = null } = options;
  return {
    slack,
    gitlab,
    world,
    platforms,
    routes: sandboxRoutes({
      slack,
      gitlab,
      world,
      platforms,
      bell,
      host,
      botUsername,
      tielineUrl,
      issueContacts,
    }),
    close: async () => {
      bell.stop();
      await Promise.all([slack.close(), gitlab.close()]);
      await files.slack?.save(() => slack.state());
      await files.gitlab?.flush();
    },
  };
}
