import type { Tx } from '../../db/client.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { contactsOfIssue, deleteLinks, insertLinks } from '../../db/queries/links.ts';
import { lockIssue, placeIssue } from '../../db/queries/places.ts';
import { groupOfIssue } from '../../db/queries/transfers-places.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Contact, IssueSummary } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import type { ContactId, GroupId } from '../../domain/ids.ts';
import { type LinkOutcome, type LinkPlan, planAdd, planRemove } from '../../domain/link-plan.ts';
import { authorize, type IssueTarget } from '../../policy/authorize.ts';
import { resolveReferences } from '../contacts/resolve-references.ts';
import type { ServiceDeps } from '../deps.ts';
import { holdCrmGroup } from '../groups/open-crm-group.ts';
import { announce } from '../notices/announce.ts';
import { once } from '../once.ts';
import type { OpenedIssue } from './open-issue.ts';

export interface ContactsChange {
  readonly kind: 'add' | 'remove';
  /** As typed, in order. */
  readonly references: readonly string[];
  /** Whether a name may stand for a contact. */
  readonly names: boolean;
}

export interface ContactsChanged {
  readonly issue: IssueSummary;
  readonly kind: ContactsChange['kind'];
  readonly outcomes: readonly LinkOutcome[];
}

/**
 * The crm group as it is now and stays until the transaction ends; settings may have changed and the project may have
 * moved since the issue was opened.
 */
async function reload(tx: Tx, opened: OpenedIssue): Promise<IssueTarget> {
  const loaded = await holdCrmGroup(tx, () => groupOfIssue(tx, opened.issue.id));
  return { ...opened.target, ownGroup: loaded?.own ?? null, crmGroup: loaded?.crmGroup ?? null };
}

/** Locks the issue and makes sure that its links are in `crmGroup`, which they are not while a transfer is held. */
async function lockInCrmGroup(tx: Tx, opened: OpenedIssue, crmGroup: GroupId): Promise<void> {
  const locked = await lockIssue(tx, opened.issue.id);
  if (!locked) throw fail('not_found.issue', { reference: opened.target.reference });
  if (locked.crmGroupId === crmGroup) return;
  if (locked.hasLinks) throw fail('conflict.held', { where: opened.target.reference });
  await placeIssue(tx, opened.issue.id, crmGroup);
}

const summaryOf = (opened: OpenedIssue): IssueSummary => ({
  id: opened.issue.id,
  reference: opened.target.reference,
  title: opened.issue.title,
  state: opened.issue.state,
  confidential: opened.issue.confidential,
});

/**
 * Adds contacts to an issue or removes them, one outcome for each reference. Adding what is there and removing
 * what is not succeed and say so. Takes `issue.set_contacts`.
 */
export function changeContacts(
  deps: ServiceDeps,
  opened: OpenedIssue,
  change: ContactsChange,
): Promise<ContactsChanged> {
  const { actor } = opened;
  return once(deps, actor, {
    command: `${change.kind}_contacts`,
    run: async (tx) => {
      const target = await reload(tx, opened);
      authorize(actor, 'issue.set_contacts', target);
      const crmGroupId = target.crmGroup?.id;
      if (crmGroupId === undefined) throw fail('forbidden.no_crm_group', { where: target.reference });
      await lockInCrmGroup(tx, opened, crmGroupId);
      const before = await contactsOfIssue(tx, crmGroupId, opened.issue.id);
      const linked = new Set(before.map((contact) => contact.id));
      const references = await resolveReferences(tx, {
        crmGroupId,
        texts: change.references,
        names: change.names,
      });
      const plan = change.kind === 'add' ? planAdd(references, linked) : planRemove(references, linked);
      await carryOut(tx, { deps, actor, opened, crmGroupId, before, plan });
      return { issue: summaryOf(opened), kind: change.kind, outcomes: plan.outcomes };
    },
  });
}

interface CarryOut {
  readonly deps: ServiceDeps;
  readonly actor: Actor;
  readonly opened: OpenedIssue;
  readonly crmGroupId: GroupId;
  readonly before: readonly Contact[];
  readonly plan: LinkPlan;
}

async function carryOut(tx: Tx, work: CarryOut): Promise<void> {
  const { deps, actor, opened, crmGroupId, before, plan } = work;
  if (plan.add.length === 0 && plan.remove.length === 0) return;
  const now = deps.now();
  const issueId = opened.issue.id;
  await insertLinks(tx, { crmGroupId, issueId, contactIds: plan.add }, now);
  await deleteLinks(tx, { crmGroupId, issueId, contactIds: plan.remove });
  const after = await contactsOfIssue(tx, crmGroupId, issueId);
  const ids = (contacts: readonly Contact[]): ContactId[] => contacts.map((contact) => contact.id);
  const record = { crmGroupId, subject: { kind: 'issue', id: issueId } } as const;
  const changes = [
    { action: 'contact.linked', contacts: after.filter((contact) => plan.add.includes(contact.id)) },
    { action: 'contact.unlinked', contacts: before.filter((contact) => plan.remove.includes(contact.id)) },
  ] as const;
  for (const { action, contacts } of changes) {
    if (contacts.length === 0) continue;
    await writeAudit(tx, actor, { ...record, action, before: ids(before), after: ids(after) }, now);
    await announce(tx, actor, { crmGroupId, event: { kind: action, issue: summaryOf(opened), contacts } });
  }
}
