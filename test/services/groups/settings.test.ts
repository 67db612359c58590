import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { gitlabSentence } from '../../../src/commands/wording/gitlab-sentences.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { getGroupSettings, openSettings } from '../../../src/services/groups/group-settings.ts';
import { openCrmGroup } from '../../../src/services/groups/open-crm-group.ts';
import { setCrmEnabled } from '../../../src/services/groups/set-crm-enabled.ts';
import { setSource } from '../../../src/services/groups/set-source.ts';
import { changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(async () => {
  stage.gitlab.faults.clear();
  await stage.db.empty();
  stage.forget();
});
afterAll(() => stage.close());

const prisma = () => stage.db.database.prisma;
const settings = async (name: Name, path: string) => openSettings(stage.deps, stage.actor(name), path);
const enable = async (name: Name, path: string, on: boolean) =>
  setCrmEnabled(stage.deps, await settings(name, path), on);
const source = async (name: Name, path: string, from: string | null) =>
  setSource(stage.deps, await settings(name, path), from);
const crmGroupOf = async (name: Name, path: string) =>
  (await openCrmGroup(stage.deps, stage.actor(name), path)).crmGroup.fullPath;
const link = async (issue: string, email: string, kind: 'add' | 'remove' = 'add') =>
  changeContacts(stage.deps, await stage.onIssue('olga', issue), {
    kind,
    references: [email],
    names: false,
  });
const rows = () =>
  prisma().groupSettings.findMany({
    orderBy: { groupId: 'asc' },
    select: { groupId: true, crmEnabled: true, sourceGroupId: true },
  });
const audits = () =>
  prisma().auditEntry.findMany({
    where: { subjectKind: 'group' },
    orderBy: { id: 'asc' },
    select: { crmGroupId: true, action: true, before: true, after: true },
  });

/** Gives somebody another role for the rest of a test. */
async function role(name: Name, on: string, to: 'owner' | 'developer'): Promise<void> {
  await stage.gitlab.setRole(name, on, to);
  changedRoles.push([name, on]);
}
const changedRoles: [Name, string][] = [];
afterEach(async () => {
  for (const [name, on] of changedRoles.splice(0)) {
    await stage.gitlab.setRole(name, on, name === 'olga' && on === 'acme' ? 'owner' : null);
  }
});

const IN_USE =
  'Contact source cannot be changed when issues already have contacts assigned from a different source.';

async function sentenceOf(work: Promise<unknown>): Promise<string | null> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error ?? new Error('nothing was refused');
  return gitlabSentence(error);
}

describe('CRM of a group', () => {
  test('is on where nothing was ever set', async () => {
    expect(await getGroupSettings(stage.deps, await settings('olga', 'acme/support'))).toEqual({
      group: 'acme/support',
      crmEnabled: true,
      source: null,
      crmGroup: { fullPath: 'acme', crmEnabled: true },
    });
  });

  test('is turned off and on again, and says so when it was so already', async () => {
    expect(await enable('olga', 'acme', true)).toMatchObject({ changed: false, crmEnabled: true });
    expect(await rows()).toEqual([]);
    expect(await enable('olga', 'acme', false)).toMatchObject({
      changed: true,
      crmEnabled: false,
      crmGroup: { fullPath: 'acme', crmEnabled: false },
    });
    expect(await enable('olga', 'acme', false)).toMatchObject({ changed: false });
    expect(await enable('olga', 'acme', true)).toMatchObject({ changed: true, crmEnabled: true });
    expect(await audits()).toMatchObject([
      { action: 'group.settings_changed', before: { crmEnabled: true }, after: { crmEnabled: false } },
      { action: 'group.settings_changed', before: { crmEnabled: false }, after: { crmEnabled: true } },
    ]);
  });

  test('is set for one group and not for those below it', async () => {
    await enable('olga', 'acme', false);
    expect(await getGroupSettings(stage.deps, await settings('olga', 'acme/support'))).toMatchObject({
      crmEnabled: true,
      crmGroup: { crmEnabled: false },
    });
  });

  test('keeps its source however often it is turned', async () => {
    await source('olga', 'acme/support', 'acme/platform');
    await enable('olga', 'acme/support', false);
    await enable('olga', 'acme/support', true);
    expect(await rows()).toEqual([{ groupId: 102n, crmEnabled: true, sourceGroupId: 103n }]);
  });

  test('is turned also while issues have contacts', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await link('acme/app#1', 'ada@example.com');
    expect(await enable('olga', 'acme', false)).toMatchObject({ changed: true });
    expect(await prisma().issueContact.count()).toBe(1);
  });
});

