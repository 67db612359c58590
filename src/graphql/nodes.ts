import type { Contact, Organization, OrganizationLabel } from '../domain/customers.ts';
import type { GroupId } from '../domain/ids.ts';
import { globalId } from './global-ids.ts';

/** A contact as the schema has it; `row` is what it was made of. Made for every row, and only what is asked for. */
export class ContactNode {
  readonly row: Contact;

  constructor(row: Contact) {
    this.row = row;
  }

  get id(): string {
    return globalId('CustomerRelations::Contact', this.row.id);
  }
  get firstName(): string {
    return this.row.firstName;
  }
  get lastName(): string {
    return this.row.lastName;
  }
  get phone(): string | null {
    return this.row.phone;
  }
  get email(): string | null {
    return this.row.email;
  }
  get description(): string | null {
    return this.row.description;
  }
  get createdAt(): Date {
    return this.row.createdAt;
  }
  get updatedAt(): Date {
    return this.row.updatedAt;
  }
  get active(): boolean {
    return this.row.active;
  }
}

/** An organization; one that is known by a contact's label has no `row` until more than its name is asked for. */
export interface OrganizationNode {
  readonly id: string;
  readonly name: string;
  readonly key: { readonly crmGroupId: GroupId; readonly id: bigint };
  readonly row: Organization | null;
}

export const toContactNode = (row: Contact): ContactNode => new ContactNode(row);

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
