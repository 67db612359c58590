import { afterEach, describe, expect, test } from 'vitest';
import { createClients } from '../../src/slack/clients.ts';
import { createDeadTokens } from '../../src/slack/dead-tokens.ts';
import { createInFlight } from '../../src/slack/in-flight.ts';
import { boltLogger } from '../../src/slack/slack-log.ts';
import type { WorkspaceRemoval } from '../../src/slack/workspace-removal.ts';
import { createWorkspaces } from '../../src/slack/workspaces.ts';
import { type Bench, startBench, TOKEN } from './edge-harness.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const NOW = new Date('2026-05-04T09:30:00.000Z');
const removals: WorkspaceRemoval[] = [];
afterEach(() => removals.splice(0));

/** Workspaces that all have this token, as long as `tokenOf` says so. */
function workspacesOf({ slack }: Bench, tokenOf: () => Promise<string | null> = async () => TOKEN) {
  const inFlight = createInFlight();
  const onRefused = createDeadTokens({
    tokenOf,
    onRemoved: async (removal) => void removals.push(removal),
    apiUrl: slack.apiUrl,
    clock: () => NOW,
    inFlight,
    log,
  });
  const workspaces = createWorkspaces({
    token: async () => TOKEN,
    apiUrl: slack.apiUrl,
    logger: boltLogger(log),
    log,
    onRefused,
    build: (clients) => clients,
  });
  const post = async () => {
    const { notices } = await workspaces.of('T1');
    await notices.chat.postMessage({ channel: 'C1', text: 'Hello' }).catch(() => {});
    await inFlight.drain(5_000);
  };
  return { post };
}

describe('a token that Slack refuses', () => {
  test.each([
    ['account_inactive', 'uninstalled'],
    ['token_revoked', 'revoked'],
    ['invalid_auth', 'revoked'],
  ] as const)('with %s means that Tieline is %s there', async (error, kind) => {
    const bench = await startBench();
    bench.slack.fail('chat.postMessage', { error });
    bench.slack.fail('auth.test', { error });
    await workspacesOf(bench).post();
    expect(removals).toEqual([{ teamId: 'T1', kind, at: NOW }]);
  });

  test('once, though it is good, means nothing', async () => {
    const bench = await startBench();
    bench.slack.fail('chat.postMessage', { error: 'invalid_auth' });
    await workspacesOf(bench).post();
    expect(removals).toEqual([]);
  });

  test('and that has been replaced says nothing of the installation', async () => {
    const bench = await startBench();
    bench.slack.fail('chat.postMessage', { error: 'token_revoked' });
    bench.slack.fail('auth.test', { error: 'token_revoked' });
    await workspacesOf(bench, async () => 'xoxb-the-next').post();
    expect(removals).toEqual([]);
  });

  test.each(['missing_scope', 'is_archived', 'token_expired', 'internal_error'])(
    'for another reason (%s) is not looked at',
    async (error) => {
      const bench = await startBench();
      bench.slack.fail('chat.postMessage', { error });
      await workspacesOf(bench).post();
      expect(bench.slack.requests().map(({ method }) => method)).not.toContain('auth.test');
      expect(removals).toEqual([]);
    },
  );

  test('is told of by every method of a client', async () => {
    const bench = await startBench();
    const refused: string[] = [];
    const { interactive } = createClients({
      botToken: TOKEN,
      apiUrl: bench.slack.apiUrl,
      logger: boltLogger(log),
      onRefused: (code) => refused.push(code),
    });
    bench.slack.fail('users.info', { error: 'account_inactive' });
    await expect(interactive.users.info({ user: 'U1' })).rejects.toThrow('account_inactive');
    expect(refused).toEqual(['account_inactive']);
  });
});
