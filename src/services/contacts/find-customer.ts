import type { Tx } from '../../db/client.ts';
import {
  contactsByFullName,
  nearestContact,
  nearestOrganization,
  organizationById,
  organizationByName,
} from '../../db/queries/customers.ts';
import { searchContacts, searchOrganizations } from '../../db/queries/search.ts';
import type { Contact, Organization } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId } from '../../domain/ids.ts';
import { contactLabel } from '../../domain/link-plan.ts';
import { parseCustomerReference } from '../../domain/references.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { resolveReferences } from './resolve-references.ts';

export type Customer =
  | { readonly kind: 'contact'; readonly contact: Contact }
  | { readonly kind: 'organization'; readonly organization: Organization };

const MAX_CANDIDATES = 5;

interface Matches {
  readonly contacts: readonly Contact[];
  readonly organizations: readonly Organization[];
}

/** Those of exactly this name. */
async function called(tx: Tx, crmGroupId: GroupId, name: string): Promise<Matches> {
  const organization = await organizationByName(tx, crmGroupId, name);
  return {
    contacts: await contactsByFullName(tx, crmGroupId, name, MAX_CANDIDATES),
    organizations: organization ? [organization] : [],
  };
}

/** Those that every word of it is found in. */
async function holding(tx: Tx, crmGroupId: GroupId, name: string): Promise<Matches> {
  const search = {
    crmGroupId,
    words: name.split(' '),
    includeInactive: true,
    limit: MAX_CANDIDATES,
  };
  return {
    contacts: await searchContacts(tx, search),
    organizations: await searchOrganizations(tx, search),
  };
}

const isNone = ({ contacts, organizations }: Matches): boolean =>
  contacts.length + organizations.length === 0;

async function byName(tx: Tx, crmGroupId: GroupId, name: string): Promise<Customer> {
  const exact = name === '' ? { contacts: [], organizations: [] } : await called(tx, crmGroupId, name);
  const { contacts, organizations } =
    name !== '' && isNone(exact) ? await holding(tx, crmGroupId, name) : exact;
  const [contact] = contacts;
  const [organization] = organizations;
  if (contact && contacts.length + organizations.length === 1) return { kind: 'contact', contact };
  if (organization && contacts.length + organizations.length === 1) {
    return { kind: 'organization', organization };
  }
  if (contact || organization) {
    const candidates = [...contacts.map(contactLabel), ...organizations.map((found) => found.name)];
    throw fail('ambiguous.contact', { reference: name, candidates });
  }
  throw fail('not_found.contact', { reference: name, nearest: await nearestName(tx, crmGroupId, name) });
}

async function nearestName(tx: Tx, crmGroupId: GroupId, name: string): Promise<string | null> {
  const contact = await nearestContact(tx, crmGroupId, name);
  if (contact) return contactLabel(contact);
  return (await nearestOrganization(tx, crmGroupId, name))?.name ?? null;
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
