import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { gitlabSentence } from '../../../src/commands/wording/gitlab-sentences.ts';
import type { Organization } from '../../../src/domain/customers.ts';
import { AppError } from '../../../src/domain/errors.ts';
import {
  editOrganization,
  type OrganizationEdit,
} from '../../../src/services/organizations/edit-organization.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.db.empty());
afterAll(() => stage.close());

async function edit(
  organization: Organization,
  change: OrganizationEdit,
  { who = 'dev', version }: { who?: Name; version?: number } = {},
) {
  return editOrganization(stage.deps, await stage.inGroup(who, 'acme'), {
    id: organization.id,
    edit: change,
    ...(version === undefined ? {} : { version }),
  });
}

async function sentenceOf(work: Promise<unknown>): Promise<string | null> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error ?? new Error('nothing was refused');
  return gitlabSentence(error);
}

const audits = () =>
  stage.db.database.prisma.auditEntry.findMany({
    where: { action: { not: { endsWith: '.created' } } },
    orderBy: { id: 'asc' },
    select: { action: true, before: true, after: true },
  });

const navy = () => stage.organization('acme', 'Navy', { defaultRate: '120', description: 'Pays on time.' });

describe('editing an organization', () => {
  test.each<[string, OrganizationEdit, Partial<Organization>]>([
    ['changes its name', { name: '  Royal Navy ' }, { name: 'Royal Navy' }],
    ['changes the case of its name', { name: 'NAVY' }, { name: 'NAVY' }],
    ['rounds its rate to two places', { defaultRate: '99,999' }, { defaultRate: '100.00' }],
    ['takes a rate below zero', { defaultRate: '-1.5' }, { defaultRate: '-1.50' }],
    ['empties its rate', { defaultRate: null }, { defaultRate: null }],
    ['empties its note', { description: '' }, { description: null }],
    ['deactivates it', { active: false }, { active: false }],
  ])('%s and leaves the rest', async (_, change, expected) => {
    const before = await navy();
    const { organization, changes } = await edit(before, change);
    expect(organization).toMatchObject({ ...before, ...expected, version: 2 });
    expect(changes).toHaveLength(1);
    expect(await audits()).toHaveLength(1);
  });

  test('leaves its contacts alone when it is deactivated', async () => {
    const before = await navy();
    const ada = await stage.contact('acme', 'Ada Lovelace', { organization: 'Navy' });
    await edit(before, { active: false });
    expect(await stage.db.database.prisma.contact.findMany()).toMatchObject([
      { id: ada.id, active: true, organizationId: before.id, version: 1 },
    ]);
  });

  test('that changes nothing leaves no trace', async () => {
    const before = await navy();
    expect(await edit(before, { name: 'Navy', defaultRate: '120.001' })).toEqual({
      organization: before,
      changes: [],
    });
    expect(await audits()).toEqual([]);
  });

  test('tells a later editor what was changed, by whom', async () => {
    const before = await navy();
    await edit(before, { defaultRate: '130', active: false }, { who: 'max' });
    expect(await refusalOf(edit(before, { name: 'Fleet' }, { version: 1 }))).toMatchObject({
      code: 'conflict.stale',
      data: {
        what: 'Navy',
        meanwhile: {
          by: 'Max Maier',
          changes: [
            { field: 'defaultRate', before: '120.00', after: '130.00' },
            { field: 'active', before: true, after: false },
          ],
        },
      },
    });
  });

  test('tells channels its name, the former one, and which fields', async () => {
    const before = await navy();
    await stage.subscribe('acme', 'C1');
    await edit(before, { name: 'Fleet', defaultRate: '777' });
    const [row] = await stage.db.database.prisma.outboxMessage.findMany();
    expect(row?.payload).toMatchObject({
      event: { kind: 'organization.edited', formerly: 'Navy', fields: ['name', 'defaultRate'] },
    });
    expect(JSON.stringify(row?.payload)).not.toContain('777');
  });
});

describe('an edit of an organization is refused in the words of GitLab', () => {
  test.each<[string, OrganizationEdit, string]>([
    ['an empty name', { name: null }, "Name can't be blank"],
    ['a long name', { name: 'x'.repeat(256) }, 'Name is too long (maximum is 255 characters)'],
    [
      'a long note',
      { description: 'x'.repeat(1025) },
      'Description is too long (maximum is 1024 characters)',
    ],
    ['a rate that is no number', { defaultRate: 'much' }, 'Default rate must be a number, such as 120.50'],
    [
      'a rate of seventeen digits',
      { defaultRate: '12345678901234567' },
      'Default rate is too large (at most 16 digits before the point)',
    ],
    [
      'NUL in the name',
      { name: 'Na\0vy' },
      'Name has a character that cannot be stored (NUL or half of a character)',
    ],
  ])('%s', async (_, change, sentence) => {
    expect(await sentenceOf(edit(await navy(), change))).toBe(sentence);
  });

  test('a name that another one has, in whatever case', async () => {
    await stage.organization('acme', 'Harbour');
    await stage.organization('globex', 'Elsewhere');
    const before = await navy();
    expect(await sentenceOf(edit(before, { name: 'HARBOUR' }))).toBe('Name has already been taken');
    expect((await edit(before, { name: 'Elsewhere' })).organization.name).toBe('Elsewhere');
  });

  test('a Reporter', async () => {
    expect(await sentenceOf(edit(await navy(), { name: 'Fleet' }, { who: 'rita' }))).toBe(
      'You have insufficient permissions to update an organization for this group',
    );
  });

  test('one whose group takes its contacts from elsewhere by now', async () => {
    const before = await navy();
    const opened = await stage.inGroup('dev', 'acme');
    await stage.inGroup('nina', 'globex');
    await stage.configure('acme', { source: 'globex' });
    const work = editOrganization(stage.deps, opened, { id: before.id, edit: { name: 'Fleet' } });
    expect(await sentenceOf(work)).toBe(
      'organizations can only be added to root groups and groups configured as CRM targets',
    );
  });
});

test('one of another group is not found', async () => {
  const other = await stage.organization('globex', 'Elsewhere');
  expect((await refusalOf(edit(other, { name: 'Mine' }))).code).toBe('not_found.organization');
});

test('several that take the same name at once: one has it, the others are told', async () => {
  const some = await Promise.all(
    Array.from({ length: 6 }, (_, index) => stage.organization('acme', `Company ${index}`)),
  );
  const outcomes = await Promise.allSettled(some.map((one) => edit(one, { name: 'Same' })));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(5);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'conflict.name_taken' });
});
