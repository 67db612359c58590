import { contactsOfIssue } from '../../db/queries/links.ts';
import type { Contact } from '../../domain/customers.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedIssue } from './open-issue.ts';

export interface IssueContacts {
  readonly reference: string;
  readonly title: string;
  readonly contacts: readonly Contact[];
}

/** The contacts of an issue in order of name. Takes `issue.view_contacts`. */
export async function listIssueContacts(deps: ServiceDeps, opened: OpenedIssue): Promise<IssueContacts> {
  const { actor, issue, target } = opened;
  authorize(actor, 'issue.view_contacts', target);
  const crmGroupId = target.crmGroup?.id;
  const contacts =
    crmGroupId === undefined
      ? []
      : await deps.database.transaction((tx) => contactsOfIssue(tx, crmGroupId, issue.id));
  return { reference: target.reference, title: issue.title, contacts };
}
