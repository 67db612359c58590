import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { gitlabSentence } from '../../../src/commands/wording/gitlab-sentences.ts';
import type { Contact } from '../../../src/domain/customers.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { organizationId } from '../../../src/domain/ids.ts';
import { type ContactEdit, editContact } from '../../../src/services/contacts/edit-contact.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.db.empty());
afterAll(() => stage.close());

const ADA = { email: 'ada@example.com', phone: '+44 1', description: 'Reads the changelog.' };

async function edit(contact: Contact, change: ContactEdit, more: { who?: Name; version?: number } = {}) {
  const { who = 'dev', version } = more;
  const opened = await stage.inGroup(who, 'acme');
  return editContact(stage.deps, opened, {
    id: contact.id,
    edit: change,
    ...(version === undefined ? {} : { version }),
  });
}

const sentenceOf = async (work: Promise<unknown>): Promise<string | null> => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error ?? new Error('nothing was refused');
  return gitlabSentence(error);
};

const audits = () =>
  stage.db.database.prisma.auditEntry.findMany({
    where: { action: { not: { endsWith: '.created' } } },
    orderBy: { id: 'asc' },
    select: { action: true, before: true, after: true },
  });

const notices = async () =>
  (await stage.db.database.prisma.outboxMessage.findMany({ orderBy: { id: 'asc' } })).map(
    (row) => row.payload,
  );

describe('editing a contact', () => {
  test('changes what is given and leaves the rest', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    const { contact, changes } = await edit(ada, { phone: ' +44 2 ' });
    expect(changes).toEqual([{ field: 'phone', before: '+44 1', after: '+44 2' }]);
    expect(contact).toMatchObject({ ...ada, phone: '+44 2', version: 2 });
  });

  test.each<[string, ContactEdit, string]>([
    ['e-mail', { email: null }, 'email'],
    ['phone', { phone: null }, 'phone'],
    ['note', { description: null }, 'description'],
    ['organization', { organization: null }, 'organization'],
  ])('empties the %s when told to', async (_, change, field) => {
    await stage.organization('acme', 'Navy');
    const ada = await stage.contact('acme', 'Ada Lovelace', { ...ADA, organization: 'Navy' });
    const { contact, changes } = await edit(ada, change);
    expect(contact).toMatchObject({ [field]: null });
    expect(changes.map((made) => made.field)).toEqual([field]);
  });

  test('finds an organization by name without case, by number, by id, inactive or not', async () => {
    const navy = await stage.organization('acme', 'Navy', { active: false });
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    const choices = [{ name: 'nAVY' }, { name: `o${navy.id}` }, { id: navy.id }];
    for (const organization of choices) {
      const { contact } = await edit(ada, { organization });
      expect(contact.organization).toEqual({ id: navy.id, name: 'Navy' });
      await edit(ada, { organization: null });
    }
  });

  test('writes only the changed fields to the audit log, the state by itself', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    await edit(ada, { lastName: 'King', email: null, phone: '+44 1', active: false });
    expect(await audits()).toEqual([
      {
        action: 'contact.edited',
        before: { version: 1, lastName: 'Lovelace', email: 'ada@example.com' },
        after: { version: 2, lastName: 'King', email: null },
      },
      {
        action: 'contact.deactivated',
        before: { version: 1, active: true },
        after: { version: 2, active: false },
      },
    ]);
  });

  test('tells channels the name and which fields, not what they hold', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    await stage.subscribe('acme', 'C1');
    await edit(ada, { lastName: 'King', phone: '+44 55 55', active: false });
    const told = await notices();
    expect(told).toMatchObject([
      { event: { kind: 'contact.edited', formerly: 'Ada Lovelace', fields: ['lastName', 'phone'] } },
      { event: { kind: 'contact.deactivated' } },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/example\.com|55 55|changelog/);
  });

  test('that changes nothing leaves no trace', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    await stage.subscribe('acme', 'C1');
    const { contact, changes } = await edit(ada, { firstName: ' Ada ', phone: '+44 1', active: true });
    expect([contact, changes]).toEqual([ada, []]);
    expect([await audits(), await notices()]).toEqual([[], []]);
  });

  test('come twice by one request is done once', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    const opened = await stage.inGroup('dev', 'acme');
    const editing = { id: ada.id, edit: { phone: '+44 2' }, version: 1 };
    const first = await editContact(stage.deps, opened, editing);
    expect(await editContact(stage.deps, opened, editing)).toEqual(first);
    expect(await audits()).toHaveLength(1);
  });

  test('its active flag activates and deactivates, and says which', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    expect((await edit(ada, { active: false })).contact.active).toBe(false);
    expect((await edit(ada, { active: true })).contact.active).toBe(true);
    expect((await audits()).map(({ action }) => action)).toEqual([
      'contact.deactivated',
      'contact.activated',
    ]);
  });
});

