import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AuditQuestion, listAudit } from '../../../src/services/audit/list-audit.ts';
import { changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.db.empty();
  stage.clock.now = new Date('2026-05-04T09:30:00.000Z');
});

const ask = (question: Partial<AuditQuestion>) =>
  listAudit(stage.deps, { about: null, actor: null, group: null, since: null, limit: 20, ...question });
const contact = (reference: string) => ({ about: { kind: 'contact', reference } }) as const;
const organization = (reference: string) => ({ about: { kind: 'organization', reference } }) as const;
const issue = (reference: string) => ({ about: { kind: 'issue', reference } }) as const;
/** `dev contact.created contact Ada Lovelace`. */
const told = async (question: Partial<AuditQuestion>): Promise<string[]> =>
  (await ask(question)).map(
    ({ actor, action, subject }) =>
      `${actor?.username ?? actor?.id ?? 'system'} ${action} ${subject.kind} ${subject.name ?? subject.id}`,
  );

async function link(name: Name, reference: string, ...references: string[]): Promise<void> {
  const opened = await stage.onIssue(name, reference);
  await changeContacts(stage.deps, opened, { kind: 'add', references, names: false });
}

describe('what an entry tells', () => {
  test('who created what, by which surface and delivery, and every value it got', async () => {
    const org = await stage.organization('acme', 'Navy');
    const { id } = await stage.contact('acme', 'Grace Hopper', {
      email: 'grace@example.com',
      organization: 'navy',
    });
    expect(await ask(contact('grace@example.com'))).toMatchObject([
      {
        at: stage.clock.now,
        actor: { username: 'olga' },
        surface: 'slack',
        deliveryKey: expect.stringMatching(/^delivery-\d+$/),
        crmGroup: { fullPath: 'acme' },
        action: 'contact.created',
        subject: { kind: 'contact', id, name: 'Grace Hopper' },
        changes: [
          { field: 'firstName', before: null, after: 'Grace' },
          { field: 'lastName', before: null, after: 'Hopper' },
          { field: 'email', before: null, after: 'grace@example.com' },
          { field: 'organization', before: null, after: `Navy (O${org.id})` },
          { field: 'active', before: null, after: 'true' },
        ],
      },
    ]);
  });

  test('which contacts an issue gained, not those it had', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    const grace = await stage.contact('acme', 'Grace Hopper');
    await link('pia', 'acme/app#1', 'ada@example.com');
    await link('pia', 'acme/app#1', `C${grace.id}`);
    expect((await ask(issue('acme/app#1'))).map(({ changes }) => changes)).toEqual([
      [{ field: 'contacts', before: [], after: [`Grace Hopper (C${grace.id})`] }],
      [{ field: 'contacts', before: [], after: [`Ada Lovelace (C${ada.id})`] }],
    ]);
  });

  test('what nobody did is the system’s', async () => {
    await stage.contact('acme', 'Ada Lovelace');
    const { prisma } = stage.deps.database;
    const { id } = await prisma.group.findFirstOrThrow({ where: { fullPath: 'acme' } });
    const row = { crmGroupId: id, surface: 'system', action: 'group.settings_changed' };
    await prisma.auditEntry.create({
      data: {
        ...row,
        subjectKind: 'group',
        subjectId: id,
        before: { crmEnabled: true },
        after: { crmEnabled: false },
      },
    });
    expect(await ask({ actor: 'system' })).toMatchObject([
      {
        actor: null,
        surface: 'system',
        deliveryKey: null,
        subject: { kind: 'group', name: 'acme' },
        changes: [{ field: 'crmEnabled', before: 'true', after: 'false' }],
      },
    ]);
  });
});

