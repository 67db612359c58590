import { CONTACT_LIST } from '../../db/queries/search-customer-lists.ts';
import { countByState } from '../../db/queries/search-lists.ts';
import { splitSearch } from '../../db/queries/search-words.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { readFor } from '../search-read.ts';
import type { ContactFilter } from './list-contacts.ts';

export interface StateCounts {
  readonly active: number;
  readonly inactive: number;
  readonly all: number;
}

/** How many contacts of a crm group the search finds, by state. Takes `contact.view`. */
export async function countContacts(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  { search, inOneField, ids }: Pick<ContactFilter, 'search' | 'inOneField' | 'ids'>,
): Promise<StateCounts> {
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const words = splitSearch(search ?? '');
  return countByState(readFor(deps.database, words), CONTACT_LIST, {
    crmGroupId: opened.crmGroup.id,
    words,
    inOneField,
    ids,
  });
}
