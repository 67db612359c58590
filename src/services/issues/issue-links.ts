import type { Tx } from '../../db/client.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { contactsOfIssue, deleteLinks, insertLinks } from '../../db/queries/links.ts';
import { lockIssue, placeIssue } from '../../db/queries/places.ts';
import { groupOfIssue } from '../../db/queries/transfers-places.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Contact, IssueSummary } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import type { ContactId, GroupId, IssueId } from '../../domain/ids.ts';
import { authorize } from '../../policy/authorize.ts';
import { holdCrmGroup } from '../groups/open-crm-group.ts';
import { announce } from '../notices/announce.ts';
import type { OpenedIssue } from './open-issue.ts';

/** The contacts of an issue, nobody else changing them until the transaction ends. */
export interface IssueLinks {
  readonly crmGroupId: GroupId;
  readonly issue: IssueSummary;
  readonly contacts: readonly Contact[];
}

export const summaryOf = ({ issue, target }: Pick<OpenedIssue, 'issue' | 'target'>): IssueSummary => ({
  id: issue.id,
  reference: target.reference,
  title: issue.title,
  state: issue.state,
  confidential: issue.confidential,
});

/**
 * The contacts of an issue for an actor who is about to change them. Settings may have changed and the project may
 * have moved since the issue was opened; from here on they stay. Takes `issue.set_contacts`.
 */
export async function openLinks(tx: Tx, opened: OpenedIssue): Promise<IssueLinks> {
  const { actor } = opened;
  const loaded = await holdCrmGroup(tx, () => groupOfIssue(tx, opened.issue.id));
  const target = {
    ...opened.target,
    ownGroup: loaded?.own ?? null,
    crmGroup: loaded?.crmGroup ?? null,
  };
  authorize(actor, 'issue.set_contacts', target);
  const crmGroupId = target.crmGroup?.id;
  if (crmGroupId === undefined) throw fail('forbidden.no_crm_group', { where: target.reference });
  return lockLinks(tx, summaryOf(opened), crmGroupId);
}

/**
 * Locks an issue whose crm group is held. Throws `conflict.held` when its links are still in another one, as they
 * are while a transfer waits for a decision.
 */
export async function lockLinks(tx: Tx, issue: IssueSummary, crmGroupId: GroupId): Promise<IssueLinks> {
  const locked = await lockIssue(tx, issue.id);
  if (!locked) throw fail('not_found.issue', { reference: issue.reference });
  if (locked.crmGroupId !== crmGroupId) {
    if (locked.hasLinks) throw fail('conflict.held', { where: issue.reference });
    await placeIssue(tx, issue.id, crmGroupId);
  }
  return { crmGroupId, issue, contacts: await contactsOfIssue(tx, crmGroupId, issue.id) };
}

export interface LinkChange {
  readonly add: readonly ContactId[];
  readonly remove: readonly ContactId[];
  readonly now: Date;
  /** What makes the change one of its kind; the actor's request unless said. */
  readonly key?: string;
}

/**
 * Changes the links of an issue, with an audit entry and notices for those added and for those removed. Without an
 * actor it was the system. Gives the contacts that the issue has then.
 */
export async function changeLinks(
  tx: Tx,
  actor: Actor | null,
  { links, change }: { links: IssueLinks; change: LinkChange },
): Promise<readonly Contact[]> {
  const { crmGroupId, issue, contacts: before } = links;
  const { add, remove, now, key } = change;
  if (add.length === 0 && remove.length === 0) return before;
  const at: { crmGroupId: GroupId; issueId: IssueId } = { crmGroupId, issueId: issue.id };
  await insertLinks(tx, { ...at, contactIds: add }, now);
  await deleteLinks(tx, { ...at, contactIds: remove });
  const after = await contactsOfIssue(tx, crmGroupId, issue.id);
  const ids = (contacts: readonly Contact[]): ContactId[] => contacts.map((contact) => contact.id);
  const record = { crmGroupId, subject: { kind: 'issue', id: issue.id } } as const;
  const changes = [
    { action: 'contact.linked', contacts: after.filter((contact) => add.includes(contact.id)) },
    { action: 'contact.unlinked', contacts: before.filter((contact) => remove.includes(contact.id)) },
  ] as const;
  for (const { action, contacts } of changes) {
    if (contacts.length === 0) continue;
    await writeAudit(tx, actor, { ...record, action, before: ids(before), after: ids(after) }, now);
    const event = { kind: action, issue, contacts } as const;
    await announce(tx, actor, { crmGroupId, event, ...(key === undefined ? {} : { key }) });
  }
  return after;
}
