import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asker, NOT_AVAILABLE } from './client.ts';
import { useApi } from './use-api.ts';

const world = useApi();
const ask = asker(world);

const gid = (id: bigint | number): string => `gid://gitlab/CustomerRelations::Contact/${id}`;
const ISSUE = { projectPath: 'acme/support/desk', iid: '1' };

/** C1 and C2 are on the issue, C3 and C4 are free, all of acme; the fifth is of globex. */
let c: string[] = [];
let stranger = '';

beforeAll(() => world.gitlab.setRole('tieline', 'nina/notes', 'maintainer'));

beforeEach(async () => {
  const { prisma } = world.db.database;
  await prisma.groupSettings.deleteMany();
  await prisma.issueContact.deleteMany();
  await prisma.contact.deleteMany();
  const idOf = async (fullPath: string) => (await prisma.group.findFirstOrThrow({ where: { fullPath } })).id;
  const make = async (crmGroupId: bigint, name: string): Promise<string> => {
    const data = { crmGroupId, firstName: name, lastName: 'Contact', email: `${name}@test.com` };
    return gid((await prisma.contact.create({ data })).id);
  };
  const acme = await idOf('acme');
  c = ['', ...(await Promise.all(['c1', 'c2', 'c3', 'c4'].map((name) => make(acme, name))))];
  stranger = await make(await idOf('globex'), 'nobody');
  await set('rita', [c[1], c[2]]);
});

interface Outcome {
  readonly messages: readonly string[];
  readonly errors: readonly string[] | null;
  /** First names of the contacts that the payload's issue has. */
  readonly on: readonly string[] | null;
}

async function set(
  who: string | null,
  contactIds: readonly unknown[],
  more: { operationMode?: string; projectPath?: string; iid?: string } = {},
): Promise<Outcome> {
  const { data, messages } = await ask(
    who,
    `mutation ($input: IssueSetCrmContactsInput!) { issueSetCrmContacts(input: $input) {
      errors issue { customerRelationsContacts { nodes { firstName } } } } }`,
    { input: { ...ISSUE, contactIds, ...more } },
  );
  const payload = data?.issueSetCrmContacts ?? null;
  const nodes: { firstName: string }[] | undefined = payload?.issue?.customerRelationsContacts.nodes;
  return {
    messages,
    errors: payload?.errors ?? null,
    on: nodes?.map(({ firstName }) => firstName) ?? null,
  };
}

/** First names of what is on the issue by another request. */
async function linked(): Promise<string[]> {
  const { data } = await ask(
    'olga',
    '{ project(fullPath: "acme/support/desk") { issue(iid: "1") { customerRelationsContacts { nodes { firstName } } } } }',
  );
  return data.project.issue.customerRelationsContacts.nodes.map(
    ({ firstName }: { firstName: string }) => firstName,
  );
}

const DONE = { messages: [], errors: [] };
const idOf = (text: string | undefined): string => text?.split('/').at(-1) ?? '';
const missing = (id: string | undefined): string =>
  `Issue customer relations contacts ${idOf(id)}: ${NOT_AVAILABLE}`;

