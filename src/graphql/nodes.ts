import type { Contact, Organization, OrganizationLabel } from '../domain/customers.ts';
import type { GroupId } from '../domain/ids.ts';
import { globalId } from './global-ids.ts';

/** A contact as the schema has it; `row` is what it was made of. */
export interface ContactNode {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly description: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly active: boolean;
  readonly row: Contact;
}

/** An organization; one that is known by a contact's label has no `row` until more than its name is asked for. */
export interface OrganizationNode {
  readonly id: string;
  readonly name: string;
  readonly key: { readonly crmGroupId: GroupId; readonly id: bigint };
  readonly row: Organization | null;
}

export const toContactNode = (row: Contact): ContactNode => ({
  id: globalId('CustomerRelations::Contact', row.id),
  firstName: row.firstName,
  lastName: row.lastName,
  phone: row.phone,
  email: row.email,
  description: row.description,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  active: row.active,
  row,
});

export const toOrganizationNode = (row: Organization): OrganizationNode => ({
  id: globalId('CustomerRelations::Organization', row.id),
  name: row.name,
  key: { crmGroupId: row.crmGroupId, id: row.id },
  row,
});

export const labelNode = (crmGroupId: GroupId, { id, name }: OrganizationLabel): OrganizationNode => ({
  id: globalId('CustomerRelations::Organization', id),
  name,
  key: { crmGroupId, id },
  row: null,
});
