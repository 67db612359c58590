import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exampleManifest } from '../../scripts/documents/manifest.ts';
import { BOT_SCOPES, EVENTS, SHORTCUTS } from '../../src/slack/app-surface.ts';
import { type ManifestOptions, slackManifest } from '../../src/slack/manifest.ts';
import { fromShortcut } from '../../src/slack/shortcuts.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FULL: ManifestOptions = {
  publicUrl: 'https://tieline.example.com',
  gitlabUrl: 'https://gitlab.example.com',
  socket: false,
  rotatesTokens: false,
};

/** Everything that the Slack edge is made of, without comments. */
const CODE = readdirSync(join(ROOT, 'src/slack'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/(?:app-surface|manifest)\.ts$/.test(name))
  .map((name) => readFileSync(join(ROOT, 'src/slack', name), 'utf8'))
  .join('\n')
  .replace(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

const found = (pattern: RegExp): string[] =>
  [...new Set([...CODE.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();

/** What Slack's reference says of each method that bots call (docs.slack.dev/reference/methods). */
const SCOPES_OF_METHODS: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.unfurl': ['links:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'conversations.members': ['channels:read', 'groups:read'],
  'oauth.v2.access': [],
  'users.info': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};
const SCOPES_OF_EVENTS: Readonly<Record<(typeof EVENTS)[number], readonly string[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  link_shared: ['links:read'],
  tokens_revoked: [],
};

describe('the manifest', () => {
  test('is in the repository as the code prints it', () => {
    expect(readFileSync(join(ROOT, 'manifest.yml'), 'utf8')).toBe(exampleManifest());
  });

  test('asks for the scopes that the code’s calls, events and commands take, and for no other', () => {
    const called = found(/\bclient\s*\.(\w+(?:\.v2)?\s*\.\w+)\(/g).map((method) => method.replace(/\s/g, ''));
    expect(called.filter((method) => !(method in SCOPES_OF_METHODS))).toEqual([]);
    const needed = new Set([
      'commands',
      ...called.flatMap((method) => SCOPES_OF_METHODS[method] ?? []),
      ...EVENTS.flatMap((event) => SCOPES_OF_EVENTS[event]),
    ]);
    expect(Object.keys(BOT_SCOPES).sort()).toEqual([...needed].sort());
  });

  test('subscribes to the events that the code listens to, and to no other', () => {
    expect(found(/\.event\(\s*'(\w+)'/g)).toEqual([...EVENTS].sort());
  });

  test('has the shortcuts that the code answers, and no other', () => {
    const lines = /const LINES[\s\S]*? = \{([\s\S]*?)\n\};/.exec(CODE)?.[1] ?? '';
    const answered = [...lines.matchAll(/^\s*(\w+):/gm)].map((match) => match[1]).sort();
    expect(answered).toEqual(SHORTCUTS.map(({ callbackId }) => callbackId).sort());
    const press = (callbackId: string) =>
      fromShortcut({
        type: 'shortcut',
        callback_id: callbackId,
        trigger_id: '1.1',
        action_ts: '1.1',
        team: { id: 'T1' },
        user: { id: 'U1' },
      });
    for (const { callbackId } of SHORTCUTS) expect(press(callbackId)).not.toBeNull();
    expect(press('none_of_ours')).toBeNull();
  });
});

describe('the manifest keeps to what Slack takes', () => {
  const manifest = slackManifest(FULL) as unknown as {
    display_information: { name: string; description: string };
    features: {
      shortcuts: { name: string; description: string; callback_id: string }[];
      slash_commands: { command: string; description: string; usage_hint: string }[];
      unfurl_domains: string[];
    };
  };

  test('names and descriptions are short enough', () => {
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
    const { shortcuts, slash_commands: commands } = manifest.features;
    expect(shortcuts.length).toBeLessThanOrEqual(10);
    for (const { name, description, callback_id: id } of shortcuts) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect(description.length).toBeLessThanOrEqual(150);
      expect(id.length).toBeLessThanOrEqual(255);
    }
    for (const { command, description, usage_hint: hint } of commands) {
      expect(command).toMatch(/^\/[a-z]{1,31}$/);
      expect(description.length).toBeLessThanOrEqual(2000);
      expect(hint.length).toBeLessThanOrEqual(1000);
    }
  });

  test('every address is the deployment’s own, over https', () => {
    const addresses = JSON.stringify(manifest).match(/https?:[^"]+/g) ?? [];
    expect(addresses.length).toBe(5);
    for (const address of addresses) {
      expect(address).toMatch(/^https:\/\/tieline\.example\.com\/slack\/(?:events|oauth_redirect)$/);
    }
  });

  test('unfurled are GitLab and Tieline, by name alone, each once', () => {
    expect(manifest.features.unfurl_domains).toEqual(['gitlab.example.com', 'tieline.example.com']);
    const here = { ...FULL, publicUrl: 'http://localhost:3000', gitlabUrl: 'http://localhost:3002' };
    expect(slackManifest(here)).toMatchObject({ features: { unfurl_domains: ['localhost'] } });
  });

  test('with Socket Mode nothing needs an address', () => {
    const socket = slackManifest({ ...FULL, publicUrl: null, gitlabUrl: null, socket: true });
    expect(JSON.stringify(socket)).not.toMatch(/https?:/);
    expect(socket).toMatchObject({ settings: { socket_mode_enabled: true } });
    expect(socket).not.toHaveProperty('features.unfurl_domains');
  });
});