describe('issueSetCrmContacts', () => {
  test('replaces when nothing else is said', async () => {
    expect(await set('rita', [c[2], c[3]])).toEqual({ ...DONE, on: ['c2', 'c3'] });
    expect(await linked()).toEqual(['c2', 'c3']);
    const lines = (await world.rows.audit()).slice(-2).map(({ who, action, on }) => `${who} ${action} ${on}`);
    expect(lines).toEqual([
      'rita contact.linked issue acme/support/desk#1',
      'rita contact.unlinked issue acme/support/desk#1',
    ]);
  });

  test('clears by an empty replacement', async () => {
    expect(await set('rita', [])).toEqual({ ...DONE, on: [] });
  });

  test('appends, also what is there already and twice', async () => {
    expect(await set('rita', [c[4]], { operationMode: 'APPEND' })).toEqual({
      ...DONE,
      on: ['c1', 'c2', 'c4'],
    });
    expect(await set('rita', [c[1], c[3], c[3]], { operationMode: 'APPEND' })).toEqual({
      ...DONE,
      on: ['c1', 'c2', 'c3', 'c4'],
    });
  });

  test('removes, and lets what is not there or unknown pass', async () => {
    expect(await set('rita', [c[1]], { operationMode: 'REMOVE' })).toEqual({ ...DONE, on: ['c2'] });
    expect(await set('rita', [c[4], gid(999_999)], { operationMode: 'REMOVE' })).toEqual({
      ...DONE,
      on: ['c2'],
    });
  });

  test.each(['APPEND', 'REMOVE'])('has nothing to do for an empty %s', async (operationMode) => {
    expect(await set('rita', [], { operationMode })).toEqual({
      messages: [],
      errors: ['You cannot combine replace_ids with add_ids or remove_ids'],
      on: ['c1', 'c2'],
    });
  });

  test('names contacts that are unknown or of another group, and keeps the others', async () => {
    expect(await set('rita', [gid(999_999)])).toMatchObject({ errors: [missing('999999')] });
    expect(await set('kim', [c[3], stranger], { operationMode: 'APPEND' })).toMatchObject({
      errors: [missing(stranger)],
    });
    expect(await linked()).toEqual(['c3']);
    expect(
      await set('rita', [gid(7_001), gid(7_002), gid(7_003)], { operationMode: 'APPEND' }),
    ).toMatchObject({
      errors: [`${missing('7001')}, ${missing('7002')}, and ${missing('7003')}`],
    });
  });

  test('adds at most six, counted as they are listed', async () => {
    const seven = Array.from({ length: 7 }, () => c[4]);
    const refused = ['You can only add up to 6 contacts at one time'];
    expect(await set('rita', seven, { operationMode: 'APPEND' })).toMatchObject({ errors: refused });
    expect(await linked()).toEqual(['c1', 'c2']);
    expect(await set('rita', seven.slice(1), { operationMode: 'APPEND' })).toMatchObject(DONE);
  });

  test('drops what is null in the list', async () => {
    expect(await set('rita', [c[4], null], { operationMode: 'APPEND' })).toEqual({
      ...DONE,
      on: ['c1', 'c2', 'c4'],
    });
  });

  test('says of an id that is none that it is invalid', async () => {
    expect(await set('rita', ['12'])).toMatchObject({ messages: ['Contact 12 is invalid.'], errors: null });
  });

  test('adds an inactive contact', async () => {
    await world.db.database.prisma.contact.updateMany({ data: { active: false } });
    expect(await set('rita', [c[4]], { operationMode: 'APPEND' })).toMatchObject(DONE);
  });

  test.each(['gus', 'nina', 'bea', null])('is not available to %s', async (who) => {
    const { messages, errors } = await set(who, [c[3]]);
    expect([NOT_AVAILABLE, 'Invalid token']).toContain(messages[0]);
    expect(errors).toBeNull();
    expect(await linked()).toEqual(['c1', 'c2']);
  });

  test('on an issue that is not there is not available', async () => {
    for (const at of [{ iid: '999' }, { iid: 'x' }, { projectPath: 'acme/nothing' }])
      expect((await set('rita', [c[3]], at)).messages).toEqual([NOT_AVAILABLE]);
  });

  test('takes the right to view in the crm group besides', async () => {
    expect(await set('sam', [c[3]])).toMatchObject({
      messages: [],
      errors: ['You have insufficient permissions to set customer relations contacts for this issue'],
      on: [],
    });
    expect(await linked()).toEqual(['c1', 'c2']);
  });

  test('takes the project of a group, where CRM is on', async () => {
    expect((await set('nina', [c[3]], { projectPath: 'nina/notes' })).messages).toEqual(['Feature disabled']);
    await world.rows.setGroup('acme/support', { crmEnabled: false });
    expect((await set('rita', [c[3]])).messages).toEqual(['Feature disabled']);
    expect(await linked()).toEqual([]);
    await world.rows.setGroup('acme/support', { crmEnabled: true });
    await world.rows.setGroup('acme', { crmEnabled: false });
    expect((await set('olga', [c[3]])).errors).toEqual([
      'You have insufficient permissions to set customer relations contacts for this issue',
    ]);
    await world.rows.setGroup('acme', { crmEnabled: true });
    expect(await linked()).toEqual(['c1', 'c2']);
  });

  test('takes the contacts of the source that the subgroup has', async () => {
    await set('rita', []);
    await world.rows.setGroup('acme/support', { source: 'globex' });
    expect(await set('kim', [stranger])).toEqual({ ...DONE, on: ['nobody'] });
    expect((await set('kim', [c[1]])).errors).toEqual([missing(c[1])]);
    await set('kim', []);
  });
});

