import { fail } from './errors.ts';
import type { ContactId } from './ids.ts';
import { MAX_CONTACTS_ADDED } from './link-plan.ts';

/** What a caller of GitLab's API asks for: one replacement, or adding and removing. */
export interface ContactsById {
  readonly replaceIds?: readonly ContactId[];
  readonly addIds?: readonly ContactId[];
  readonly removeIds?: readonly ContactId[];
}

export interface PlanById {
  /** Wanted and not there, each once; whether they can be had is not looked at yet. */
  readonly add: readonly ContactId[];
  readonly remove: readonly ContactId[];
}

/**
 * What setting contacts by id does, by GitLab's rules (17.7 to 18.x): more than six to add are refused, counted as
 * given, repeats and all; a replacement counts only those not there yet. Only contacts that were there at the start
 * are removed. Throws `input.replace_combined` and `input.too_many_contacts`.
 */
export function planById(asked: ContactsById, linked: ReadonlySet<ContactId>): PlanById {
  const { replaceIds, addIds = [], removeIds = [] } = asked;
  if ((replaceIds !== undefined) === addIds.length + removeIds.length > 0) {
    throw fail('input.replace_combined', {});
  }
  const toAdd = replaceIds?.filter((id) => !linked.has(id)) ?? addIds;
  if (toAdd.length > MAX_CONTACTS_ADDED) {
    throw fail('input.too_many_contacts', { limit: MAX_CONTACTS_ADDED });
  }
  const kept = new Set(replaceIds);
  const leaving = replaceIds ? [...linked].filter((id) => !kept.has(id)) : removeIds;
  return {
    add: [...new Set(toAdd)].filter((id) => !linked.has(id)),
    remove: [...new Set(leaving)].filter((id) => linked.has(id)),
  };
}
