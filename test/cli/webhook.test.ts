import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Platforms, startPlatforms, WEBHOOK_SECRET } from '../support/platforms.ts';
import { runProgram, settingsOf } from '../support/program.ts';

const PUBLIC_URL = 'https://tieline.example.com/crm';

let platforms: Platforms;
beforeEach(async () => {
  platforms = await startPlatforms(() => '');
});
afterEach(() => platforms.close());

const tieline = (args: string, settings: Record<string, string> = {}) =>
  runProgram(['webhook', ...args.split(' ')], {
    ...settingsOf(platforms.config, { databaseUrl: 'postgresql://nobody@127.0.0.1:1/none', port: 3000 }),
    PUBLIC_URL,
    ...settings,
  });

describe('tieline webhook', { timeout: 60_000 }, () => {
  test('registers a group and the instance below PUBLIC_URL, then finds both in order', async () => {
    const made = await tieline('register --group acme --system');
    expect(made).toEqual({
      exitCode: 0,
      stdout: 'the whole instance: created\ngroup acme: created\n',
      stderr: '',
    });
    expect(platforms.gitlab.state().hooks.map(({ url }) => url)).toEqual([
      `${PUBLIC_URL}/gitlab/system-hooks`,
      `${PUBLIC_URL}/gitlab/webhooks`,
    ]);
    const { stdout } = await tieline('list --json');
    expect(JSON.parse(stdout).webhooks).toMatchObject([
      { kind: 'system', faults: [] },
      { kind: 'group', path: 'acme', faults: [] },
      { kind: 'group', path: 'globex', hookId: null, faults: ['no webhook leads to Tieline'] },
    ]);
  });

  test('takes another address, and says when group webhooks are not to be had', async () => {
    platforms.gitlab.faults.respond({ path: /\/groups\/\d+\/hooks/, status: 404 });
    const { exitCode, stdout } = await tieline('register --group globex --url https://other.example.com');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('takes GitLab Premium or Ultimate, and an Owner');
    expect(platforms.gitlab.state().hooks[0]).toMatchObject({
      kind: 'project',
      url: 'https://other.example.com/gitlab/webhooks',
      token: WEBHOOK_SECRET,
    });
  });

  test('a test that Tieline does not take ends with 1', async () => {
    await tieline('register --project acme/app --url http://127.0.0.1:9');
    const { exitCode, stdout } = await tieline('test --project acme/app --url http://127.0.0.1:9');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^project acme\/app: FAILED: /);
  });

  test.each<[string, string, Record<string, string>, number, string]>([
    ['no address', 'register --group acme', { PUBLIC_URL: '' }, 78, 'PUBLIC_URL is not set'],
    ['no place', 'register', {}, 1, 'Say where: --group'],
    ['an unknown group', 'register --group nowhere', {}, 1, 'GitLab shows no group nowhere'],
    [
      'a wrong token',
      'register --group acme',
      { GITLAB_ADMIN_TOKEN: 'wrong-token-0123' },
      1,
      'GITLAB_ADMIN_TOKEN is wrong, expired or revoked',
    ],
    [
      'no administrator',
      'register --system',
      { GITLAB_ADMIN_TOKEN: '' },
      1,
      'System hooks are for administrators: set GITLAB_ADMIN_TOKEN',
    ],
    [
      'no secret for system hooks',
      'register --system',
      { GITLAB_SYSTEM_HOOK_SECRET: '' },
      78,
      'GITLAB_SYSTEM_HOOK_SECRET is not set',
    ],
  ])('says what to do about %s', async (_, args, settings, exitCode, text) => {
    const finished = await tieline(args, settings);
    expect(finished.stderr).toContain(text);
    expect(finished.exitCode).toBe(exitCode);
    expect(platforms.gitlab.state().hooks).toEqual([]);
  });
});