describe('the contacts of a work item', () => {
  const idOfItem = async (): Promise<string> => {
    const { data } = await ask(
      'rita',
      '{ namespace(fullPath: "acme/support/desk") { workItem(iid: "1") { id } } }',
    );
    return data.namespace.workItem.id;
  };

  async function update(who: string, widget: object, id?: string) {
    const { data, messages } = await ask(
      who,
      `mutation ($input: WorkItemUpdateInput!) { workItemUpdate(input: $input) { errors workItem { id iid
        widgets { type ... on WorkItemWidgetCrmContacts { contactsAvailable contacts { nodes { firstName } } } } } } }`,
      { input: { id: id ?? (await idOfItem()), crmContactsWidget: widget } },
    );
    const payload = data?.workItemUpdate ?? null;
    const nodes: { firstName: string }[] | undefined = payload?.workItem?.widgets[0].contacts.nodes;
    return {
      messages,
      errors: payload?.errors ?? null,
      on: nodes?.map(({ firstName }) => firstName) ?? null,
    };
  }

  test('are set like those of the issue', async () => {
    expect(await update('rita', { contactIds: [c[2], c[3]] })).toEqual({ ...DONE, on: ['c2', 'c3'] });
    expect(await update('rita', { contactIds: [c[4]], operationMode: 'APPEND' })).toEqual({
      ...DONE,
      on: ['c2', 'c3', 'c4'],
    });
    expect(await linked()).toEqual(['c2', 'c3', 'c4']);
  });

  test('stay when the list is the one that is there, in any mode', async () => {
    for (const operationMode of ['REMOVE', 'APPEND', 'REPLACE'])
      expect(await update('rita', { contactIds: [c[2], c[1]], operationMode })).toEqual({
        ...DONE,
        on: ['c1', 'c2'],
      });
  });

  test('stay without a mode', async () => {
    expect(await update('rita', { contactIds: [], operationMode: null })).toEqual({
      ...DONE,
      on: ['c1', 'c2'],
    });
  });

  test('are refused in the words of the service', async () => {
    expect((await update('rita', { contactIds: [gid(999_999)] })).errors).toEqual([missing('999999')]);
    expect((await update('sam', { contactIds: [c[3]] })).errors).toEqual([
      'You have insufficient permissions to set customer relations contacts for this issue',
    ]);
    expect((await update('gus', { contactIds: [] }, await idOfItem())).messages).toEqual([NOT_AVAILABLE]);
  });

  test('are not supported in a personal project, and nowhere while CRM is off', async () => {
    const { data } = await ask(
      'nina',
      `{ namespace(fullPath: "nina/notes") { workItem(iid: "1") { id }
        userPermissions { readNamespace readCrmContact readCrmOrganization } } }`,
    );
    const none = { readNamespace: true, readCrmContact: false, readCrmOrganization: false };
    expect(data.namespace.userPermissions).toEqual(none);
    expect((await update('nina', { contactIds: [] }, data.namespace.workItem.id)).errors).toEqual([
      'Work item not supported',
    ]);
    const id = await idOfItem();
    await world.rows.setGroup('acme/support', { crmEnabled: false });
    expect((await update('rita', { contactIds: [] }, id)).errors).toEqual(['Feature disabled']);
  });
});

