import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IssueReference } from '../../../src/domain/references.ts';
import {
  type CustomerIssues,
  ISSUES_PER_PAGE,
  listCustomerIssues,
} from '../../../src/services/contacts/list-issues.ts';
import { changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.db.empty();
  stage.forget();
});

const link = async (name: Name, issue: string, ...references: string[]): Promise<void> => {
  const { outcomes } = await changeContacts(stage.deps, await stage.onIssue(name, issue), {
    kind: 'add',
    references,
    names: false,
  });
  expect(outcomes.map(({ kind }) => kind)).toEqual(references.map(() => 'added'));
};

const list = async (
  name: Name,
  reference: string,
  { path = 'acme', ...more }: { path?: string; includeClosed?: boolean; page?: number } = {},
): Promise<CustomerIssues> =>
  listCustomerIssues(stage.deps, await stage.inGroup(name, path), {
    reference,
    includeClosed: false,
    page: 0,
    ...more,
  });
const references = (found: CustomerIssues): string[] => found.issues.map(({ reference }) => reference);

describe('the issues of a customer', () => {
  beforeEach(async () => {
    await stage.organization('acme', 'Navy');
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com', organization: 'Navy' });
    await stage.contact('acme', 'Grace Hopper', { email: 'grace@example.com', organization: 'Navy' });
    await stage.contact('acme', 'Alan Turing', { email: 'alan@example.com' });
    await link('olga', 'acme/app#1', 'ada@example.com', 'grace@example.com');
    await link('olga', 'acme/support/desk#2', 'ada@example.com');
    await link('olga', 'acme/app#5', 'ada@example.com', 'alan@example.com');
    await link('olga', 'acme/app#4', 'grace@example.com');
  });

  test('are the open ones of a contact, newest first', async () => {
    const found = await list('pia', 'ada@example.com');
    expect([references(found), found.total]).toEqual([['acme/support/desk#2', 'acme/app#1'], 2]);
  });

  test('hold the closed ones behind the open ones when asked for', async () => {
    const found = await list('pia', 'ada@example.com', { includeClosed: true });
    expect(references(found)).toEqual(['acme/support/desk#2', 'acme/app#1', 'acme/app#5']);
    expect(found).toMatchObject({ total: 3, includesClosed: true });
  });

  test('are none where the only one is closed', async () => {
    expect(await list('pia', 'alan@example.com')).toMatchObject({ issues: [], total: 0 });
  });

  test('of an organization are those of all its contacts, each once', async () => {
    const found = await list('pia', 'Navy');
    expect(found.customer.kind).toBe('organization');
    expect(references(found).sort()).toEqual(['acme/app#1', 'acme/app#4', 'acme/support/desk#2']);
    expect(found.total).toBe(3);
  });

  test('hold confidential ones for whoever views contacts of the whole hierarchy', async () => {
    expect(references(await list('pia', 'grace@example.com'))).toContain('acme/app#4');
  });

  test('no longer hold one that the contact was removed from', async () => {
    await changeContacts(stage.deps, await stage.onIssue('olga', 'acme/app#1'), {
      kind: 'remove',
      references: ['ada@example.com'],
      names: false,
    });
    expect(references(await list('pia', 'ada@example.com'))).toEqual(['acme/support/desk#2']);
  });

  test('no longer hold one that GitLab took away', async () => {
    await stage.db.database.prisma.issue.updateMany({
      where: { iid: 1, project: { fullPath: 'acme/app' } },
      data: { removedAt: stage.clock.now },
    });
    expect(references(await list('pia', 'ada@example.com'))).toEqual(['acme/support/desk#2']);
  });

  test.each([
    ['a guest is told that it takes a Planner', 'gus', 'forbidden.ability'],
    ['to a stranger the group does not exist', 'nina', 'not_found.group'],
  ] as const)('%s', async (_name, who, code) => {
    expect((await refusalOf(list(who, 'ada@example.com'))).code).toBe(code);
  });

  test('of nobody are answered with the nearest name', async () => {
    expect(await refusalOf(list('pia', 'Ada Lovelase'))).toMatchObject({
      code: 'not_found.contact',
      data: { nearest: 'Ada Lovelace (ada@example.com)' },
    });
  });
});

