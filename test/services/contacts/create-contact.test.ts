import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createContact } from '../../../src/services/contacts/create-contact.ts';
import { refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.db.empty());

const ADA = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' };
const contacts = () => stage.db.database.prisma.contact.findMany({ orderBy: { id: 'asc' } });
const create = async (
  name: Parameters<Stage['inGroup']>[0],
  path: string,
  input: Parameters<typeof createContact>[2] = ADA,
) => createContact(stage.deps, await stage.inGroup(name, path), input);

describe('a new contact', () => {
  test('is stored in the crm group of the group worked in, active, by the clock', async () => {
    const created = await create('dev', 'acme/support');
    expect(created).toMatchObject({
      ...ADA,
      crmGroupId: 101n,
      phone: null,
      description: null,
      organization: null,
      active: true,
      version: 1,
      createdAt: stage.clock.now,
    });
    expect(await contacts()).toMatchObject([{ id: created.id, ...ADA }]);
  });

  test('has its names and phone trimmed, its description not', async () => {
    const created = await create('dev', 'acme', {
      firstName: '  First  ',
      lastName: ' Last ',
      phone: '  123456 ',
      description: '  note ',
    });
    expect(created).toMatchObject({
      firstName: 'First',
      lastName: 'Last',
      phone: '123456',
      description: '  note ',
      email: null,
    });
  });

  test('joins an organization that is named in another case', async () => {
    const navy = await stage.organization('acme', 'Navy');
    const created = await create('dev', 'acme', { ...ADA, organization: ' NAVY ' });
    expect(created.organization).toEqual({ id: navy.id, name: 'Navy' });
  });

  test('may join an inactive organization', async () => {
    await stage.organization('acme', 'Sunset', { active: false });
    expect((await create('dev', 'acme', { ...ADA, organization: 'Sunset' })).organization?.name).toBe(
      'Sunset',
    );
  });

  test('is refused with the nearest name where the organization is unknown', async () => {
    await stage.organization('acme', 'Analytical Engines');
    expect(await refusalOf(create('dev', 'acme', { ...ADA, organization: 'Analitical Engines' }))).toEqual({
      code: 'not_found.organization',
      data: { reference: 'Analitical Engines', nearest: 'Analytical Engines' },
    });
    expect(await contacts()).toEqual([]);
  });

  test('cannot join an organization of another company', async () => {
    await stage.organization('globex', 'Hammock District');
    expect(await refusalOf(create('dev', 'acme', { ...ADA, organization: 'Hammock District' }))).toEqual({
      code: 'not_found.organization',
      data: { reference: 'Hammock District', nearest: null },
    });
  });

  test('is refused for a value that breaks a rule, and nothing is stored', async () => {
    expect(await refusalOf(create('dev', 'acme', { ...ADA, email: 'ada@example' }))).toMatchObject({
      code: 'input.invalid',
      data: { field: 'e-mail', rule: 'email.domain_labels' },
    });
    expect(await contacts()).toEqual([]);
  });

  test('with a NUL in its organization’s name finds no organization, without a fault', async () => {
    const input = { ...ADA, organization: 'Na\0vy' };
    expect((await refusalOf(create('dev', 'acme', input))).code).toBe('not_found.organization');
  });
});

describe('an address', () => {
  test('is taken once in a crm group, whatever its case', async () => {
    await create('dev', 'acme');
    const again = { firstName: 'Augusta', lastName: 'King', email: 'ADA@Example.com' };
    expect(await refusalOf(create('max', 'acme/platform', again))).toEqual({
      code: 'conflict.email_taken',
      data: { email: 'ADA@Example.com', contact: 'Ada Lovelace' },
    });
    expect(await contacts()).toHaveLength(1);
  });

  test('is free in another crm group', async () => {
    await create('dev', 'acme');
    await create('nina', 'globex');
    expect((await contacts()).map(({ crmGroupId }) => crmGroupId)).toEqual([101n, 105n]);
  });

  test('is not needed: any number of contacts goes without', async () => {
    for (const lastName of ['One', 'Two', 'Three'])
      await create('dev', 'acme', { firstName: 'No', lastName });
    expect(await contacts()).toHaveLength(3);
  });

  test('wanted by eight people at once goes to one of them; the others are told who has it', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => create('dev', 'acme')));
    const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
    expect(refused).toHaveLength(7);
    for (const error of refused)
      expect(error).toMatchObject({ code: 'conflict.email_taken', data: { contact: 'Ada Lovelace' } });
    expect(await contacts()).toHaveLength(1);
  });
});

