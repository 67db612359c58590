import { type Contact, fullName } from './customers.ts';
import type { ContactId } from './ids.ts';

/** GitLab's limit on contacts added in one call; removals have none. */
export const MAX_CONTACTS_ADDED = 6;

/** What a typed reference turned out to be. */
export type ResolvedReference =
  | { readonly text: string; readonly contact: Contact }
  | { readonly text: string; readonly contact: null; readonly nearest: string | null }
  | { readonly text: string; readonly contact: null; readonly candidates: readonly string[] };

/** What became of one reference. */
export type LinkOutcome =
  | {
      readonly kind:
        | 'added'
        | 'already_there'
        | 'removed'
        | 'was_not_there'
        | 'inactive'
        | 'over_limit'
        /** Not removed by a replacement, since not every name in it was understood. */
        | 'kept';
      readonly text: string;
      readonly contact: Contact;
    }
  | { readonly kind: 'not_found'; readonly text: string; readonly nearest: string | null }
  | { readonly kind: 'ambiguous'; readonly text: string; readonly candidates: readonly string[] };

export interface LinkPlan {
  readonly add: readonly ContactId[];
  readonly remove: readonly ContactId[];
  /** One per distinct contact or unknown reference, in the order given. */
  readonly outcomes: readonly LinkOutcome[];
}

/** How a contact is named where no link can be made: "Ada Lovelace (ada@example.com)". */
export function contactLabel(contact: Contact): string {
  return contact.email === null ? fullName(contact) : `${fullName(contact)} (${contact.email})`;
}

/** References to the same contact count once, and so does an unknown text that is repeated. */
function distinct(references: readonly ResolvedReference[]): ResolvedReference[] {
  const seen = new Set<string>();
  return references.filter((reference) => {
    const key = reference.contact
      ? `contact:${reference.contact.id}`
      : `text:${reference.text.toLowerCase()}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function unresolved(reference: Exclude<ResolvedReference, { contact: Contact }>): LinkOutcome {
  return 'candidates' in reference
    ? { kind: 'ambiguous', text: reference.text, candidates: reference.candidates }
    : { kind: 'not_found', text: reference.text, nearest: reference.nearest };
}

/** Decides what adding these references to an issue with these contacts does. The first six new ones are added. */
export function planAdd(references: readonly ResolvedReference[], linked: ReadonlySet<ContactId>): LinkPlan {
  const add: ContactId[] = [];
  const outcomes = distinct(references).map((reference): LinkOutcome => {
    if (reference.contact === null) return unresolved(reference);
    const { text, contact } = reference;
    if (linked.has(contact.id)) return { kind: 'already_there', text, contact };
    if (!contact.active) return { kind: 'inactive', text, contact };
    if (add.length >= MAX_CONTACTS_ADDED) return { kind: 'over_limit', text, contact };
    add.push(contact.id);
    return { kind: 'added', text, contact };
  });
  return { add, remove: [], outcomes };
}

/** Decides what removing these references from an issue with these contacts does. */
export function planRemove(
  references: readonly ResolvedReference[],
  linked: ReadonlySet<ContactId>,
): LinkPlan {
  const remove: ContactId[] = [];
  const outcomes = distinct(references).map((reference): LinkOutcome => {
    if (reference.contact === null) return unresolved(reference);
    const { text, contact } = reference;
    if (!linked.has(contact.id)) return { kind: 'was_not_there', text, contact };
    remove.push(contact.id);
    return { kind: 'removed', text, contact };
  });
  return { add: [], remove, outcomes };
}

/**
 * Decides what replacing an issue's contacts by these references does: the first six new ones are added, those not
 * named go. While a reference is not understood nobody goes: a slip of the pen must not take off whom it meant.
 */
export function planReplace(references: readonly ResolvedReference[], linked: readonly Contact[]): LinkPlan {
  const { add, outcomes } = planAdd(references, new Set(linked.map((contact) => contact.id)));
  const named = new Set(references.map((reference) => reference.contact?.id));
  const leaving = linked.filter((contact) => !named.has(contact.id));
  const isUnclear = references.some((reference) => reference.contact === null);
  const left = leaving.map(
    (contact): LinkOutcome => ({
      kind: isUnclear ? 'kept' : 'removed',
      // Not typed by anybody: the number, which tells nothing to those who may not look it up.
      text: `C${contact.id}`,
      contact,
    }),
  );
  return {
    add,
    remove: isUnclear ? [] : leaving.map((contact) => contact.id),
    outcomes: [...outcomes, ...left],
  };
}
