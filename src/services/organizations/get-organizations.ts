import { type CustomerKey, organizationsByKey } from '../../db/queries/nested-customers.ts';
import type { Organization } from '../../domain/customers.ts';
import type { ServiceDeps } from '../deps.ts';

export type { CustomerKey };

/**
 * The organizations of contacts that the caller was shown, each or null, in one statement. It asks for no right:
 * whoever may view the contacts of a crm group may view its organizations.
 */
export async function organizationsOfContacts(
  { database }: Pick<ServiceDeps, 'database'>,
  keys: readonly CustomerKey[],
): Promise<(Organization | null)[]> {
  const wanted = new Map(keys.map((key) => [textOf(key), key]));
  const rows = await organizationsByKey(database.read, [...wanted.values()]);
  const found = new Map(rows.map((row) => [textOf(row), row]));
  return keys.map((key) => found.get(textOf(key)) ?? null);
}

const textOf = ({ crmGroupId, id }: CustomerKey): string => `${crmGroupId} ${id}`;
