import type { Contact, IssueSummary, Organization } from './customers.ts';

/** What happened, in the past tense: the source of notices and of the audit log's action names. */
export type CrmEvent =
  | { readonly kind: 'contact.created'; readonly contact: Contact }
  | { readonly kind: 'organization.created'; readonly organization: Organization }
  | { readonly kind: 'contact.linked'; readonly issue: IssueSummary; readonly contacts: readonly Contact[] }
  | {
      readonly kind: 'contact.unlinked';
      readonly issue: IssueSummary;
      readonly contacts: readonly Contact[];
    };

export type EventKind = CrmEvent['kind'];