describe('an edit from what was seen before', () => {
  test('is refused when somebody was faster, with what they changed, who and when', async () => {
    await stage.organization('acme', 'Navy');
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    await edit(ada, { phone: '+44 2' }, { who: 'max' });
    await edit(ada, { phone: '+44 3', organization: { name: 'Navy' } }, { who: 'olga' });
    const refusal = await refusalOf(edit(ada, { phone: '+44 9' }, { version: 1 }));
    expect(refusal).toMatchObject({
      code: 'conflict.stale',
      data: {
        what: 'Ada Lovelace',
        meanwhile: {
          by: 'Olga Owens',
          at: stage.clock.now,
          changes: [
            { field: 'phone', before: '+44 1', after: '+44 3' },
            { field: 'organization', before: null, after: { name: 'Navy' } },
          ],
        },
      },
    });
    const [row] = await stage.db.database.prisma.contact.findMany();
    expect(row).toMatchObject({ phone: '+44 3', version: 3 });
  });

  test('leaves out what came back to what it was', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    await edit(ada, { phone: null, email: 'a@example.com' });
    await edit(ada, { phone: '+44 1' });
    const { data } = await refusalOf(edit(ada, { firstName: 'Augusta' }, { version: 1 }));
    expect(data).toMatchObject({
      meanwhile: { changes: [{ field: 'email', before: 'ada@example.com', after: 'a@example.com' }] },
    });
  });

  test('goes through when nobody was faster, and when it asks for what is there already', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    await edit(ada, { phone: '+44 2' }, { version: 1 });
    expect((await edit(ada, { phone: '+44 2' }, { version: 1 })).changes).toEqual([]);
  });

  test('is refused to all but one of those who saw the same', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => edit(ada, { phone: `+44 ${index + 10}` }, { version: 1 })),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(7);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'conflict.stale' });
  });
});

