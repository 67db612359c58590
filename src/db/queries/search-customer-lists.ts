import type { Contact, Organization } from '../../domain/customers.ts';
import { Prisma } from '../generated/client.ts';
import type { Read } from '../read.ts';
import {
  type ContactRow,
  ORGANIZATION_COLUMNS,
  type OrganizationRow,
  toContact,
  toOrganization,
} from './customers.ts';
import { type Listed, mapListed } from './list-page.ts';
import type { ListQuery, ListSpec } from './list-statements.ts';
import { listPage } from './search-lists.ts';

const key = (column: string) => `(tieline_key(${column}) COLLATE "C")`;
const epoch = (column: string) => `extract(epoch FROM ${column})`;

/** Contacts by what GitLab sorts them by; ties are in order of id, same last names by first name. */
export const CONTACT_LIST = {
  from: Prisma.sql`contacts c`,
  alias: 'c',
  columns: Prisma.sql`c.id, c.crm_group_id, c.first_name, c.last_name, c.email, c.phone, c.description,
    c.organization_id, c.organization_name, c.active, c.version, date_part('epoch', c.created_at) AS created_at,
    date_part('epoch', c.updated_at) AS updated_at`,
  fields: ['first_name', 'last_name', 'email', 'description'],
  // The second is the organization's name.
  parts: [1, 3],
  sorts: {
    FIRST_NAME: { type: 'text', key: 'c.first_key', nullable: null },
    LAST_NAME: { type: 'text', key: 'c.last_key', nullable: null },
    EMAIL: { type: 'text', key: 'c.email_key', nullable: 'c.email' },
    PHONE: { type: 'text', key: key('c.phone'), nullable: 'c.phone' },
    DESCRIPTION: { type: 'text', key: key('c.description'), nullable: 'c.description' },
    ORGANIZATION: { type: 'text', key: key('c.organization_name'), nullable: 'c.organization_name' },
    CREATED: { type: 'numeric', key: epoch('c.created_at'), nullable: null },
    UPDATED: { type: 'numeric', key: epoch('c.updated_at'), nullable: null },
  },
} as const satisfies ListSpec;

/** Organizations by what GitLab sorts them by. */
export const ORGANIZATION_LIST = {
  from: Prisma.sql`organizations o`,
  alias: 'o',
  columns: ORGANIZATION_COLUMNS,
  fields: ['name', 'description'],
  parts: [1, 2],
  sorts: {
    NAME: { type: 'text', key: 'o.name_key', nullable: null },
    DESCRIPTION: { type: 'text', key: key('o.description'), nullable: 'o.description' },
    DEFAULT_RATE: { type: 'numeric', key: 'o.default_rate', nullable: 'o.default_rate' },
    CREATED: { type: 'numeric', key: epoch('o.created_at'), nullable: null },
    UPDATED: { type: 'numeric', key: epoch('o.updated_at'), nullable: null },
  },
} as const satisfies ListSpec;

export type ContactSortField = keyof typeof CONTACT_LIST.sorts;
export type OrganizationSortField = keyof typeof ORGANIZATION_LIST.sorts;

/** One page of a group's contacts. */
export async function contactsPage(
  read: Read,
  query: ListQuery & { sort: ContactSortField },
): Promise<Listed<Contact>> {
  const page = await listPage<ContactRow>(read, CONTACT_LIST, query);
  return mapListed(page, toContact);
}

/** One page of a group's organizations. */
export async function organizationsPage(
  read: Read,
  query: Omit<ListQuery, 'organizationId'> & { sort: OrganizationSortField },
): Promise<Listed<Organization>> {
  const page = await listPage<OrganizationRow>(read, ORGANIZATION_LIST, { ...query, organizationId: null });
  return mapListed(page, toOrganization);
}