describe('issues in another hierarchy, which takes its contacts from here', () => {
  const confidential: IssueReference = { project: 'globex/portal', iid: 0 };

  beforeEach(async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await stage.inGroup('nina', 'globex');
    await stage.configure('globex', { source: 'acme' });
    await stage.gitlab.setRole('nina', 'acme', 'planner');
    const issue = await stage.gitlab
      .as('nina')
      .createIssue('globex/portal', { title: 'Between us', confidential: true });
    Object.assign(confidential, { iid: issue.iid });
    await link('nina', 'globex/portal#1', 'ada@example.com');
    await link('nina', `globex/portal#${issue.iid}`, 'ada@example.com');
    await link('olga', 'acme/app#1', 'ada@example.com');
    return async () => {
      for (const [name, group] of [
        ['nina', 'acme'],
        ['rita', 'globex'],
        ['max', 'globex'],
      ] as const)
        await stage.gitlab.setRole(name, group, null);
      // Max is a maintainer of acme again, whatever a test made of him.
      stage.forget();
    };
  });

  test('are hidden from whoever is not a member there, and not counted', async () => {
    const found = await list('pia', 'ada@example.com');
    expect([references(found), found.total]).toEqual([['acme/app#1'], 1]);
  });

  test('show to a guest there unless they are confidential', async () => {
    await stage.gitlab.setRole('rita', 'globex', 'guest');
    const found = await list('rita', 'ada@example.com');
    expect([references(found).sort(), found.total]).toEqual([['acme/app#1', 'globex/portal#1'], 2]);
  });

  test('show to a guest there who is assigned, though they are confidential', async () => {
    await stage.gitlab.setRole('rita', 'globex', 'guest');
    await stage.db.database.prisma.issue.updateMany({
      where: { iid: confidential.iid, project: { fullPath: 'globex/portal' } },
      data: { assigneeIds: [5n] },
    });
    expect(references(await list('rita', 'ada@example.com'))).toContain(`globex/portal#${confidential.iid}`);
  });

  test('show to a planner there all of them', async () => {
    await stage.gitlab.setRole('max', 'globex', 'planner');
    expect((await list('max', 'ada@example.com')).total).toBe(3);
  });

  test('are listed from there too', async () => {
    expect((await list('nina', 'ada@example.com', { path: 'globex' })).total).toBe(3);
  });
});

describe('a crm group below the issues that take contacts from it', () => {
  test('shows issues above it by the role on their own project', async () => {
    await stage.inGroup('olga', 'acme/support');
    await stage.configure('acme', { source: 'acme/support' });
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await link('olga', 'acme/app#1', 'ada@example.com');
    await link('olga', 'acme/app#4', 'ada@example.com');
    await link('olga', 'acme/support/desk#1', 'ada@example.com');
    await stage.gitlab.setRole('gus', 'acme/support', 'planner');
    stage.forget();
    const found = await list('gus', 'ada@example.com');
    expect([references(found).sort(), found.total]).toEqual([['acme/app#1', 'acme/support/desk#1'], 2]);
    await stage.gitlab.setRole('gus', 'acme/support', null);
  });
});

describe('many issues', () => {
  test('come page by page, each once, and every page knows how many there are', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    const iids: number[] = [];
    for (let n = 0; n < ISSUES_PER_PAGE + 3; n += 1) {
      const { iid } = await stage.gitlab.as('dev').createIssue('acme/website', { title: `Issue ${n}` });
      iids.push(iid);
      await link('dev', `acme/website#${iid}`, 'ada@example.com');
    }
    const pages = [];
    for (const page of [0, 1, 2]) pages.push(await list('pia', 'ada@example.com', { page }));
    expect(pages.map((page) => [page.issues.length, page.total])).toEqual([
      [10, 13],
      [3, 13],
      [0, 13],
    ]);
    expect(pages.flatMap(references)).toEqual(iids.reverse().map((iid) => `acme/website#${iid}`));
  });
});
