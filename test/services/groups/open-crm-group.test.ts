import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { groupPlace, roleAt } from '../../../src/domain/actor.ts';
import { groupId } from '../../../src/domain/ids.ts';
import { refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.db.empty();
  stage.forget();
});

describe('opening a group', () => {
  test('keeps a copy of it and everything above it', async () => {
    await stage.inGroup('dev', 'acme/platform/infra');
    const groups = await stage.db.database.prisma.group.findMany({ orderBy: { id: 'asc' } });
    expect(groups).toMatchObject([
      { id: 101n, parentId: null, rootId: 101n, fullPath: 'acme' },
      { id: 103n, parentId: 101n, rootId: 101n, fullPath: 'acme/platform' },
      { id: 104n, parentId: 103n, rootId: 101n, fullPath: 'acme/platform/infra' },
    ]);
  });

  test('gives its crm group and the actor’s roles on both', async () => {
    const opened = await stage.inGroup('dev', 'acme/platform/infra');
    expect(opened.group).toEqual({ id: 104n, fullPath: 'acme/platform/infra' });
    expect(opened.crmGroup).toMatchObject({ id: 101n, fullPath: 'acme', crmEnabled: true });
    const roles = [101, 104].map((id) => roleAt(opened.actor, groupPlace(groupId(id))));
    expect(roles).toEqual(['developer', 'developer']);
  });

  test('takes a path in another case', async () => {
    expect((await stage.inGroup('dev', 'Acme/Support')).group.fullPath).toBe('acme/support');
  });

  test.each([
    ['its own source', 'acme/platform/infra', 'globex', 'globex'],
    ['its parent’s source', 'acme/platform', 'acme/support', 'acme/support'],
    ['its parent as a source', 'acme/platform', 'acme/platform', 'acme/platform'],
    ['the root’s source', 'acme', 'globex', 'globex'],
  ])('follows %s', async (_name, holder, source, expected) => {
    await stage.inGroup('dev', 'acme/platform/infra');
    await stage.inGroup('dev', 'acme/support');
    await stage.inGroup('nina', 'globex');
    await stage.configure(holder, { source });
    expect((await stage.inGroup('dev', 'acme/platform/infra')).crmGroup.fullPath).toBe(expected);
  });

  test('does not follow the source’s own source', async () => {
    await stage.inGroup('dev', 'acme/support');
    await stage.inGroup('nina', 'globex');
    await stage.configure('globex', { source: 'acme' });
    await stage.configure('acme/support', { source: 'globex' });
    expect((await stage.inGroup('dev', 'acme/support')).crmGroup.fullPath).toBe('globex');
  });

  test('tells whether CRM is on for the crm group, not for groups in between', async () => {
    await stage.inGroup('dev', 'acme/platform/infra');
    await stage.configure('acme/platform', { crmEnabled: false });
    expect((await stage.inGroup('dev', 'acme/platform/infra')).crmGroup.crmEnabled).toBe(true);
    await stage.configure('acme', { crmEnabled: false });
    expect((await stage.inGroup('dev', 'acme/platform/infra')).crmGroup.crmEnabled).toBe(false);
  });

  test('of a group that there is not repeats what was asked for', async () => {
    expect(await refusalOf(stage.inGroup('dev', 'acme/nowhere'))).toEqual({
      code: 'not_found.group',
      data: { reference: 'acme/nowhere' },
    });
  });
});
