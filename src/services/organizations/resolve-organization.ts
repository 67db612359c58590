import type { Tx } from '../../db/client.ts';
import { nearestOrganization, organizationById, organizationByName } from '../../db/queries/customers.ts';
import type { OrganizationLabel } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId, OrganizationId } from '../../domain/ids.ts';
import { parseCustomerReference } from '../../domain/references.ts';

/** An organization as a form knows it, or as people type it: its name ignoring case, or `O3`. */
export type OrganizationChoice =
  | { readonly id: OrganizationId }
  /** A name, ignoring case, or `O3`. */
  | { readonly name: string };

/**
 * The organization meant, active or not. Throws `input.foreign_organization` for one that the crm group does not
 * have, with the nearest name there. The caller must have authorized viewing organizations.
 */
export async function resolveOrganization(
  tx: Tx,
  crmGroup: GroupId,
  choice: OrganizationChoice,
): Promise<OrganizationLabel> {
  if ('id' in choice) {
    const found = await organizationById(tx, crmGroup, choice.id);
    if (found) return { id: found.id, name: found.name };
    throw fail('input.foreign_organization', { reference: `O${choice.id}`, nearest: null });
  }
  const name = choice.name.trim();
  const reference = parseCustomerReference(name);
  const found =
    (await organizationByName(tx, crmGroup, name)) ??
    (reference.kind === 'organization_id' ? await organizationById(tx, crmGroup, reference.id) : null);
  if (found) return { id: found.id, name: found.name };
  const nearest = await nearestOrganization(tx, crmGroup, name);
  throw fail('input.foreign_organization', { reference: name, nearest: nearest?.name ?? null });
}
