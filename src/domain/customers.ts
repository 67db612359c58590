import type { ContactId, GroupId, IssueId, OrganizationId } from './ids.ts';

export interface OrganizationLabel {
  readonly id: OrganizationId;
  readonly name: string;
}

export interface Contact {
  readonly id: ContactId;
  readonly crmGroupId: GroupId;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly description: string | null;
  readonly organization: OrganizationLabel | null;
  readonly active: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Organization {
  readonly id: OrganizationId;
  readonly crmGroupId: GroupId;
  readonly name: string;
  /** Decimal with two places, or null. */
  readonly defaultRate: string | null;
  readonly description: string | null;
  readonly active: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An issue as far as a list of issues shows it. */
export interface IssueSummary {
  readonly id: IssueId;
  /** As people write it: `acme/app#1`. */
  readonly reference: string;
  readonly title: string;
  readonly state: 'opened' | 'closed';
  readonly confidential: boolean;
}

export const fullName = (contact: Pick<Contact, 'firstName' | 'lastName'>): string =>
  `${contact.firstName} ${contact.lastName}`;
