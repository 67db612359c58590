import { contactsById } from '../../db/queries/customers.ts';
import type { Contact, IssueSummary } from '../../domain/customers.ts';
import type { ContactId } from '../../domain/ids.ts';
import { type ContactsById, planById } from '../../domain/link-plan-by-id.ts';
import type { ServiceDeps } from '../deps.ts';
import { once } from '../once.ts';
import { changeLinks, openLinks } from './issue-links.ts';
import type { OpenedIssue } from './open-issue.ts';

export interface ContactsSetById {
  readonly issue: IssueSummary;
  /** Those that the issue has now, by name. */
  readonly contacts: readonly Contact[];
  readonly addedCount: number;
  readonly removedCount: number;
  /** Ids that the crm group has no contact of; the others were added all the same. */
  readonly unavailable: readonly ContactId[];
}

/**
 * Sets an issue's contacts by id with the rules of GitLab's API, where an inactive contact may be added and more
 * than six at a time are refused. Throws `input.replace_combined` and `input.too_many_contacts`. Takes
 * `issue.set_contacts`.
 */
export function setContactsById(
  deps: ServiceDeps,
  opened: OpenedIssue,
  asked: ContactsById,
): Promise<ContactsSetById> {
  const { actor } = opened;
  return once(deps, actor, {
    command: 'set_contacts_by_id',
    run: async (tx) => {
      const links = await openLinks(tx, opened);
      const plan = planById(asked, new Set(links.contacts.map((contact) => contact.id)));
      const found = await contactsById(tx, links.crmGroupId, plan.add);
      const known = new Set(found.map((contact) => contact.id));
      const add = plan.add.filter((id) => known.has(id));
      const contacts = await changeLinks(tx, actor, {
        links,
        change: { add, remove: plan.remove, now: deps.now() },
      });
      return {
        issue: links.issue,
        contacts,
        addedCount: add.length,
        removedCount: plan.remove.length,
        unavailable: plan.add.filter((id) => !known.has(id)),
      };
    },
  });
}
