import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chooseGroup } from '../../../src/services/groups/choose-group.ts';
import { rememberGroup, setChannelGroup } from '../../../src/services/groups/set-channel-group.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.db.empty());

const PLACE = { teamId: 'T1', channelId: 'C1', slackUserId: 'U1' };
const choose = (name: Name, named: string | null = null, place = PLACE) =>
  chooseGroup(stage.deps, stage.actor(name), { named, place });
const setChannel = (name: Name, reference: string, place = PLACE) =>
  setChannelGroup(stage.deps, stage.actor(name), { reference, place });
const remember = (name: Name, reference: string, place = PLACE) =>
  rememberGroup(stage.deps, stage.actor(name), { reference, place });

describe('the group that a command works in', () => {
  test('is the only one whose contacts the person may view', async () => {
    expect(await choose('pia')).toEqual({ reference: 101n, by: 'only' });
    expect(await choose('nina')).toEqual({ reference: 105n, by: 'only' });
  });

  test('is the person’s own choice before the only one', async () => {
    await remember('dev', 'acme/support');
    expect(await choose('dev')).toEqual({ reference: 102n, by: 'person' });
  });

  test('is the channel’s before the person’s own choice', async () => {
    await remember('dev', 'acme/support');
    await setChannel('dev', 'acme/platform');
    expect(await choose('dev')).toEqual({ reference: 103n, by: 'channel' });
  });

  test('is the one that is named before all others', async () => {
    await setChannel('dev', 'acme/platform');
    expect(await choose('dev', 'acme')).toEqual({ reference: 'acme', by: 'named' });
  });

  test('does not follow another channel, another person or another workspace', async () => {
    await setChannel('dev', 'acme/platform', { ...PLACE, channelId: 'C2' });
    await setChannel('dev', 'acme/platform', { ...PLACE, teamId: 'T2' });
    await remember('dev', 'acme/support', { ...PLACE, slackUserId: 'U2' });
    await remember('dev', 'acme/support', { ...PLACE, teamId: 'T2' });
    expect((await choose('dev')).by).toBe('only');
  });

  test('has to be picked by whoever may view two', async () => {
    await stage.gitlab.setRole('dev', 'globex', 'planner');
    stage.forget();
    expect(await refusalOf(choose('dev'))).toEqual({
      code: 'ambiguous.group',
      data: { choices: ['acme', 'globex'] },
    });
    await stage.gitlab.setRole('dev', 'globex', null);
    stage.forget();
  });

  test('is nowhere for a guest, and no group is named to them', async () => {
    expect(await refusalOf(choose('gus'))).toEqual({ code: 'ambiguous.group', data: { choices: [] } });
  });
});

describe('a channel’s group', () => {
  test('is set by whoever may view contacts there, and tells the crm group', async () => {
    expect(await setChannel('pia', 'acme/support')).toEqual({ group: 'acme/support', crmGroup: 'acme' });
  });

  test('is set anew by the next one', async () => {
    await setChannel('pia', 'acme/support');
    await setChannel('dev', 'ACME/Platform');
    expect(await stage.db.database.prisma.channelSettings.findMany()).toMatchObject([
      { groupId: 103n, setBy: 4n, setAt: stage.clock.now },
    ]);
  });

  test.each([
    ['a guest may not set it', 'gus', 'acme', 'forbidden.ability'],
    ['a stranger’s group does not exist', 'nina', 'acme', 'not_found.group'],
    ['nor does one that there is not', 'olga', 'acme/nowhere', 'not_found.group'],
    ['nor does what is no path', 'olga', 'a b\0c', 'not_found.group'],
    ['a person is no group', 'nina', 'nina', 'not_found.group'],
    ['a project is no group', 'olga', 'acme/app', 'not_found.group'],
  ] as const)('%s', async (_name, who, reference, code) => {
    expect((await refusalOf(setChannel(who, reference))).code).toBe(code);
    expect((await refusalOf(remember(who, reference))).code).toBe(code);
    expect(await stage.db.database.prisma.channelSettings.count()).toBe(0);
    expect(await stage.db.database.prisma.personSettings.count()).toBe(0);
  });
});

describe('a person’s own choice', () => {
  test('is replaced by the next one', async () => {
    await remember('dev', 'acme/support');
    await remember('dev', 'acme/platform');
    expect(await choose('dev')).toEqual({ reference: 103n, by: 'person' });
  });
});
