import type { Contact, IssueSummary, Organization } from './customers.ts';
import type { ContactField, OrganizationField } from './edits.ts';
import type { DeliveryId } from './ids.ts';
import type { Topic } from './topics.ts';
import type { TransferView } from './transfer-report.ts';

/** As much of a customer as a notice of an edit tells. */
export type ContactName = Pick<Contact, 'id' | 'firstName' | 'lastName'>;
export type OrganizationName = Pick<Organization, 'id' | 'name'>;

/** What happened, in the past tense: the source of notices and of the audit log's action names. */
export type CrmEvent =
  | { readonly kind: 'contact.created'; readonly contact: Contact }
  | { readonly kind: 'organization.created'; readonly organization: Organization }
  | {
      readonly kind: 'contact.edited';
      readonly contact: ContactName;
      /** The full name before, when it changed. */
      readonly formerly: string | null;
      readonly fields: readonly ContactField[];
    }
  | { readonly kind: 'contact.activated' | 'contact.deactivated'; readonly contact: ContactName }
  | {
      readonly kind: 'organization.edited';
      readonly organization: OrganizationName;
      readonly formerly: string | null;
      readonly fields: readonly OrganizationField[];
    }
  | {
      readonly kind: 'organization.activated' | 'organization.deactivated';
      readonly organization: OrganizationName;
    }
  | {
      readonly kind: 'group.settings_changed';
      readonly group: string;
      readonly setting: GroupSetting;
    }
  | { readonly kind: 'contact.linked'; readonly issue: IssueSummary; readonly contacts: readonly Contact[] }
  | {
      readonly kind: 'contact.unlinked';
      readonly issue: IssueSummary;
      readonly contacts: readonly Contact[];
    }
  | {
      readonly kind: 'group.transferred' | 'group.transfer_held' | 'project.transferred';
      readonly transfer: TransferView;
    }
  /** What a notice of a held transfer says once there is nothing to decide any more. */
  | { readonly kind: 'group.transfer_decided'; readonly transfer: TransferView }
  | { readonly kind: 'issue.moved'; readonly transfer: TransferView }
  | {
      /** A webhook of the project was given up; the ledger says why. */
      readonly kind: 'delivery.failed';
      readonly delivery: DeliveryId;
      readonly project: string;
    }
  | {
      /** Something that Tieline itself depends on is wrong, or no longer. */
      readonly kind: 'health.raised' | 'health.resolved';
      readonly what: string;
      readonly todo: string;
    }
  | NoticesEnded;

/** A channel is told no more; `why` is a clause. Told to the channel itself, and to whoever had turned notices on. */
export interface NoticesEnded {
  readonly kind: 'notices.ended';
  readonly group: string;
  readonly to: 'channel' | 'maker';
  readonly why: string;
  /** What it is told of no more; null for everything. */
  readonly about: Topic | null;
}

/** A group's CRM setting as it is now. A source elsewhere than in the group's own hierarchy is not named. */
export type GroupSetting =
  | { readonly name: 'crm_enabled'; readonly enabled: boolean }
  | { readonly name: 'source'; readonly source: string | null; readonly elsewhere: boolean };
