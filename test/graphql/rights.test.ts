/**
 * Every field and every mutation, for every role and every scope of a token. What may be seen is counted from the
 * printed policy table; the queries are made of the schema, so that a new field is asked for without being listed.
 */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { policyRows } from '../../src/policy/print.ts';
import type { Ability } from '../../src/policy/table.ts';
import { TEST_WORLD } from '../support/cast.ts';
import { type Answer, NOT_AVAILABLE, post } from './client.ts';
import { everyField, typeNamed } from './every-field.ts';
import { useApi } from './use-api.ts';

const world = useApi();

const WHO = [
  ['nina', 'none'],
  ['gus', 'guest'],
  ['pia', 'planner'],
  ['rita', 'reporter'],
  ['dev', 'developer'],
  ['max', 'maintainer'],
  ['olga', 'owner'],
] as const;
const SCOPES = ['api', 'read_api', 'read_user', 'none'] as const;
type Role = (typeof WHO)[number][1];
type Scope = (typeof SCOPES)[number];

const rows = policyRows();
const says = (ability: Ability, role: Role): boolean =>
  rows.find((row) => row.ability === ability)?.roles[role] ?? false;

/** `none` is no token at all. */
async function ask(who: string, scope: Scope, query: string): Promise<Answer> {
  const headers: Record<string, string> =
    scope === 'none' ? {} : { 'private-token': world.gitlab.createToken(who, [scope]) };
  return post(world.tieline.url, JSON.stringify({ query }), headers);
}

/** The types of the objects in an answer, each with how many of its fields hold something. */
function typesIn(value: unknown, found = new Map<string, number>()): Map<string, number> {
  if (Array.isArray(value)) for (const item of value) typesIn(item, found);
  else if (typeof value === 'object' && value !== null) {
    const { __typename: type, ...fields } = value as Record<string, unknown>;
    if (typeof type === 'string') found.set(type, (found.get(type) ?? 0) + Object.keys(fields).length);
    for (const inner of Object.values(fields)) typesIn(inner, found);
  }
  return found;
}

const OF_CUSTOMERS: Readonly<Record<string, Ability>> = {
  CustomerRelationsContact: 'contact.view',
  ContactStateCounts: 'contact.view',
  CustomerRelationsOrganization: 'organization.view',
  OrganizationStateCounts: 'organization.view',
  CustomerRelationsTransfer: 'contact.view',
  CustomerRelationsTransferCounts: 'contact.view',
};
const OF_PLACES = [
  'Group',
  'GroupPermissions',
  'Namespace',
  'NamespacePermissions',
  'Project',
  'Issue',
  'IssuePermissions',
  'WorkItem',
];

/** Roots that lead to everything that there is, each within the limits of a query. */
const ROOTS = {
  group: `{ group(fullPath: "acme") { ${everyField(typeNamed('Group'), 3)} } }`,
  subgroup: `{ group(fullPath: "acme/support") { ${everyField(typeNamed('Group'), 3)} } }`,
  project: `{ project(fullPath: "acme/support/desk") { __typename id issue(iid: "1") { ${everyField(typeNamed('Issue'), 3)} }
    issues(first: 2) { nodes { ${everyField(typeNamed('Issue'), 3)} } } } }`,
  namespace: `{ namespace(fullPath: "acme/support/desk") { __typename userPermissions { __typename readNamespace }
    workItem(iid: "1") { ${everyField(typeNamed('WorkItem'), 4)} } } }`,
};

beforeAll(async () => {
  const { prisma } = world.db.database;
  const { id: crmGroupId } = await prisma.group.findFirstOrThrow({ where: { fullPath: 'acme' } });
  // So that each change of links is one.
  await prisma.issueContact.deleteMany({ where: { issue: { project: { fullPath: 'acme/app' } } } });
  const counts = { contacts: { moved: 1 }, organizations: {}, links: {} };
  await prisma.transfer.create({
    data: { crmGroupId, kind: 'group', state: 'applied', subjectId: 1, subjectPath: 'acme/secret', counts },
  });
});

describe.each(Object.entries(ROOTS))('by way of a %s', (_, query) => {
  test.each(WHO.flatMap(([who, role]) => SCOPES.map((scope) => [who, role, scope] as const)))(
    '%s (%s, %s) sees what the table lets them see',
    async (who, role, scope) => {
      const { status, data, messages, text } = await ask(who, scope, query);
      if (scope === 'read_user') {
        expect([status, data, messages]).toEqual([401, null, ['Invalid token']]);
        return;
      }
      expect([status, messages]).toEqual([200, []]);
      const seen = typesIn(data);
      const sees = scope !== 'none' && role !== 'none';
      for (const [type, ability] of Object.entries(OF_CUSTOMERS)) {
        const isAsked = query.includes(ofType(type));
        if (isAsked && sees && says(ability, role))
          expect([type, seen.get(type) ?? 0]).not.toEqual([type, 0]);
        if (!sees || !says(ability, role)) expect([type, seen.get(type) ?? 0]).toEqual([type, 0]);
      }
      if (!sees) expect([...seen.keys()].filter((type) => OF_PLACES.includes(type))).toEqual([]);
      if (!sees || !says('contact.view', role)) {
        for (const { email, phone } of TEST_WORLD.contacts) {
          expect(text).not.toContain(email ?? 'no address');
          expect(text).not.toContain(phone ?? 'no phone');
        }
      }
    },
  );
});

