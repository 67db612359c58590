import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasCode } from '../../src/domain/errors.ts';
import { createTokenCheck } from '../../src/gitlab/check-token.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { WORLD } from '../../src/sandbox/world.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let gitlab: FakeGitLab;
beforeAll(async () => {
  gitlab = await startFakeGitLab({ world: WORLD });
});
afterAll(() => gitlab.close());

function start(fetch?: typeof globalThis.fetch) {
  const clock = { now: 1_000_000 };
  const check = createTokenCheck({ url: gitlab.url, log, onCall: () => {}, clock: () => clock.now, fetch });
  return { clock, check };
}

test('a revoked token stops within a minute, and one that was made good is taken within half', async () => {
  const { clock, check } = start();
  const token = gitlab.createToken('dev', ['api']);
  expect(await check(token)).toMatchObject({ username: 'dev', mayWrite: true });
  gitlab.revokeToken(token);
  clock.now += 59_999;
  expect(await check(token)).toMatchObject({ username: 'dev' });
  clock.now += 1;
  expect(await check(token)).toBeNull();
});

test('the scopes of a token say whether it may read and write', async () => {
  const { check } = start();
  const of = (...scopes: string[]) => check(gitlab.createToken('rita', scopes));
  expect(await of('api')).toMatchObject({ mayWrite: true });
  expect(await of('read_api')).toMatchObject({ mayWrite: false });
  expect(await of('read_api', 'read_user')).toMatchObject({ mayWrite: false });
  expect(await of('read_user')).toBeNull();
  expect(await of('write_repository')).toBeNull();
});

test('many requests with one token ask GitLab once', async () => {
  const { check } = start();
  const token = gitlab.createToken('pia', ['read_api']);
  gitlab.clearRequests();
  await Promise.all(Array.from({ length: 40 }, () => check(token)));
  expect(
    gitlab
      .requests()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['/api/v4/personal_access_tokens/self', '/api/v4/user']);
});

test('a flood of made-up tokens is not passed on to GitLab', async () => {
  const { check } = start();
  gitlab.clearRequests();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, (_, n) => check(`made-up-${n}-token`)),
  );
  const refused = outcomes.filter(
    (outcome) => outcome.status === 'rejected' && hasCode(outcome.reason, 'unavailable.gitlab'),
  );
  expect(refused).toHaveLength(68);
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === null)).toHaveLength(
    32,
  );
});

test('an OAuth token, which has no page of its own, is asked for by its information', async () => {
  const seen: string[] = [];
  const answer = (status: number, body: object) =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  const { check } = start(async (input) => {
    const { pathname } = new URL(String(input));
    seen.push(pathname);
    if (pathname === '/api/v4/user')
      return answer(200, { id: 7, username: 'gus', name: 'Gus', state: 'active' });
    if (pathname === '/oauth/token/info') return answer(200, { scope: ['read_api'], resource_owner_id: 7 });
    return answer(400, { error: 'This endpoint requires token type to be a personal access token' });
  });
  expect(await check('oauth-token-0001')).toMatchObject({ username: 'gus', mayWrite: false });
  expect(seen).toContain('/oauth/token/info');
});

test('without an answer of GitLab nobody is anybody', async () => {
  const { check } = start(async () => {
    throw new TypeError('fetch failed');
  });
  await expect(check('some-token-0001')).rejects.toMatchObject({ code: 'unavailable.gitlab' });
}, 20_000);