describe('only an Owner of the group itself', () => {
  test.each<[Name, string]>([
    ['max', 'forbidden.ability'],
    ['dev', 'forbidden.ability'],
    ['gus', 'forbidden.ability'],
    ['nina', 'not_found.group'],
  ])('may change its settings: %s gets %s', async (name, code) => {
    for (const work of [() => enable(name, 'acme', false), () => source(name, 'acme', 'acme/support')]) {
      expect((await refusalOf(work())).code).toBe(code);
    }
    expect(await rows()).toEqual([]);
  });

  test('counts who owns a subgroup there, not above it', async () => {
    await role('dev', 'acme/support', 'owner');
    expect(await enable('dev', 'acme/support', false)).toMatchObject({ changed: true });
    expect((await refusalOf(enable('dev', 'acme', false))).code).toBe('forbidden.ability');
  });

  test('counts as GitLab says now, not as it said a moment ago', async () => {
    await settings('olga', 'acme');
    await role('olga', 'acme', 'developer');
    expect((await refusalOf(enable('olga', 'acme', false))).code).toBe('forbidden.ability');
  });

  test('hears a hidden group called as it was typed', async () => {
    expect(await refusalOf(settings('nina', 'AcMe'))).toEqual({
      code: 'not_found.group',
      data: { reference: 'AcMe' },
    });
  });

  test('may turn CRM on where it is off', async () => {
    await enable('olga', 'acme', false);
    expect(await enable('olga', 'acme', true)).toMatchObject({ changed: true });
  });
});

describe('a contact source', () => {
  test('gives the crm group of the group and of what is below it', async () => {
    expect(await source('olga', 'acme/platform', 'acme/support')).toMatchObject({
      changed: true,
      turnedOn: false,
      source: 'acme/support',
      crmGroup: { fullPath: 'acme/support' },
    });
    expect(await crmGroupOf('olga', 'acme/platform/infra')).toBe('acme/support');
    expect(await crmGroupOf('olga', 'acme/support')).toBe('acme');
  });

  test('of a nearer group wins, and is not followed further', async () => {
    await source('olga', 'acme/support', 'acme/platform/infra');
    await source('olga', 'acme/platform', 'acme/support');
    await source('olga', 'acme/platform/infra', 'acme/platform/infra');
    expect(await crmGroupOf('olga', 'acme/platform')).toBe('acme/support');
    expect(await crmGroupOf('olga', 'acme/platform/infra')).toBe('acme/platform/infra');
  });

  test('may be the group itself', async () => {
    expect(await source('olga', 'acme/support', 'acme/support')).toMatchObject({
      crmGroup: { fullPath: 'acme/support' },
    });
  });

  test('may be a group elsewhere that the owner sees, and nobody there is told', async () => {
    await role('olga', 'globex', 'developer');
    await stage.inGroup('nina', 'globex');
    await stage.subscribe('globex', 'C9');
    await stage.inGroup('olga', 'acme');
    await stage.subscribe('acme', 'C1');
    await source('olga', 'acme/support', 'globex');
    const notices = await prisma().outboxMessage.findMany();
    expect(notices.map(({ payload }) => payload)).toMatchObject([
      { channelId: 'C1', event: { setting: { name: 'source', source: null, elsewhere: true } } },
    ]);
    expect(JSON.stringify(notices[0]?.payload)).not.toContain('globex');
    expect((await audits()).map((row) => row.crmGroupId)).toEqual([101n, 105n]);
  });

  test.each(['globex', 'GLOBEX', 'nowhere'])(
    'that the owner may not see is answered like none: %s',
    async (reference) => {
      expect(await refusalOf(source('olga', 'acme', reference))).toEqual({
        code: 'not_found.group',
        data: { reference },
      });
    },
  );

  test('is taken back, and says so when there was none', async () => {
    await source('olga', 'acme/support', 'acme/platform');
    expect(await source('olga', 'acme/support', null)).toMatchObject({
      changed: true,
      source: null,
      crmGroup: { fullPath: 'acme' },
    });
    expect(await source('olga', 'acme/support', null)).toMatchObject({ changed: false });
  });

  test('turns CRM on when it is set, and leaves it alone when it is taken back', async () => {
    await enable('olga', 'acme/support', false);
    expect(await source('olga', 'acme/support', null)).toMatchObject({ changed: false, crmEnabled: false });
    expect(await source('olga', 'acme/support', 'acme')).toMatchObject({ turnedOn: true, crmEnabled: true });
  });
});

