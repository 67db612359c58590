import type { Listed, ListPage } from '../../db/queries/list-page.ts';
import { type CustomerKey, nestedContacts } from '../../db/queries/nested-customers.ts';
import type { StateFilter } from '../../db/queries/search.ts';
import { activeOf } from '../../db/queries/search.ts';
import type { Contact } from '../../domain/customers.ts';
import type { ServiceDeps } from '../deps.ts';

/**
 * One page of the contacts of each of several organizations that the caller was shown, in one statement. It asks for
 * no right: whoever may view the organizations of a crm group may view its contacts.
 */
export function contactsOfOrganizations(
  { database }: Pick<ServiceDeps, 'database'>,
  asked: { keys: readonly CustomerKey[]; state: StateFilter; page: ListPage },
): Promise<Listed<Contact>[]> {
  const { keys, state, page } = asked;
  return nestedContacts(database.read, { of: 'organization', keys, active: activeOf(state), page });
}
