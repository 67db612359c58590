import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exampleManifest } from '../../scripts/documents/manifest.ts';
import { type ManifestOptions, slackManifest } from '../../src/slack/manifest.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FULL: ManifestOptions = {
  publicUrl: 'https://tieline.example.com',
  gitlabUrl: 'https://gitlab.example.com',
  socket: false,
  rotatesTokens: false,
};

describe('the manifest', () => {
  test('is in the repository as the code prints it', () => {
    expect(readFileSync(join(ROOT, 'manifest.yml'), 'utf8')).toBe(exampleManifest());
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
