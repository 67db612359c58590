import { ORGANIZATION_LIST } from '../../db/queries/search-customer-lists.ts';
import { countByState } from '../../db/queries/search-lists.ts';
import { splitSearch } from '../../db/queries/search-words.ts';
import { authorize } from '../../policy/authorize.ts';
import type { StateCounts } from '../contacts/count-contacts.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { readFor } from '../search-read.ts';
import type { OrganizationFilter } from './list-organizations.ts';

/** How many organizations of a crm group the search finds, by state. Takes `organization.view`. */
export async function countOrganizations(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  { search, inOneField, ids }: Pick<OrganizationFilter, 'search' | 'inOneField' | 'ids'>,
): Promise<StateCounts> {
  authorize(opened.actor, 'organization.view', opened.crmGroup);
  const words = splitSearch(search ?? '');
  return countByState(readFor(deps.database, words), ORGANIZATION_LIST, {
    crmGroupId: opened.crmGroup.id,
    words,
    inOneField,
    ids,
  });
}
