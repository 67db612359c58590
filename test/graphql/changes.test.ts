import { beforeEach, describe, expect, test } from 'vitest';
import { TEST_WORLD } from '../support/cast.ts';
import { asker, NOT_AVAILABLE } from './client.ts';
import { useApi } from './use-api.ts';

const world = useApi();
const ask = asker(world);

const groupId = (path: string): string =>
  `gid://gitlab/Group/${TEST_WORLD.groups.find((group) => group.path === path)?.id}`;
const ACME = groupId('acme');
const GLOBEX = groupId('globex');

beforeEach(async () => {
  const { prisma } = world.db.database;
  await prisma.issueContact.deleteMany();
  await prisma.contact.deleteMany();
  await prisma.organization.deleteMany();
});

interface Changed {
  readonly messages: readonly string[];
  readonly data: unknown;
  /** The payload, null when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the mutation's
  readonly payload: any;
}

/** Runs one mutation and gives its payload. */
async function change(
  who: string | null,
  name: string,
  input: object,
  fields = 'errors clientMutationId',
): Promise<Changed> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const answer = await ask(who, `mutation ($input: ${type}) { ${name}(input: $input) { ${fields} } }`, {
    input,
  });
  return { messages: answer.messages, data: answer.data, payload: answer.data?.[name] ?? null };
}

const CONTACT = `contact { id firstName lastName email phone description active organization { id name } } errors`;
const ORGANIZATION = 'organization { id name defaultRate description active } errors';

const createContact = (who: string | null, input: object) =>
  change(
    who,
    'customerRelationsContactCreate',
    { groupId: ACME, firstName: 'Ada', lastName: 'L', ...input },
    CONTACT,
  );
const updateContact = (who: string | null, input: object) =>
  change(who, 'customerRelationsContactUpdate', input, CONTACT);
const createOrganization = (who: string | null, input: object) =>
  change(who, 'customerRelationsOrganizationCreate', { groupId: ACME, ...input }, ORGANIZATION);
const updateOrganization = (who: string | null, input: object) =>
  change(who, 'customerRelationsOrganizationUpdate', input, ORGANIZATION);