describe('an edit is refused in the words of GitLab', () => {
  const long = (length: number): string => 'x'.repeat(length);

  test.each<[string, ContactEdit, string]>([
    ['an empty first name', { firstName: null }, "First name can't be blank"],
    ['a first name of blanks', { firstName: '   ' }, "First name can't be blank"],
    ['an empty last name', { lastName: null }, "Last name can't be blank"],
    ['a long first name', { firstName: long(256) }, 'First name is too long (maximum is 255 characters)'],
    ['a long last name', { lastName: long(256) }, 'Last name is too long (maximum is 255 characters)'],
    ['a long address', { email: `a@${long(260)}.com` }, 'Email is too long (maximum is 255 characters)'],
    ['a broken address', { email: 'foobar' }, 'Email is invalid'],
    ['an address with a space before it', { email: ' a@example.com' }, 'Email is invalid'],
    ['a long phone number', { phone: long(33) }, 'Phone is too long (maximum is 32 characters)'],
    ['a long note', { description: long(1025) }, 'Description is too long (maximum is 1024 characters)'],
    [
      'an organization that nobody has',
      { organization: { id: organizationId(9_999) } },
      'The specified organization was not found or does not belong to this group',
    ],
    [
      'an organization name that nobody has',
      { organization: { name: 'Nobody' } },
      'The specified organization was not found or does not belong to this group',
    ],
  ])('%s', async (_, change, sentence) => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    expect(await sentenceOf(edit(ada, change))).toBe(sentence);
    expect((await stage.db.database.prisma.contact.findMany())[0]?.version).toBe(1);
  });

  test('an organization of another group', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    const schools = await stage.organization('globex', 'Cypress Creek Schools');
    for (const organization of [{ id: schools.id }, { name: schools.name }]) {
      expect(await sentenceOf(edit(ada, { organization }))).toBe(
        'The specified organization was not found or does not belong to this group',
      );
    }
  });

  test('an address that another contact has, in whatever case, and names who has it', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    await stage.contact('acme', 'Grace Hopper', { email: 'grace@example.com' });
    await stage.contact('globex', 'Ada Lovelace', { email: 'else@example.com' });
    const taken = () => edit(ada, { email: 'GRACE@example.com' });
    expect(await sentenceOf(taken())).toBe('Email has already been taken');
    expect((await refusalOf(taken())).data).toEqual({ email: 'GRACE@example.com', contact: 'Grace Hopper' });
    expect((await edit(ada, { email: 'else@example.com' })).changes).toHaveLength(1);
  });

  test('a Reporter', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    expect(await sentenceOf(edit(ada, { phone: null }, { who: 'rita' }))).toBe(
      'You have insufficient permissions to manage contacts for this group',
    );
  });

  test('a contact whose group takes its contacts from elsewhere by now', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    const opened = await stage.inGroup('dev', 'acme');
    await stage.inGroup('nina', 'globex');
    await stage.configure('acme', { source: 'globex' });
    const work = () =>
      editContact(
        stage.deps,
        { ...opened, actor: { ...opened.actor } },
        { id: ada.id, edit: { phone: null } },
      );
    expect(await sentenceOf(work())).toBe(
      'contacts can only be added to root groups and groups configured as CRM targets',
    );
  });
});

describe('an edit is refused', () => {
  test('for a contact that is not there, or of another group', async () => {
    const other = await stage.contact('globex', 'Otto Mann');
    expect((await refusalOf(edit(other, { phone: '1' }))).code).toBe('not_found.contact');
  });

  test('to whoever may not see the group, as if it did not exist', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    expect((await refusalOf(edit(ada, { phone: '1' }, { who: 'nina' }))).code).toBe('not_found.group');
  });

  test('to everybody where CRM is off', async () => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    await stage.configure('acme', { crmEnabled: false });
    expect((await refusalOf(edit(ada, { phone: '1' }, { who: 'olga' }))).code).toBe('forbidden.crm_disabled');
  });
});

describe('hostile values', () => {
  const HOSTILE = [
    '<!channel> <@U1> &lt;b&gt;',
    '/add_contacts x@y.z',
    "'; DROP TABLE contacts; --",
    '\u202egnp.exe',
    '=HYPERLINK("http://evil.example")',
    '%_\\',
    '👩‍👩‍👧',
  ];

  test.each(HOSTILE)('%j is stored as it is', async (value) => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    const { contact } = await edit(ada, { firstName: value, description: value });
    expect(contact).toMatchObject({ firstName: value, description: value });
  });

  test.each<[string, ContactEdit]>([
    ['NUL in a name', { firstName: 'A\0da' }],
    ['NUL in a note', { description: 'a\0' }],
    ['NUL in a phone number', { phone: '\0' + '1' }],
    ['NUL in an address', { email: 'a\0@example.com' }],
    ['half a character in a name', { lastName: '\ud800' }],
    ['half a character in a note', { description: 'x\udfff' }],
    ['half a character in an address', { email: '\ud83d@example.com' }],
  ])('%s is refused', async (_, change) => {
    const ada = await stage.contact('acme', 'Ada Lovelace', ADA);
    expect((await refusalOf(edit(ada, change))).code).toBe('input.invalid');
  });
});

test('two contacts that take the same address at once: one has it, the other is told', async () => {
  const people = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      stage.contact('acme', `Person ${index}`, { email: `p${index}@example.com` }),
    ),
  );
  const outcomes = await Promise.allSettled(
    people.map((person) => edit(person, { email: 'same@example.com' })),
  );
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(5);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'conflict.email_taken' });
});
