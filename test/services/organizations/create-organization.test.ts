import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganization } from '../../../src/services/organizations/create-organization.ts';
import { refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.db.empty());

const organizations = () => stage.db.database.prisma.organization.findMany({ orderBy: { id: 'asc' } });
const create = async (
  name: Parameters<Stage['inGroup']>[0],
  path: string,
  input: Parameters<typeof createOrganization>[2],
) => createOrganization(stage.deps, await stage.inGroup(name, path), input);

describe('a new organization', () => {
  test('is stored in the crm group with its rate to two places', async () => {
    const created = await create('dev', 'acme/support', {
      name: '   GitLab   ',
      defaultRate: '120,505',
      description: 'Pays on time',
    });
    expect(created).toMatchObject({
      crmGroupId: 101n,
      name: 'GitLab',
      defaultRate: '120.51',
      description: 'Pays on time',
      active: true,
      createdAt: stage.clock.now,
    });
    expect(await organizations()).toHaveLength(1);
  });

  test('keeps the greatest rate exactly', async () => {
    const defaultRate = `${'9'.repeat(16)}.99`;
    expect((await create('dev', 'acme', { name: 'Rich', defaultRate })).defaultRate).toBe(defaultRate);
  });

  test.each([
    ['a blank name', { name: '  ' }, 'name', 'blank'],
    ['a name of 256 characters', { name: 'x'.repeat(256) }, 'name', 'too_long:255'],
    ['a rate that is no number', { name: 'Navy', defaultRate: 'lots' }, 'default rate', 'rate'],
    ['a rate of 17 digits', { name: 'Navy', defaultRate: '1'.repeat(17) }, 'default rate', 'rate_range'],
    ['a long description', { name: 'Navy', description: 'x'.repeat(1025) }, 'description', 'too_long:1024'],
  ])('is refused for %s', async (_words, input, field, rule) => {
    expect(await refusalOf(create('dev', 'acme', input))).toMatchObject({
      code: 'input.invalid',
      data: { field, rule },
    });
    expect(await organizations()).toEqual([]);
  });

  test('writes an audit row and a notice', async () => {
    const { prisma } = stage.db.database;
    await stage.inGroup('dev', 'acme');
    await stage.subscribe('acme', 'C-ALL');
    const created = await create('dev', 'acme', { name: 'Navy' });
    expect(await prisma.auditEntry.findMany()).toMatchObject([
      { action: 'organization.created', subjectKind: 'organization', subjectId: created.id, actorId: 4n },
    ]);
    expect(await prisma.outboxMessage.findMany()).toMatchObject([
      { payload: { event: { kind: 'organization.created', organization: { name: 'Navy' } } } },
    ]);
  });
});

describe('a name', () => {
  test.each([
    ['in capitals', 'NAVY'],
    ['with space around it', ' Navy '],
    ['as it is', 'Navy'],
  ])('is taken %s', async (_words, name) => {
    await create('dev', 'acme', { name: 'Navy' });
    expect(await refusalOf(create('max', 'acme', { name }))).toEqual({
      code: 'conflict.name_taken',
      data: { name: name.trim(), organization: 'Navy' },
    });
    expect(await organizations()).toHaveLength(1);
  });

  test('is free in another crm group', async () => {
    await create('dev', 'acme', { name: 'Navy' });
    expect((await create('nina', 'globex', { name: 'navy' })).crmGroupId).toBe(105n);
  });

  test('wanted by eight people at once goes to one of them', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => create('dev', 'acme', { name: index % 2 ? 'Navy' : 'NAVY' })),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await organizations()).toHaveLength(1);
  });
});

describe('who may create', () => {
  test.each(['olga', 'max', 'dev'] as const)('%s may', async (name) => {
    expect((await create(name, 'acme', { name: 'Navy' })).name).toBe('Navy');
  });

  test.each(['rita', 'pia', 'gus'] as const)('%s may not', async (name) => {
    expect(await refusalOf(create(name, 'acme', { name: 'Navy' }))).toEqual({
      code: 'forbidden.ability',
      data: { ability: 'organization.create', where: 'acme', needs: 'Developer' },
    });
  });

  test('to a stranger the group does not exist', async () => {
    expect((await refusalOf(create('nina', 'acme', { name: 'Navy' }))).code).toBe('not_found.group');
  });
});

test('the same request come again gives the first result', async () => {
  const opened = await stage.inGroup('dev', 'acme');
  const first = await createOrganization(stage.deps, opened, { name: 'Navy', defaultRate: '1' });
  expect(await createOrganization(stage.deps, opened, { name: 'Navy', defaultRate: '1' })).toEqual(first);
  expect(await organizations()).toHaveLength(1);
});