describe('which entries are told', () => {
  test('newest first, at most as many as asked for, none before the date', async () => {
    await stage.contact('acme', 'Ada One');
    stage.clock.now = new Date('2026-05-05T09:30:00.000Z');
    await stage.contact('acme', 'Ada Two');
    await stage.contact('globex', 'Ada Three');
    expect(await told({})).toEqual([
      'nina contact.created contact Ada Three',
      'olga contact.created contact Ada Two',
      'olga contact.created contact Ada One',
    ]);
    expect(await told({ limit: 1 })).toEqual(['nina contact.created contact Ada Three']);
    expect(await told({ since: new Date('2026-05-05T00:00:00Z') })).toHaveLength(2);
    expect(await told({ since: new Date('2026-05-06T00:00:00Z') })).toEqual([]);
  });

  test('of a contact, its links are told too, and those of others are not', async () => {
    const { id } = await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await stage.contact('acme', 'Grace Hopper', { email: 'grace@example.com' });
    await link('pia', 'acme/app#1', 'ada@example.com');
    await link('pia', 'acme/app#1', 'grace@example.com');
    const expected = ['pia contact.linked issue acme/app#1', 'olga contact.created contact Ada Lovelace'];
    expect(await told(contact('ADA@example.com'))).toEqual(expected);
    expect(await told(contact(`c${id}`))).toEqual(expected);
  });

  test('a contact is found by an address it no longer has, and one that is gone by its number', async () => {
    const { id, crmGroupId } = await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await stage.deps.database.prisma.contact.update({
      where: { crmGroupId_id: { crmGroupId, id } },
      data: { email: 'countess@example.com' },
    });
    expect(await told(contact('ada@example.com'))).toHaveLength(1);
    expect(await told(contact('countess@example.com'))).toHaveLength(1);
    await stage.deps.database.prisma.contact.delete({ where: { crmGroupId_id: { crmGroupId, id } } });
    expect(await told(contact(`C${id}`))).toEqual([`olga contact.created contact ${id}`]);
  });

  test('an organization is found by name, ignoring case, and by number', async () => {
    const { id } = await stage.organization('acme', 'Weavers’ Guild');
    const expected = ['olga organization.created organization Weavers’ Guild'];
    expect(await told(organization('weavers’ guild'))).toEqual(expected);
    expect(await told(organization(`O${id}`))).toEqual(expected);
  });

  test('an issue is found by its reference, ignoring case, and by its address', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await link('pia', 'acme/app#1', 'ada@example.com');
    const expected = ['pia contact.linked issue acme/app#1'];
    expect(await told(issue('Acme/App#1'))).toEqual(expected);
    expect(await told(issue('https://gitlab.example.com/acme/app/-/issues/1'))).toEqual(expected);
  });

  test('a person is found by username and by id, and a subject narrows what is told of them', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await link('pia', 'acme/app#1', 'ada@example.com');
    expect(await told({ actor: '@PIA' })).toEqual(['pia contact.linked issue acme/app#1']);
    expect(await told({ actor: '6' })).toEqual(['pia contact.linked issue acme/app#1']);
    expect(await told({ actor: 'olga', ...issue('acme/app#1') })).toEqual([]);
  });

  test('a group narrows them to the crm group that applies in it', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await stage.contact('globex', 'Ada Lovelace', { email: 'ada@example.com' });
    await stage.inGroup('olga', 'acme/support');
    expect(await told(contact('ada@example.com'))).toHaveLength(2);
    expect(await told({ ...contact('ada@example.com'), group: 'globex' })).toEqual([
      'nina contact.created contact Ada Lovelace',
    ]);
    expect(await told({ group: '/acme/support/' })).toEqual(['olga contact.created contact Ada Lovelace']);
  });
});

describe('a reference that stands for nothing', () => {
  test.each([
    ['a contact by address', contact('nobody@example.com'), 'not_found.contact'],
    ['a contact by number', contact('C99'), 'not_found.contact'],
    ['a contact by name', contact('Ada Lovelace'), 'not_found.contact'],
    ['an organization', organization('Nobody & Sons'), 'not_found.organization'],
    ['an issue', issue('acme/app#99'), 'not_found.issue'],
    ['no issue at all', issue('what?'), 'input.invalid'],
    ['a group', { group: 'acme/nowhere' }, 'not_found.group'],
    ['a username', { actor: 'nobody' }, 'input.invalid'],
    ['a contact of another group', { ...contact('ada@example.com'), group: 'globex' }, 'not_found.contact'],
  ])('%s is an error', async (_, question, code) => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    await stage.organization('globex', 'Globex');
    expect((await refusalOf(ask(question))).code).toBe(code);
  });

  test('a user id that did nothing is no error: the log cannot know it', async () => {
    expect(await told({ actor: '12345' })).toEqual([]);
  });
});