describe.each(['acme', 'acme/support', 'acme/app'])('the permissions in the namespace %s', (fullPath) => {
  test.each(WHO)('%s (%s) reads of themselves what the table says', async (who, role) => {
    const { data } = await ask(
      who,
      'read_api',
      `{ namespace(fullPath: "${fullPath}") { userPermissions { readNamespace readCrmContact readCrmOrganization } } }`,
    );
    const readCrmContact = says('contact.view', role);
    const readCrmOrganization = says('organization.view', role);
    expect(data).toEqual({
      namespace:
        role === 'none'
          ? null
          : { userPermissions: { readNamespace: true, readCrmContact, readCrmOrganization } },
    });
  });
});

/** A field that only a type has, to tell whether a query asks for it in a list that has rows here. */
const ofType = (type: string): string =>
  ({
    CustomerRelationsContact: 'firstName',
    ContactStateCounts: 'contactStateCounts',
    CustomerRelationsOrganization: 'organizations(first',
    OrganizationStateCounts: 'organizationStateCounts',
    CustomerRelationsTransfer: 'customerRelationsTransfers',
  })[type] ?? 'never';

const ACME = 'gid://gitlab/Group/101';
const CONTACT = 'gid://gitlab/CustomerRelations::Contact/1';
const ORGANIZATION = 'gid://gitlab/CustomerRelations::Organization/1';

/** Each mutation with the ability that it takes. `n` makes it another change each time. */
const CHANGES: Readonly<Record<string, readonly [Ability, (n: number, issue: string) => string]>> = {
  customerRelationsContactCreate: [
    'contact.create',
    (n) => `groupId: "${ACME}", firstName: "New", lastName: "${n}"`,
  ],
  customerRelationsContactUpdate: ['contact.edit', (n) => `id: "${CONTACT}", phone: "${n}"`],
  customerRelationsOrganizationCreate: ['organization.create', (n) => `groupId: "${ACME}", name: "New ${n}"`],
  customerRelationsOrganizationUpdate: [
    'organization.edit',
    (n) => `id: "${ORGANIZATION}", description: "${n}"`,
  ],
  issueSetCrmContacts: [
    'issue.set_contacts',
    (n) =>
      `projectPath: "acme/app", iid: "2", contactIds: ["gid://gitlab/CustomerRelations::Contact/${(n % 20) + 1}"]`,
  ],
  workItemUpdate: [
    'issue.set_contacts',
    (n, issue) =>
      `id: "${issue}", crmContactsWidget: { contactIds: ["gid://gitlab/CustomerRelations::Contact/${(n % 20) + 1}"] }`,
  ],
};

const NOT_THEIRS = 'You have insufficient permissions to set customer relations contacts for this issue';

test('every mutation is asked for', () => {
  expect(Object.keys(CHANGES).sort()).toEqual(Object.keys(typeNamed('Mutation').getFields()).sort());
});

describe('changes', () => {
  let before = 0;
  let n = 0;
  const issue = async (): Promise<string> => {
    const { data } = await ask('olga', 'api', '{ project(fullPath: "acme/app") { issue(iid: "3") { id } } }');
    return data.project.issue.id;
  };
  const auditCount = () => world.db.database.prisma.auditEntry.count();
  afterEach(() => {
    n += 1;
  });

  test.each(
    Object.entries(CHANGES).flatMap(([name, [ability, input]]) =>
      WHO.flatMap(([who, role]) => SCOPES.map((scope) => [name, who, role, scope, ability, input] as const)),
    ),
  )(
    'by %s are made by %s (%s, %s) when the table says so',
    async (name, who, role, scope, ability, input) => {
      before = await auditCount();
      const text = input(n, name === 'workItemUpdate' ? await issue() : '');
      const { data, messages } = await ask(who, scope, `mutation { ${name}(input: { ${text} }) { errors } }`);
      const may = scope === 'api' && says(ability, role);
      if (may) {
        expect([messages, data[name].errors]).toEqual([[], []]);
        expect(await auditCount()).toBeGreaterThan(before);
      } else {
        // Whoever takes part in an issue is told that its contacts are not theirs to set.
        const [refusal] = messages.length > 0 ? messages : data[name].errors;
        expect([NOT_AVAILABLE, 'Invalid token', NOT_THEIRS]).toContain(refusal);
        expect(await auditCount()).toBe(before);
      }
    },
  );
});
