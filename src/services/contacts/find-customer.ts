import type { Tx } from '../../db/client.ts';
import { nearestOrganization, organizationById, organizationByName } from '../../db/queries/customers.ts';
import { searchOrganizations } from '../../db/queries/search.ts';
import type { Contact, Organization } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId } from '../../domain/ids.ts';
import { parseCustomerReference } from '../../domain/references.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { resolveReferences } from './resolve-references.ts';

export type Customer =
  | { readonly kind: 'contact'; readonly contact: Contact }
  | { readonly kind: 'organization'; readonly organization: Organization };

const MAX_CANDIDATES = 5;

async function organizationsNamed(tx: Tx, crmGroupId: GroupId, name: string): Promise<Organization[]> {
  const exact = await organizationByName(tx, crmGroupId, name);
  if (exact) return [exact];
  const found = await searchOrganizations(tx, {
    crmGroupId,
    words: name.split(' '),
    includeInactive: true,
    limit: MAX_CANDIDATES,
    after: null,
  });
  return found.map((match) => match.row);
}

async function byName(tx: Tx, crmGroupId: GroupId, text: string): Promise<Customer> {
  const exact = await organizationByName(tx, crmGroupId, text);
  const [resolved] = await resolveReferences(tx, { crmGroupId, texts: [text], names: true });
  if (resolved?.contact && !exact) return { kind: 'contact', contact: resolved.contact };
  const organizations = exact ? [exact] : await organizationsNamed(tx, crmGroupId, text);
  const contacts = resolved && 'candidates' in resolved ? resolved.candidates : [];
  const [only] = organizations;
  if (only && organizations.length === 1 && (exact || contacts.length === 0)) {
    return { kind: 'organization', organization: only };
  }
  const candidates = [...contacts, ...organizations.map((organization) => organization.name)];
  if (candidates.length > 0) throw fail('ambiguous.contact', { reference: text, candidates });
  const nearest = resolved && 'nearest' in resolved ? resolved.nearest : null;
  const organization = nearest === null ? await nearestOrganization(tx, crmGroupId, text) : null;
  throw fail('not_found.contact', { reference: text, nearest: nearest ?? organization?.name ?? null });
}

/** The one contact or organization that a reference stands for; throws when it stands for none or several. */
async function lookUp(tx: Tx, crmGroupId: GroupId, text: string): Promise<Customer> {
  const reference = parseCustomerReference(text);
  if (reference.kind === 'organization_id') {
    const organization = await organizationById(tx, crmGroupId, reference.id);
    if (!organization) throw fail('not_found.organization', { reference: text, nearest: null });
    return { kind: 'organization', organization };
  }
  if (reference.kind === 'name') return byName(tx, crmGroupId, reference.name);
  const [resolved] = await resolveReferences(tx, { crmGroupId, texts: [text], names: false });
  if (resolved?.contact) return { kind: 'contact', contact: resolved.contact };
  const nearest = resolved && 'nearest' in resolved ? resolved.nearest : null;
  throw fail('not_found.contact', { reference: text, nearest });
}

/**
 * The contact or organization meant by an address, `C12`, `O3` or a name. Throws `not_found.*` with the nearest
 * match, or `ambiguous.contact` with the candidates. Takes `contact.view`.
 */
export function findCustomer(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  reference: string,
): Promise<Customer> {
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  return deps.database.transaction((tx) => lookUp(tx, opened.crmGroup.id, reference));
}
