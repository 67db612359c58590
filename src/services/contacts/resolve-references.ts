import type { Tx } from '../../db/client.ts';
import {
  contactsByEmail,
  contactsByFullName,
  contactsById,
  nearestContact,
} from '../../db/queries/customers.ts';
import { searchContacts } from '../../db/queries/search.ts';
import type { Contact } from '../../domain/customers.ts';
import type { GroupId } from '../../domain/ids.ts';
import { contactLabel, type ResolvedReference } from '../../domain/link-plan.ts';
import { type CustomerReference, parseCustomerReference } from '../../domain/references.ts';

export interface ReferenceLookup {
  readonly crmGroupId: GroupId;
  /** As typed: an address, `C12`, or a name. */
  readonly texts: readonly string[];
  /** Whether a name may stand for a contact; GitLab's grammar splits at spaces, so there it may not. */
  readonly names: boolean;
}

const MAX_CANDIDATES = 5;

/** The contacts a name can stand for: those of exactly that name, else those it is found in. */
async function contactsNamed(tx: Tx, crmGroupId: GroupId, name: string): Promise<Contact[]> {
  const exact = await contactsByFullName(tx, crmGroupId, name, MAX_CANDIDATES + 1);
  if (exact.length > 0) return exact;
  return searchContacts(tx, {
    crmGroupId,
    words: name.split(' '),
    includeInactive: true,
    limit: MAX_CANDIDATES + 1,
  });
}

async function resolveName(
  tx: Tx,
  crmGroupId: GroupId,
  name: string,
  text: string,
): Promise<ResolvedReference> {
  const [first, ...others] = await contactsNamed(tx, crmGroupId, name);
  if (first && others.length === 0) return { text, contact: first };
  if (first) {
    return { text, contact: null, candidates: [first, ...others].slice(0, MAX_CANDIDATES).map(contactLabel) };
  }
  return unknown(tx, crmGroupId, text);
}

async function unknown(tx: Tx, crmGroupId: GroupId, text: string): Promise<ResolvedReference> {
  const nearest = await nearestContact(tx, crmGroupId, text);
  return { text, contact: null, nearest: nearest && contactLabel(nearest) };
}

/**
 * What each typed reference stands for within a crm group, in the order given. Whoever calls must have authorized
 * viewing contacts there, since a near match is offered.
 */
export async function resolveReferences(tx: Tx, lookup: ReferenceLookup): Promise<ResolvedReference[]> {
  const { crmGroupId } = lookup;
  const references = lookup.texts.map(parseCustomerReference);
  const emails = references.flatMap((r) => (r.kind === 'email' ? [r.email] : []));
  const ids = references.flatMap((r) => (r.kind === 'contact_id' ? [r.id] : []));
  const byEmail = emails.length > 0 ? await contactsByEmail(tx, crmGroupId, emails) : [];
  const byId = ids.length > 0 ? await contactsById(tx, crmGroupId, ids) : [];
  const resolved: ResolvedReference[] = [];
  for (const reference of references) {
    const contact = match(reference, byEmail, byId);
    if (contact) resolved.push({ text: reference.text, contact });
    else if (reference.kind === 'name' && lookup.names && reference.name !== '') {
      resolved.push(await resolveName(tx, crmGroupId, reference.name, reference.text));
    } else resolved.push(await unknown(tx, crmGroupId, reference.text));
  }
  return resolved;
}

function match(reference: CustomerReference, byEmail: Contact[], byId: Contact[]): Contact | undefined {
  if (reference.kind === 'contact_id') return byId.find((contact) => contact.id === reference.id);
  if (reference.kind !== 'email') return undefined;
  const email = reference.email.toLowerCase();
  return byEmail.find((contact) => contact.email?.toLowerCase() === email);
}