describe('creating a contact', () => {
  test('takes every field, trims names and phone, and starts active', async () => {
    const { payload: made } = await createOrganization('dev', { name: 'Acme Ltd' });
    const { payload, messages } = await createContact('dev', {
      firstName: '  First  ',
      lastName: 'Last ',
      phone: ' 123456 ',
      email: "O'Reilly+x@Example.com",
      description: ' kept ',
      organizationId: made.organization.id,
    });
    expect(messages).toEqual([]);
    expect(payload).toMatchObject({
      errors: [],
      contact: {
        firstName: 'First',
        lastName: 'Last',
        phone: '123456',
        email: "O'Reilly+x@Example.com",
        description: ' kept ',
        active: true,
        organization: { id: made.organization.id, name: 'Acme Ltd' },
      },
    });
  });

  test('gives back the id that the client made up, and writes down who did it', async () => {
    const { payload } = await change('dev', 'customerRelationsContactCreate', {
      groupId: ACME,
      firstName: 'A',
      lastName: 'B',
      clientMutationId: 'mine',
    });
    expect(payload).toEqual({ errors: [], clientMutationId: 'mine' });
    const audit = await world.rows.audit();
    expect(audit.at(-1)).toMatchObject({ who: 'dev', surface: 'graphql', action: 'contact.created' });
  });

  test.each([
    [{ lastName: '' }, ["Last name can't be blank"]],
    [{ firstName: ' ', lastName: '' }, ["First name can't be blank", "Last name can't be blank"]],
    [{ email: '' }, ['Email is invalid']],
    [{ email: ' a@x.yz' }, ['Email is invalid']],
    [{ email: 'a@b' }, ['Email is invalid']],
    [{ email: 'mailto:test@example.com' }, ['Email is invalid']],
    [{ phone: '1'.repeat(33) }, ['Phone is too long (maximum is 32 characters)']],
    [{ firstName: 'x'.repeat(256) }, ['First name is too long (maximum is 255 characters)']],
    [
      {
        email: `a@${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.${'w'.repeat(60)}.${'v'.repeat(20)}`,
      },
      ['Email is too long (maximum is 255 characters)'],
    ],
    [{ description: 'x'.repeat(1025) }, ['Description is too long (maximum is 1024 characters)']],
    [
      { organizationId: 'gid://gitlab/CustomerRelations::Organization/999999' },
      ['The specified organization was not found or does not belong to this group'],
    ],
  ])('with %j is refused in the payload', async (input, errors) => {
    const { payload, messages } = await createContact('dev', input);
    expect(messages).toEqual([]);
    expect(payload).toEqual({ contact: null, errors });
  });

  test('takes values at their limits', async () => {
    const { payload } = await createContact('dev', {
      firstName: 'x'.repeat(255),
      phone: '1'.repeat(32),
      description: 'x'.repeat(1024),
      email: `${'l'.repeat(64)}@${'d'.repeat(63)}.yz`,
    });
    expect(payload.errors).toEqual([]);
  });

  test('refuses an address that the group has, whatever its case, and takes it elsewhere', async () => {
    await createContact('dev', { email: 'x@y.z' });
    expect((await createContact('dev', { email: 'X@Y.Z' })).payload.errors).toEqual([
      'Email has already been taken',
    ]);
    expect((await createContact('nina', { groupId: GLOBEX, email: 'x@y.z' })).payload.errors).toEqual([]);
  });

  test('refuses an organization of another group', async () => {
    const { payload } = await createOrganization('nina', { groupId: GLOBEX, name: 'Theirs' });
    expect((await createContact('dev', { organizationId: payload.organization.id })).payload.errors).toEqual([
      'The specified organization was not found or does not belong to this group',
    ]);
  });

  test('is possible in a root group, and not in a plain subgroup', async () => {
    const { payload } = await createContact('dev', { groupId: groupId('acme/support') });
    expect(payload.errors).toEqual([
      'contacts can only be added to root groups and groups configured as CRM targets',
    ]);
  });

  test.each(['rita', 'pia', 'gus', 'nina', null])('by %s is not available', async (who) => {
    const { messages, data } = await createContact(who, {});
    expect(messages).toEqual([NOT_AVAILABLE]);
    expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true);
  });

  test('in a group that is not there is not available', async () => {
    expect((await createContact('dev', { groupId: 'gid://gitlab/Group/999' })).messages).toEqual([
      NOT_AVAILABLE,
    ]);
    expect((await createContact('dev', { groupId: 'gid://gitlab/Project/1' })).messages).toEqual([
      '"gid://gitlab/Project/1" does not represent an instance of Group',
    ]);
  });
});

