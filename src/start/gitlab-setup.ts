import type { PlatformConfig } from '../config.ts';
import { createGitLabSetup, type GitLabSetup, type HookPlace } from '../gitlab/client/setup-client.ts';
import type { HookSecrets } from '../gitlab/registration/wanted-hook.ts';

/** What installing works with. */
export interface SetupDeps {
  readonly gitlab: PlatformConfig['gitlab'];
  readonly fetch?: typeof globalThis.fetch;
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The administrator's token where there is one, since hooks of groups take an Owner; else the bot's. */
export function setupClient(
  { gitlab, fetch }: SetupDeps,
  who: 'strongest' | 'bot' = 'strongest',
): GitLabSetup {
  const { url, token, adminToken } = gitlab;
  const options = { url, log: quiet, fetch };
  return adminToken !== null && who === 'strongest'
    ? createGitLabSetup({ ...options, token: adminToken, tokenName: 'GITLAB_ADMIN_TOKEN' })
    : createGitLabSetup({ ...options, token, tokenName: 'GITLAB_TOKEN' });
}

/** The secrets of a kind of hook; null when the one it takes is not set. System hooks are never signed. */
export function hookSecretsFor(
  gitlab: PlatformConfig['gitlab'],
  kind: HookPlace['kind'],
): HookSecrets | null {
  if (kind !== 'system') {
    return { token: gitlab.webhookSecret, signingToken: gitlab.signingTokens[0] ?? null };
  }
  return gitlab.systemHookSecret === null ? null : { token: gitlab.systemHookSecret, signingToken: null };
}

/** Where a kind of hook leads, below the address that others reach Tieline at. */
export function hookAddress(publicUrl: string, kind: HookPlace['kind']): string {
  const base = publicUrl.replace(/\/+$/, '').replace(/\/gitlab\/(?:webhooks|system-hooks)$/, '');
  return `${base}/gitlab/${kind === 'system' ? 'system-hooks' : 'webhooks'}`;
}
