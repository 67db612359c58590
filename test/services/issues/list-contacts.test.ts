import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fullName } from '../../../src/domain/customers.ts';
import { changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { listIssueContacts } from '../../../src/services/issues/list-contacts.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.db.empty();
  await stage.contact('acme', 'Grace Hopper', { email: 'grace@example.com' });
  await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
  await stage.contact('acme', 'Zed Hopper', { email: 'zed@example.com' });
  const references = ['grace@example.com', 'zed@example.com', 'ada@example.com'];
  for (const issue of ['acme/support/desk#1', 'acme/app#4'])
    await changeContacts(stage.deps, await stage.onIssue('olga', issue), {
      kind: 'add',
      references,
      names: false,
    });
});

const list = async (name: Name, issue: string) =>
  listIssueContacts(stage.deps, await stage.onIssue(name, issue));

describe('the contacts of an issue', () => {
  test('come in order of last and first name, with the issue’s reference and title', async () => {
    const found = await list('pia', 'acme/support/desk#1');
    expect(found.contacts.map(fullName)).toEqual(['Grace Hopper', 'Zed Hopper', 'Ada Lovelace']);
    expect(found).toMatchObject({ reference: 'acme/support/desk#1', title: 'Invoice 2291 was sent twice' });
  });

  test('are none where none is linked', async () => {
    expect((await list('pia', 'acme/app#1')).contacts).toEqual([]);
  });

  test('are found by the issue’s reference in another case', async () => {
    expect((await list('pia', 'Acme/Support/Desk#1')).contacts).toHaveLength(3);
  });

  test.each(['olga', 'max', 'dev', 'rita', 'pia'] as const)('%s may see them', async (name) => {
    expect((await list(name, 'acme/app#4')).contacts).toHaveLength(3);
  });

  test.each([
    ['a guest is told that it takes a Planner', 'gus', 'acme/support/desk#1', 'forbidden.ability'],
    ['to a guest a confidential issue does not exist', 'gus', 'acme/app#4', 'not_found.issue'],
    ['to a stranger no issue exists', 'nina', 'acme/support/desk#1', 'not_found.issue'],
    ['an issue that there is not', 'olga', 'acme/app#999', 'not_found.issue'],
    ['a project that there is not', 'olga', 'acme/nowhere#1', 'not_found.issue'],
    ['an issue that the bot may not see', 'nina', 'nina/notes#1', 'not_found.issue'],
  ] as const)('%s', async (_name, who, issue, code) => {
    expect((await refusalOf(list(who, issue))).code).toBe(code);
  });

  test('a person who is blocked sees nothing any more', async () => {
    await stage.gitlab.block('rita');
    stage.forget();
    expect((await refusalOf(list('rita', 'acme/app#1'))).code).toBe('not_found.issue');
    await stage.gitlab.unblock('rita');
    stage.forget();
  });

  test('GitLab out of reach is no right: nothing is told', async () => {
    stage.forget();
    stage.gitlab.faults.respond({ path: /members/, status: 503, times: 20 });
    expect((await refusalOf(list('olga', 'acme/app#1'))).code).toBe('unavailable.gitlab');
    stage.gitlab.faults.clear();
    expect((await list('olga', 'acme/app#1')).reference).toBe('acme/app#1');
  });
});
