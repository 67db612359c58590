import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ContactsChange, changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { listIssueContacts } from '../../../src/services/issues/list-contacts.ts';
import type { OpenedIssue } from '../../../src/services/issues/open-issue.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.db.empty();
  for (let n = 1; n <= 8; n += 1)
    await stage.contact('acme', `Contact N${n}`, { email: `c${n}@example.com` });
});

const ISSUE = 'acme/support/desk#1';
const change = (kind: ContactsChange['kind'], ...references: string[]): ContactsChange => ({
  kind,
  references,
  names: false,
});
const add = (...references: string[]): ContactsChange => change('add', ...references);
const remove = (...references: string[]): ContactsChange => change('remove', ...references);
const apply = async (name: Name, what: ContactsChange, issue = ISSUE) =>
  changeContacts(stage.deps, await stage.onIssue(name, issue), what);
const words = async (result: ReturnType<typeof apply>): Promise<string[]> =>
  (await result).outcomes.map(({ text, kind }) => `${text} ${kind}`);
const linked = async (issue = ISSUE): Promise<(string | null)[]> =>
  (await listIssueContacts(stage.deps, await stage.onIssue('olga', issue))).contacts.map(
    ({ email }) => email,
  );

describe('adding and removing', () => {
  test('answer each reference in order', async () => {
    await stage.contact('acme', 'Gone Away', { email: 'gone@example.com', active: false });
    await apply('pia', add('c2@example.com'));
    const result = apply(
      'pia',
      add('C1@EXAMPLE.com', 'c2@example.com', 'gone@example.com', 'zzz@example.com'),
    );
    expect(await words(result)).toEqual([
      'C1@EXAMPLE.com added',
      'c2@example.com already_there',
      'gone@example.com inactive',
      'zzz@example.com not_found',
    ]);
    expect(await linked()).toEqual(['c1@example.com', 'c2@example.com']);
  });

  test('remove ignores case, and what is not there is no error', async () => {
    await apply('pia', add('c1@example.com', 'c2@example.com'));
    expect(await words(apply('pia', remove('C1@Example.COM', 'c3@example.com')))).toEqual([
      'C1@Example.COM removed',
      'c3@example.com was_not_there',
    ]);
    expect(await linked()).toEqual(['c2@example.com']);
  });

  test('take a contact’s number', async () => {
    const contact = await stage.contact('acme', 'By Number');
    expect(await words(apply('pia', add(`C${contact.id}`)))).toEqual([`C${contact.id} added`]);
  });

  test('take a name where names may stand for contacts, and not where they may not', async () => {
    expect(await words(apply('pia', { ...add('contact n1'), names: true }))).toEqual(['contact n1 added']);
    expect(await words(apply('pia', add('contact n2')))).toEqual(['contact n2 not_found']);
    expect(await words(apply('pia', { ...add('contact'), names: true }))).toEqual(['contact ambiguous']);
  });

  test('add the first six of eight and name the others', async () => {
    const all = Array.from({ length: 8 }, (_, index) => `c${index + 1}@example.com`);
    const outcomes = await words(apply('pia', add(...all)));
    expect(outcomes.slice(5)).toEqual([
      'c6@example.com added',
      'c7@example.com over_limit',
      'c8@example.com over_limit',
    ]);
    expect(await linked()).toEqual(all.slice(0, 6));
  });

  test('do not find another company’s contact', async () => {
    await stage.contact('globex', 'Edna Krabappel', { email: 'edna@example.org' });
    expect(await words(apply('pia', add('edna@example.org')))).toEqual(['edna@example.org not_found']);
  });

  test('work on a confidential issue for whoever may read it', async () => {
    expect(await words(apply('pia', add('c1@example.com'), 'acme/app#4'))).toEqual(['c1@example.com added']);
  });
});

