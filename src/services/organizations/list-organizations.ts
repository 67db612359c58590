import type { Listed, ListPage } from '../../db/queries/list-page.ts';
import { activeOf, type StateFilter } from '../../db/queries/search.ts';
import { type OrganizationSortField, organizationsPage } from '../../db/queries/search-customer-lists.ts';
import { splitSearch } from '../../db/queries/search-words.ts';
import type { Organization } from '../../domain/customers.ts';
import type { OrganizationId } from '../../domain/ids.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { readFor } from '../search-read.ts';

export interface OrganizationFilter {
  /** Words and "quoted phrases", each of which must occur; null or empty wants all. */
  readonly search: string | null;
  /** Whether all words must be in one and the same field, as GitLab has it; in any of them unless said. */
  readonly inOneField?: boolean;
  readonly state: StateFilter;
  /** Only these; null for no such limit. */
  readonly ids: readonly OrganizationId[] | null;
}

export interface OrganizationListing extends OrganizationFilter {
  readonly sort: { readonly field: OrganizationSortField; readonly descending: boolean };
  /** `first` rows behind `after`, or the `last` ones before `before`; cursors are opaque. */
  readonly page: ListPage;
}

/** In order of name. */
export const DEFAULT_ORGANIZATION_SORT = { field: 'NAME', descending: false } as const;

/**
 * One page of the organizations of a crm group; those without a value to sort by come last in both directions.
 * Takes `organization.view`. Throws `input.invalid` for a cursor that is none of ours or of another order.
 */
export function listOrganizations(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  { search, inOneField, state, ids, sort, page }: OrganizationListing,
): Promise<Listed<Organization>> {
  authorize(opened.actor, 'organization.view', opened.crmGroup);
  const words = splitSearch(search ?? '');
  return organizationsPage(readFor(deps.database, words), {
    crmGroupId: opened.crmGroup.id,
    words,
    inOneField,
    active: activeOf(state),
    ids,
    sort: sort.field,
    descending: sort.descending,
    page,
  });
}
