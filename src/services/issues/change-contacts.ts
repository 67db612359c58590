import type { IssueSummary } from '../../domain/customers.ts';
import {
  type LinkOutcome,
  type LinkPlan,
  planAdd,
  planRemove,
  planReplace,
  type ResolvedReference,
} from '../../domain/link-plan.ts';
import { resolveReferences } from '../contacts/resolve-references.ts';
import type { ServiceDeps } from '../deps.ts';
import { once } from '../once.ts';
import { changeLinks, type IssueLinks, openLinks } from './issue-links.ts';
import type { OpenedIssue } from './open-issue.ts';

export interface ContactsChange {
  /** `replace` leaves the issue with those named. */
  readonly kind: 'add' | 'remove' | 'replace';
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

/** What the command is called in the record of what was run. */
const COMMANDS = { add: 'add_contacts', remove: 'remove_contacts', replace: 'set_contacts' } as const;

/**
 * Adds contacts to an issue, removes them or replaces them all, with an outcome for each reference and for each
 * contact that a replacement removes. Adding what is there and removing what is not succeed and say so. Takes
 * `issue.set_contacts`.
 */
export function changeContacts(
  deps: ServiceDeps,
  opened: OpenedIssue,
  change: ContactsChange,
): Promise<ContactsChanged> {
  const { actor } = opened;
  return once(deps, actor, {
    command: COMMANDS[change.kind],
    run: async (tx) => {
      const links = await openLinks(tx, opened);
      const references = await resolveReferences(tx, {
        crmGroupId: links.crmGroupId,
        texts: change.references,
        names: change.names,
      });
      const { add, remove, outcomes } = planOf(change.kind, references, links);
      await changeLinks(tx, actor, { links, change: { add, remove, now: deps.now() } });
      return { issue: links.issue, kind: change.kind, outcomes };
    },
  });
}

function planOf(
  kind: ContactsChange['kind'],
  references: readonly ResolvedReference[],
  { contacts }: IssueLinks,
): LinkPlan {
  if (kind === 'replace') return planReplace(references, contacts);
  const linked = new Set(contacts.map((contact) => contact.id));
  return kind === 'add' ? planAdd(references, linked) : planRemove(references, linked);
}