describe('what is left behind', () => {
  test('one audit row for what was added, with the contacts before and after', async () => {
    const { prisma } = stage.db.database;
    await apply('pia', add('c1@example.com'));
    await prisma.auditEntry.deleteMany();
    const opened = await stage.onIssue('dev', ISSUE);
    await changeContacts(stage.deps, opened, add('c2@example.com', 'c1@example.com', 'c3@example.com'));
    const [first, second, third] = await prisma.contact.findMany({ orderBy: { id: 'asc' }, take: 3 });
    expect(await prisma.auditEntry.findMany()).toMatchObject([
      {
        crmGroupId: 101n,
        actorId: 4n,
        deliveryKey: opened.actor.deliveryKey,
        action: 'contact.linked',
        subjectKind: 'issue',
        subjectId: opened.issue.id,
        before: [{ $n: String(first?.id) }],
        after: [first, second, third].map((contact) => ({ $n: String(contact?.id) })),
      },
    ]);
  });

  test('a notice that names the issue and only the contacts that are new', async () => {
    await stage.subscribe('acme', 'C-ALL');
    await apply('pia', add('c1@example.com'));
    await apply('pia', add('c1@example.com', 'c2@example.com'));
    await apply('pia', remove('c1@example.com'));
    const notices = await stage.db.database.prisma.outboxMessage.findMany({ orderBy: { id: 'asc' } });
    expect(notices.map(({ payload }) => payload)).toMatchObject([
      { event: { kind: 'contact.linked', issue: { reference: ISSUE }, contacts: [{ lastName: 'N1' }] } },
      { event: { kind: 'contact.linked', contacts: [{ lastName: 'N2' }] } },
      { event: { kind: 'contact.unlinked', contacts: [{ lastName: 'N1' }] } },
    ]);
  });

  test('nothing where nothing changed', async () => {
    const { prisma } = stage.db.database;
    await apply('pia', add('c1@example.com'));
    await prisma.auditEntry.deleteMany();
    await stage.subscribe('acme', 'C-ALL');
    await apply('pia', add('c1@example.com', 'zzz@example.com'));
    await apply('pia', remove('c2@example.com'));
    expect([await prisma.auditEntry.count(), await prisma.outboxMessage.count()]).toEqual([0, 0]);
  });

  test('the same request come again gives the first outcomes, though they are no news by now', async () => {
    const opened = await stage.onIssue('pia', ISSUE);
    const first = await changeContacts(stage.deps, opened, add('c1@example.com'));
    expect(await changeContacts(stage.deps, opened, add('c1@example.com'))).toEqual(first);
    expect(first.outcomes[0]?.kind).toBe('added');
  });
});

describe('who may', () => {
  test.each(['olga', 'max', 'dev', 'rita', 'pia'] as const)('%s may', async (name) => {
    expect(await words(apply(name, add('c1@example.com')))).toEqual(['c1@example.com added']);
  });

  test('a guest is told that it takes a Planner', async () => {
    expect(await refusalOf(apply('gus', add('c1@example.com')))).toMatchObject({
      code: 'forbidden.ability',
      data: { ability: 'issue.set_contacts', needs: 'Planner' },
    });
    expect(await linked()).toEqual([]);
  });

  test('to a stranger the issue does not exist, nor does a confidential one to a guest', async () => {
    const missing = await refusalOf(apply('nina', add('c1@example.com'), 'acme/app#999'));
    expect(missing).toEqual({ code: 'not_found.issue', data: { reference: 'acme/app#999' } });
    expect(await refusalOf(apply('nina', add('c1@example.com'), 'acme/app#1'))).toEqual({
      ...missing,
      data: { reference: 'acme/app#1' },
    });
    expect((await refusalOf(apply('gus', add('c1@example.com'), 'acme/app#4'))).code).toBe('not_found.issue');
  });

  test('whoever holds a role on the project alone may not, nor on the group alone', async () => {
    await stage.gitlab.setRole('nina', 'acme/support/desk', 'maintainer');
    stage.forget();
    expect((await refusalOf(apply('nina', add('c1@example.com')))).code).toBe('forbidden.ability');
    await stage.gitlab.setRole('nina', 'acme/support/desk', null);
    stage.forget();
  });

  test('an issue in a personal project has no contacts, even where the bot may see it', async () => {
    await stage.gitlab.setRole('tieline', 'nina/notes', 'maintainer');
    expect((await refusalOf(apply('nina', add('c1@example.com'), 'nina/notes#1'))).code).toBe(
      'forbidden.no_crm_group',
    );
  });
});

