import { isSmallGroup } from '../../db/queries/group-sizes.ts';
import { searchPage } from '../../db/queries/search.ts';
import { splitSearch } from '../../db/queries/search-words.ts';
import type { Contact } from '../../domain/customers.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';

export interface Suggesting {
  /** What has been typed so far. */
  readonly text: string;
  readonly limit: number;
  readonly activeOnly: boolean;
}

/**
 * The contacts that somebody may be typing the name or address of, those that start with it first; everybody by
 * name when nothing is typed yet. Takes `contact.view`.
 */
export async function suggestContacts(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  { text, limit, activeOnly }: Suggesting,
): Promise<Contact[]> {
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const { hits } = await searchPage(deps.database.search, {
    crmGroupId: opened.crmGroup.id,
    words: splitSearch(text),
    state: activeOnly ? 'active' : 'all',
    contacts: true,
    organizations: false,
    after: null,
    limit,
    isSmall: await isSmallGroup(deps.database.read, opened.crmGroup.id),
  });
  return hits.flatMap((hit) => (hit.kind === 'contact' ? [hit.contact] : []));
}