describe('a source change', () => {
  test('is refused once issues below have contacts from a different source', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await link('acme/platform/infra/ops#1', 'ada@example.com');
    for (const path of ['acme/platform/infra', 'acme/platform', 'acme']) {
      expect(await sentenceOf(source('olga', path, 'acme/support'))).toBe(IN_USE);
    }
    expect(await rows()).toEqual([]);
    expect(await source('olga', 'acme/support', 'acme/platform')).toMatchObject({ changed: true });
  });

  test('is refused both ways', async () => {
    await source('olga', 'acme/support', 'acme/support');
    await stage.contact('acme/support', 'Grace Hopper', { email: 'grace@example.com' });
    await link('acme/support/desk#1', 'grace@example.com');
    expect(await sentenceOf(source('olga', 'acme/support', null))).toBe(IN_USE);
    expect(await sentenceOf(source('olga', 'acme/support', 'acme/platform'))).toBe(IN_USE);
  });

  test('goes through when the contacts are those of the new source already', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await link('acme/support/desk#1', 'ada@example.com');
    expect(await source('olga', 'acme/support', 'acme')).toMatchObject({ changed: true });
    expect(await source('olga', 'acme/support', null)).toMatchObject({ changed: true });
  });

  test('goes through once the contacts are gone, and the issues take those of the new source', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await link('acme/support/desk#1', 'ada@example.com');
    await link('acme/support/desk#1', 'ada@example.com', 'remove');
    await source('olga', 'acme/support', 'acme/support');
    expect(
      await prisma().issue.findFirst({ where: { project: { fullPath: 'acme/support/desk' } } }),
    ).toMatchObject({ crmGroupId: null });
    await stage.contact('acme/support', 'Grace Hopper', { email: 'grace@example.com' });
    const changed = await link('acme/support/desk#1', 'grace@example.com');
    expect(changed.outcomes.map(({ kind }) => kind)).toEqual(['added']);
    expect(await prisma().issueContact.findMany()).toMatchObject([{ crmGroupId: 102n }]);
  });

  test('and links made meanwhile never end up in different crm groups', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await source('olga', 'acme/platform', 'acme/platform');
    await stage.contact('acme/platform', 'Ada Lovelace', { email: 'ada@example.com' });
    await source('olga', 'acme/platform', null);
    for (let round = 0; round < 6; round += 1) {
      const work = [
        link('acme/platform/infra/ops#1', 'ada@example.com'),
        source('olga', 'acme/platform', round % 2 === 0 ? 'acme/platform' : null),
      ];
      for (const outcome of await Promise.allSettled(round % 3 === 0 ? work : work.reverse())) {
        if (outcome.status === 'rejected') {
          // Whoever linked may find that their role was asked for in the former crm group only.
          expect(['conflict.source_in_use', 'forbidden.ability']).toContain(outcome.reason.code);
        }
      }
      const crmGroup = (await openCrmGroup(stage.deps, stage.actor('olga'), 'acme/platform/infra')).crmGroup
        .id;
      const links = await prisma().issueContact.findMany();
      expect(links.filter((row) => row.crmGroupId !== crmGroup)).toEqual([]);
      await prisma().issueContact.deleteMany();
    }
  });
});
