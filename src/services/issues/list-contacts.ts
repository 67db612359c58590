import type { Tx } from '../../db/client.ts';
import { contactsOfIssue } from '../../db/queries/links.ts';
import { placedIssues } from '../../db/queries/transfers-places.ts';
import type { Contact } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId } from '../../domain/ids.ts';
import { authorize, decide } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { type OpenedCrmGroup, withGroupRoles } from '../groups/open-crm-group.ts';
import { getCrmGroup } from '../transfers/place-group.ts';
import type { OpenedIssue } from './open-issue.ts';

export interface IssueContacts {
  readonly reference: string;
  /** Who may see its contacts may read it. */
  readonly title: string;
  readonly confidential: boolean;
  readonly contacts: readonly Contact[];
  /** Whether they are those of the crm group that the issue left, until somebody decides on its transfer. */
  readonly frozen: boolean;
  /** The crm group that they are of, and the actor with their role there; null where there is none. */
  readonly of: Pick<OpenedCrmGroup, 'actor' | 'crmGroup'> | null;
}

/** The crm group that the issue's links are in, when it is not the one that applies. */
async function frozenIn(tx: Tx, { issue, target }: OpenedIssue): Promise<GroupId | null> {
  const [placed] = await placedIssues(tx, [issue.id]);
  if (!placed?.hasLinks || placed.crmGroupId === (target.crmGroup?.id ?? null)) return null;
  return placed.crmGroupId;
}

/**
 * The contacts of an issue in order of name. Takes `issue.view_contacts`; while a transfer is held, in the crm group
 * that the links are still in, and whoever may view in the new one only is told that they wait.
 */
export async function listIssueContacts(deps: ServiceDeps, opened: OpenedIssue): Promise<IssueContacts> {
  const { issue, target } = opened;
  const { database } = deps;
  const found = { reference: target.reference, title: issue.title, confidential: issue.confidential };
  const old = await database.transaction(async (tx) => {
    const id = await frozenIn(tx, opened);
    return id === null ? null : getCrmGroup(tx, id);
  });
  if (old) {
    const actor = await withGroupRoles(deps, opened.actor, [old.id]);
    if (!decide(actor, 'issue.view_contacts', { ...target, crmGroup: old }).allowed) {
      authorize(actor, 'issue.view_contacts', target);
      throw fail('conflict.held', { where: target.reference });
    }
    const contacts = await database.transaction((tx) => contactsOfIssue(tx, old.id, issue.id));
    return { ...found, contacts, frozen: true, of: { actor, crmGroup: old } };
  }
  authorize(opened.actor, 'issue.view_contacts', target);
  const { crmGroup } = target;
  if (!crmGroup) return { ...found, contacts: [], frozen: false, of: null };
  const contacts = await database.transaction((tx) => contactsOfIssue(tx, crmGroup.id, issue.id));
  return { ...found, contacts, frozen: false, of: { actor: opened.actor, crmGroup } };
}
