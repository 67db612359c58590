import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { identifySlackUser } from '../../../src/services/identity/identify-slack-user.ts';
import { refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
afterEach(async () => {
  await stage.db.empty();
  stage.forget();
});

const PERSON = { teamId: 'T1', slackUserId: 'U1' };
const identify = (email: string | null, person = PERSON) =>
  identifySlackUser(stage.deps, person, async () => email);
const connect = (gitlabUserId: bigint, person = PERSON) =>
  stage.db.database.prisma.identity.create({ data: { ...person, gitlabUserId, method: 'oauth' } });

describe('a Slack user is', () => {
  test('the GitLab user with the same confirmed address', async () => {
    expect(await identify('dev@acme.example.com')).toMatchObject({
      user: { id: 4n, username: 'dev', name: 'Dev Devani', active: true },
      method: 'email',
    });
  });

  test('the same in capitals', async () => {
    expect((await identify('DEV@Acme.Example.com')).user.username).toBe('dev');
  });

  test('the GitLab user that they connected, whatever their address says, which is not asked for', async () => {
    await connect(5n);
    const identified = await identifySlackUser(stage.deps, PERSON, () =>
      expect.fail('the address was asked for'),
    );
    expect(identified).toMatchObject({ user: { username: 'rita' }, method: 'oauth' });
  });

  test('not whom somebody else connected', async () => {
    await connect(5n, { teamId: 'T1', slackUserId: 'U2' });
    await connect(6n, { teamId: 'T2', slackUserId: 'U1' });
    expect((await identify('dev@acme.example.com')).user.username).toBe('dev');
  });

  test('found by address where the connected account is gone', async () => {
    await connect(999n);
    expect(await identify('dev@acme.example.com')).toMatchObject({
      user: { username: 'dev' },
      method: 'email',
    });
  });

  test.each([
    ['when Slack does not tell their address', null],
    ['when nobody on GitLab has their address', 'somebody@example.com'],
    ['when their address is only part of another one', 'ev@acme.example.com'],
    ['when their address is empty', ''],
  ])('nobody %s', async (_name, email) => {
    expect(await refusalOf(identify(email))).toEqual({ code: 'actor.unlinked', data: { platform: 'slack' } });
  });

  test.each([
    ['found by address', async () => {}],
    ['connected', async () => void (await connect(4n))],
  ])('told that the account is blocked when it is, though %s', async (_name, prepare) => {
    await prepare();
    await stage.gitlab.block('dev');
    expect(await refusalOf(identify('dev@acme.example.com'))).toEqual({
      code: 'actor.blocked',
      data: { username: 'dev' },
    });
    await stage.gitlab.unblock('dev');
  });

  test('not guessed at while GitLab does not answer', async () => {
    stage.gitlab.faults.respond({ path: /users/, status: 503, times: 20 });
    expect((await refusalOf(identify('dev@acme.example.com'))).code).toBe('unavailable.gitlab');
    stage.gitlab.faults.clear();
  });
});
