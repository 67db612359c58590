import { contactsOfIssue } from '../db/queries/links.ts';
import { fullName } from '../domain/customers.ts';
import { groupId, issueId } from '../domain/ids.ts';
import type { ServiceDeps } from '../services/deps.ts';

/** Names and addresses linked to an issue, for the sandbox's sidebar; it shows whoever looks everything. */
export function issueContacts(
  { database }: ServiceDeps,
  project: string,
  iid: number,
): Promise<{ name: string; email: string | null }[]> {
  return database.transaction(async (tx) => {
    const issue = await tx.issue.findFirst({ where: { iid, project: { fullPath: project } } });
    if (!issue?.crmGroupId) return [];
    const contacts = await contactsOfIssue(tx, groupId(issue.crmGroupId), issueId(issue.id));
    return contacts.map((contact) => ({ name: fullName(contact), email: contact.email }));
  });
}