describe('issues', () => {
  test('are found by a contact and by an organization', async () => {
    const { prisma } = world.db.database;
    const acme = await prisma.group.findFirstOrThrow({ where: { fullPath: 'acme' } });
    const company = await prisma.organization.create({ data: { crmGroupId: acme.id, name: `of ${c[1]}` } });
    await prisma.contact.updateMany({ where: { firstName: 'c1' }, data: { organizationId: company.id } });
    const list = async (who: string, args: string) =>
      (
        await ask(
          who,
          `{ group(fullPath: "acme") { issues${args} { count nodes { reference(full: true) } } } }`,
        )
      ).data.group.issues;
    const one = { count: 1, nodes: [{ reference: 'acme/support/desk#1' }] };
    expect(await list('rita', `(crmContactId: "${idOf(c[1])}")`)).toEqual(one);
    expect(await list('rita', `(crmOrganizationId: "${company.id}")`)).toEqual(one);
    expect(await list('rita', `(crmContactId: "${idOf(c[3])}")`)).toEqual({ count: 0, nodes: [] });
    expect(await list('rita', '(crmContactId: "none")')).toEqual({ count: 0, nodes: [] });
    const all = await list('gus', '');
    expect(all.count).toBeGreaterThan(1);
    expect(await list('gus', `(crmContactId: "${idOf(c[1])}")`)).toEqual(all);
  });

  test('and contacts lead to each other, as far as the reader may look', async () => {
    const both = `{ group(fullPath: "acme") { contacts(ids: ["${c[1]}"]) { nodes { firstName
      issues(first: 3) { nodes { reference(full: true) customerRelationsContacts { nodes { firstName } } } } } } } }`;
    const { data } = await ask('pia', both);
    expect(data.group.contacts.nodes).toEqual([
      {
        firstName: 'c1',
        issues: {
          nodes: [
            {
              reference: 'acme/support/desk#1',
              customerRelationsContacts: { nodes: [{ firstName: 'c1' }, { firstName: 'c2' }] },
            },
          ],
        },
      },
    ]);
  });

  test('that are confidential are left out for guests who have no part in them', async () => {
    const iids = async (who: string) =>
      (
        await ask(
          who,
          '{ project(fullPath: "acme/app") { issues { nodes { iid } } issue(iid: "4") { title } } }',
        )
      ).data.project;
    // Everybody looks at it once, so that it is known.
    await ask('max', '{ project(fullPath: "acme/app") { issue(iid: "4") { title } } }');
    const four = { iid: '4' };
    const asked = await iids('gus');
    expect(asked.issues.nodes).not.toContainEqual(four);
    expect(asked.issue).toBeNull();
    expect((await iids('pia')).issues.nodes).toContainEqual(four);
  });

  test('say what the caller may do', async () => {
    const may = async (who: string) =>
      (
        await ask(
          who,
          '{ project(fullPath: "acme/support/desk") { issue(iid: "1") { userPermissions { readIssue updateIssue readCrmContacts setIssueCrmContacts } } } }',
        )
      ).data.project.issue.userPermissions;
    const yes = { readIssue: true, updateIssue: true, readCrmContacts: true, setIssueCrmContacts: true };
    expect(await may('rita')).toEqual(yes);
    expect(await may('gus')).toEqual({
      ...yes,
      updateIssue: false,
      readCrmContacts: false,
      setIssueCrmContacts: false,
    });
    expect(await may('sam')).toEqual({ ...yes, readCrmContacts: false, setIssueCrmContacts: false });
  });
});
