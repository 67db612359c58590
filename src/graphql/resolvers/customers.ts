import type { Organization } from '../../domain/customers.ts';
import { contactsOfOrganizations } from '../../services/contacts/nested-contacts.ts';
import type { Connection, PageArgs } from '../connections.ts';
import { connectionOf, pageOf } from '../connections.ts';
import type { ApiContext } from '../context.ts';
import { type ContactNode, labelNode, type OrganizationNode, toContactNode } from '../nodes.ts';
import { type IssueListArgs, linkedIssues } from './issue-lists.ts';

type State = 'all' | 'active' | 'inactive' | null | undefined;

/** The rest of an organization, read for all that a query shows at once. */
async function rowOf(node: OrganizationNode, context: ApiContext): Promise<Organization> {
  const row = node.row ?? (await context.organization(node.key));
  if (row) return row;
  // It was merged away between two statements.
  throw new Error(`organization ${node.key.id} is gone`);
}

const field =
  <Value>(pick: (row: Organization) => Value) =>
  (node: OrganizationNode, _: unknown, context: ApiContext): Value | Promise<Value> =>
    node.row ? pick(node.row) : rowOf(node, context).then(pick);

function contactsOf(
  { key }: OrganizationNode,
  { state, ...args }: PageArgs & { state?: State },
  context: ApiContext,
): Promise<Connection<ContactNode>> {
  const page = pageOf(args);
  const load = context.batch(
    `organization.contacts ${JSON.stringify([page, state])}`,
    async (keys: readonly OrganizationNode['key'][]) => {
      const pages = await contactsOfOrganizations(context.deps, { keys, state: state ?? 'all', page });
      return pages.map((listed) => connectionOf(listed, toContactNode));
    },
  );
  return load(key);
}

/** Contacts and organizations and what hangs on them. */
export const CUSTOMER_RESOLVERS = {
  CustomerRelationsContact: {
    organization: ({ row }: ContactNode): OrganizationNode | null =>
      row.organization && labelNode(row.crmGroupId, row.organization),
    issues: ({ row }: ContactNode, args: IssueListArgs, context: ApiContext) =>
      linkedIssues(context, { of: 'contact', key: { crmGroupId: row.crmGroupId, id: row.id }, args }),
  },
  CustomerRelationsOrganization: {
    defaultRate: field(({ defaultRate }) => (defaultRate === null ? null : Number(defaultRate))),
    description: field(({ description }) => description),
    createdAt: field(({ createdAt }) => createdAt),
    updatedAt: field(({ updatedAt }) => updatedAt),
    active: field(({ active }) => active),
    contacts: contactsOf,
    issues: ({ key }: OrganizationNode, args: IssueListArgs, context: ApiContext) =>
      linkedIssues(context, { of: 'organization', key, args }),
  },
};
