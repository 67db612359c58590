import { searchPage } from '../../db/queries/search.ts';
import { splitSearch } from '../../db/queries/search-words.ts';
import type { Organization } from '../../domain/customers.ts';
import { authorize } from '../../policy/authorize.ts';
import type { Suggesting } from '../contacts/suggest-contacts.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';

/**
 * The organizations that somebody may be typing the name of, those that start with it first; all by name when
 * nothing is typed yet. Takes `organization.view`.
 */
export async function suggestOrganizations(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  { text, limit, activeOnly }: Suggesting,
): Promise<Organization[]> {
  authorize(opened.actor, 'organization.view', opened.crmGroup);
  const { hits } = await searchPage(deps.database.search, {
    crmGroupId: opened.crmGroup.id,
    words: splitSearch(text),
    state: activeOnly ? 'active' : 'all',
    contacts: false,
    organizations: true,
    after: null,
    limit,
  });
  return hits.flatMap((hit) => (hit.kind === 'organization' ? [hit.organization] : []));
}