describe('settings that change between opening an issue and changing it', () => {
  const whileOpen = async (settings: () => Promise<void>, name: Name = 'olga'): Promise<OpenedIssue> => {
    const opened = await stage.onIssue(name, ISSUE);
    await settings();
    return opened;
  };

  test.each([
    ['the issue’s own group', 'acme/support'],
    ['the crm group', 'acme'],
  ])('CRM turned off for %s refuses everybody', async (_name, path) => {
    const opened = await whileOpen(() => stage.configure(path, { crmEnabled: false }));
    expect(await refusalOf(changeContacts(stage.deps, opened, add('c1@example.com')))).toEqual({
      code: 'forbidden.crm_disabled',
      data: { where: path },
    });
  });

  test('CRM turned off for a group in between does not matter', async () => {
    await stage.onIssue('olga', 'acme/platform/infra/ops#1');
    await stage.configure('acme/platform', { crmEnabled: false });
    expect(await words(apply('olga', add('c1@example.com'), 'acme/platform/infra/ops#1'))).toEqual([
      'c1@example.com added',
    ]);
  });

  test('another source makes another crm group, on which no role was asked for: refused', async () => {
    await stage.inGroup('nina', 'globex');
    const opened = await whileOpen(() => stage.configure('acme/support', { source: 'globex' }));
    expect((await refusalOf(changeContacts(stage.deps, opened, add('c1@example.com')))).code).toMatch(
      /^(?:forbidden|not_found)\./,
    );
    expect(await stage.db.database.prisma.issueContact.count()).toBe(0);
  });

  test('links in another crm group are held: nothing is added, removed or lost', async () => {
    await apply('pia', add('c1@example.com'));
    await stage.configure('acme/support', { source: 'acme/support' });
    for (const what of [add('c2@example.com'), remove('c1@example.com')]) {
      expect(await refusalOf(apply('pia', what))).toEqual({ code: 'conflict.held', data: { where: ISSUE } });
    }
    await stage.configure('acme/support', { source: null });
    expect(await linked()).toEqual(['c1@example.com']);
  });

  test('an issue without links goes with its crm group', async () => {
    await apply('pia', add('c1@example.com'));
    await apply('pia', remove('c1@example.com'));
    await stage.configure('acme/support', { source: 'acme/support' });
    await stage.contact('acme/support', 'Only Here', { email: 'here@example.com' });
    expect(await words(apply('pia', add('here@example.com', 'c1@example.com')))).toEqual([
      'here@example.com added',
      'c1@example.com not_found',
    ]);
  });
});

describe('sixteen people at once', () => {
  test('adding the same contacts to one issue make no duplicate and no error', async () => {
    const addresses = ['c1@example.com', 'c2@example.com', 'c3@example.com'];
    const opened = await Promise.all(Array.from({ length: 16 }, () => stage.onIssue('pia', ISSUE)));
    const results = await Promise.all(
      opened.map((issue, index) => {
        const turned = [...addresses.slice(index % 3), ...addresses.slice(0, index % 3)];
        return changeContacts(stage.deps, issue, add(...turned));
      }),
    );
    const outcomes = results.flatMap((result) => result.outcomes.map(({ kind }) => kind));
    expect(outcomes.filter((kind) => kind === 'added')).toHaveLength(3);
    expect(outcomes.filter((kind) => kind === 'already_there')).toHaveLength(45);
    expect(await linked()).toEqual(addresses);
    expect(await stage.db.database.prisma.auditEntry.count({ where: { action: 'contact.linked' } })).toBe(1);
  });

  test('adding and removing end in a state that the audit log explains', async () => {
    const { prisma } = stage.db.database;
    const opened = await Promise.all(Array.from({ length: 16 }, () => stage.onIssue('pia', ISSUE)));
    await Promise.all(
      opened.map((issue, index) =>
        changeContacts(stage.deps, issue, index % 2 ? remove('c1@example.com') : add('c1@example.com')),
      ),
    );
    const last = await prisma.auditEntry.findFirstOrThrow({
      where: { action: { in: ['contact.linked', 'contact.unlinked'] } },
      orderBy: { id: 'desc' },
    });
    expect(await linked()).toEqual(last.action === 'contact.linked' ? ['c1@example.com'] : []);
  });
});