describe('changing a contact', () => {
  let id = '';
  beforeEach(async () => {
    const { payload: made } = await createOrganization('dev', { name: 'Before' });
    const { payload } = await createContact('dev', {
      email: 'a@b.cd',
      phone: '1',
      description: 'note',
      organizationId: made.organization.id,
    });
    id = payload.contact.id;
  });

  test('leaves alone what is absent', async () => {
    const { payload } = await updateContact('dev', { id, firstName: 'Gary' });
    expect(payload).toMatchObject({
      errors: [],
      contact: {
        firstName: 'Gary',
        lastName: 'L',
        email: 'a@b.cd',
        active: true,
        organization: { name: 'Before' },
      },
    });
  });

  test('turns it inactive and active again', async () => {
    expect((await updateContact('dev', { id, active: false })).payload.contact.active).toBe(false);
    expect((await updateContact('dev', { id, firstName: 'X' })).payload.contact.active).toBe(false);
    expect((await updateContact('dev', { id, active: true })).payload.contact.active).toBe(true);
  });

  test('empties what is null, the organization too', async () => {
    const { payload } = await updateContact('dev', { id, organizationId: null, phone: null, email: null });
    expect(payload.contact).toMatchObject({
      organization: null,
      phone: null,
      email: null,
      description: 'note',
    });
  });

  test('refuses a name that is null or blank', async () => {
    expect((await updateContact('dev', { id, firstName: null })).payload).toEqual({
      contact: null,
      errors: ["First name can't be blank"],
    });
  });

  test('takes an inactive organization', async () => {
    const { payload: made } = await createOrganization('dev', { name: 'Old' });
    await updateOrganization('dev', { id: made.organization.id, active: false });
    const { payload } = await updateContact('dev', { id, organizationId: made.organization.id });
    expect(payload.contact.organization.name).toBe('Old');
  });

  test('is refused once its group has a source of its own', async () => {
    await world.rows.setGroup('acme', { source: 'globex' });
    expect((await updateContact('dev', { id, firstName: 'X' })).payload.errors).toEqual([
      'contacts can only be added to root groups and groups configured as CRM targets',
    ]);
    const { prisma } = world.db.database;
    await prisma.groupSettings.deleteMany();
  });

  test.each(['rita', 'pia', 'gus', 'nina', null])('by %s is not available', async (who) => {
    expect((await updateContact(who, { id, firstName: 'X' })).messages).toEqual([NOT_AVAILABLE]);
  });

  test('that is not there is not available', async () => {
    expect(
      (await updateContact('dev', { id: 'gid://gitlab/CustomerRelations::Contact/999999' })).messages,
    ).toEqual([NOT_AVAILABLE]);
  });
});

describe('organizations', () => {
  test('are made with a trimmed name and two decimals', async () => {
    const { payload } = await createOrganization('dev', { name: '   GitLab   ', defaultRate: 10.555 });
    expect(payload).toMatchObject({
      errors: [],
      organization: { name: 'GitLab', defaultRate: 10.56, description: null, active: true },
    });
  });

  test('have names of their own in a group, whatever the case', async () => {
    await createOrganization('dev', { name: 'Test' });
    expect((await createOrganization('dev', { name: 'TEST' })).payload).toEqual({
      organization: null,
      errors: ['Name has already been taken'],
    });
    expect((await createOrganization('nina', { groupId: GLOBEX, name: 'TEST' })).payload.errors).toEqual([]);
  });

  test('are renamed, turned inactive and active, and keep what is absent', async () => {
    const { payload } = await createOrganization('dev', { name: 'A', defaultRate: 5, description: 'd' });
    const { id } = payload.organization;
    expect((await updateOrganization('dev', { id, name: 'B' })).payload.organization).toMatchObject({
      name: 'B',
      defaultRate: 5,
      description: 'd',
    });
    expect((await updateOrganization('dev', { id, active: false })).payload.organization.active).toBe(false);
    expect((await updateOrganization('dev', { id, active: true })).payload.organization.active).toBe(true);
  });

  test('come as they are when they could not be changed', async () => {
    const { payload } = await createOrganization('dev', { name: 'A' });
    const { id } = payload.organization;
    expect((await updateOrganization('dev', { id, name: null })).payload).toMatchObject({
      organization: { name: 'A' },
      errors: ["Name can't be blank"],
    });
    expect((await updateOrganization('dev', { id, defaultRate: 1e18 })).payload.errors).toHaveLength(1);
  });

  test.each(['rita', 'pia', 'gus', 'nina', null])('are neither made nor changed by %s', async (who) => {
    const { payload } = await createOrganization('dev', { name: 'A' });
    expect((await createOrganization(who, { name: 'B' })).messages).toEqual([NOT_AVAILABLE]);
    expect((await updateOrganization(who, { id: payload.organization.id, name: 'B' })).messages).toEqual([
      NOT_AVAILABLE,
    ]);
  });
});

test('there is nothing that deletes', async () => {
  const { data } = await ask('dev', '{ __schema { mutationType { fields { name } } } }');
  const names: string[] = data.__schema.mutationType.fields.map(({ name }: { name: string }) => name);
  expect(names.filter((name) => /destroy|delete|remove/i.test(name))).toEqual([]);
  expect(names).toContain('issueSetCrmContacts');
});