describe('who may create', () => {
  test.each([
    ['an owner may', 'olga'],
    ['a maintainer may', 'max'],
    ['a developer may', 'dev'],
  ] as const)('%s', async (_words, name) => {
    expect((await create(name, 'acme')).email).toBe(ADA.email);
  });

  test.each([
    ['a reporter is told that it takes a Developer', 'rita'],
    ['a planner is told that it takes a Developer', 'pia'],
    ['a guest is told that it takes a Developer', 'gus'],
  ] as const)('%s', async (_words, name) => {
    expect(await refusalOf(create(name, 'acme'))).toEqual({
      code: 'forbidden.ability',
      data: { ability: 'contact.create', where: 'acme', needs: 'Developer' },
    });
    expect(await contacts()).toEqual([]);
  });

  test('to a stranger the group does not exist', async () => {
    expect(await refusalOf(create('nina', 'acme'))).toEqual({
      code: 'not_found.group',
      data: { reference: 'acme' },
    });
  });

  test('nobody may while CRM is off, an owner neither, also where it was on a moment ago', async () => {
    const opened = await stage.inGroup('olga', 'acme');
    await stage.configure('acme', { crmEnabled: false });
    expect(await refusalOf(createContact(stage.deps, opened, ADA))).toEqual({
      code: 'forbidden.crm_disabled',
      data: { where: 'acme' },
    });
  });

  test('a source that is set meanwhile counts: rights on the former crm group are none on the new', async () => {
    const opened = await stage.inGroup('dev', 'acme/support');
    await stage.inGroup('nina', 'globex');
    await stage.configure('acme/support', { source: 'globex' });
    expect((await refusalOf(createContact(stage.deps, opened, ADA))).code).toBe('not_found.group');
    expect(await contacts()).toEqual([]);
  });
});

describe('what is left behind', () => {
  test('the audit log says who created what by which request', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    const created = await createContact(stage.deps, opened, ADA);
    expect(await stage.db.database.prisma.auditEntry.findMany()).toMatchObject([
      {
        crmGroupId: 101n,
        at: stage.clock.now,
        actorId: 4n,
        surface: 'slack',
        deliveryKey: opened.actor.deliveryKey,
        action: 'contact.created',
        subjectKind: 'contact',
        subjectId: created.id,
        before: null,
        after: { id: { $n: String(created.id) }, email: ADA.email },
      },
    ]);
  });

  test('every subscribed channel gets a notice, no other one', async () => {
    await stage.inGroup('nina', 'globex');
    await stage.inGroup('dev', 'acme');
    await stage.subscribe('acme', 'C-ALL');
    await stage.subscribe('acme', 'C-SECOND');
    await stage.subscribe('acme', 'C-GONE');
    await stage.subscribe('globex', 'C-GLOBEX');
    await stage.db.database.prisma.subscription.updateMany({
      where: { channelId: 'C-GONE' },
      data: { disabledAt: stage.clock.now, disabledReason: 'channel_not_found' },
    });
    await create('dev', 'acme');
    const notices = await stage.db.database.prisma.outboxMessage.findMany({ orderBy: { lane: 'asc' } });
    expect(notices.map(({ kind, lane }) => [kind, lane])).toEqual([
      ['slack.notice', 'slack:T1:C-ALL'],
      ['slack.notice', 'slack:T1:C-SECOND'],
    ]);
    expect(notices[0]?.payload).toMatchObject({
      channelId: 'C-ALL',
      actor: { username: 'dev', name: 'Dev Devani' },
      event: { kind: 'contact.created', contact: { firstName: 'Ada' } },
    });
  });

  test('a refused creation leaves no audit row, no notice and no claim on its request', async () => {
    const { prisma } = stage.db.database;
    const opened = await stage.inGroup('dev', 'acme');
    await stage.subscribe('acme', 'C-ALL');
    await refusalOf(createContact(stage.deps, opened, { ...ADA, email: 'no' }));
    expect([await prisma.auditEntry.count(), await prisma.outboxMessage.count()]).toEqual([0, 0]);
    expect((await createContact(stage.deps, opened, ADA)).email).toBe(ADA.email);
  });
});

describe('the same request come again', () => {
  test('changes nothing and gives the first result, down to its dates', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    await stage.subscribe('acme', 'C-ALL');
    const first = await createContact(stage.deps, opened, ADA);
    expect(await createContact(stage.deps, opened, ADA)).toEqual(first);
    const { prisma } = stage.db.database;
    expect([
      await prisma.contact.count(),
      await prisma.auditEntry.count(),
      await prisma.outboxMessage.count(),
    ]).toEqual([1, 1, 1]);
  });

  test('eight times at once creates one contact', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    const results = await Promise.all(
      Array.from({ length: 8 }, () => createContact(stage.deps, opened, ADA)),
    );
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    expect(await contacts()).toHaveLength(1);
  });

  test('at another position of the same comment is another act', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    await createContact(stage.deps, opened, ADA);
    const next = { ...opened, actor: { ...opened.actor, position: 1 } };
    expect((await refusalOf(createContact(stage.deps, next, ADA))).code).toBe('conflict.email_taken');
  });
});
