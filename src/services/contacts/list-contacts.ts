import type { Listed, ListPage } from '../../db/queries/list-page.ts';
import type { StateFilter } from '../../db/queries/search.ts';
import { activeOf } from '../../db/queries/search.ts';
import { type ContactSortField, contactsPage } from '../../db/queries/search-customer-lists.ts';
import { splitSearch } from '../../db/queries/search-words.ts';
import type { Contact } from '../../domain/customers.ts';
import type { ContactId, OrganizationId } from '../../domain/ids.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { readFor } from '../search-read.ts';

export interface ContactFilter {
  /** Words and "quoted phrases", each of which must occur; null or empty wants everybody. */
  readonly search: string | null;
  /** Whether all words must be in one and the same field, as GitLab has it; in any of them unless said. */
  readonly inOneField?: boolean;
  readonly state: StateFilter;
  /** Only these; null for no such limit. */
  readonly ids: readonly ContactId[] | null;
}

export interface ContactListing extends ContactFilter {
  readonly organizationId: OrganizationId | null;
  readonly sort: { readonly field: ContactSortField; readonly descending: boolean };
  /** `first` rows behind `after`, or the `last` ones before `before`; cursors are opaque. */
  readonly page: ListPage;
}

/** In order of last name, first name, id. */
export const DEFAULT_CONTACT_SORT = { field: 'LAST_NAME', descending: false } as const;

/**
 * One page of the contacts of a crm group; those without a value to sort by come last in both directions. Takes
 * `contact.view`. Throws `input.invalid` for a cursor that is none of ours or of another order.
 */
export function listContacts(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  { search, inOneField, state, ids, organizationId, sort, page }: ContactListing,
): Promise<Listed<Contact>> {
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const words = splitSearch(search ?? '');
  return contactsPage(readFor(deps.database, words), {
    crmGroupId: opened.crmGroup.id,
    words,
    inOneField,
    active: activeOf(state),
    ids,
    organizationId,
    sort: sort.field,
    descending: sort.descending,
    page,
  });
}
