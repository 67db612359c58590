import { type Contact, fullName, type Organization } from '../../domain/customers.ts';
import type { Span } from '../reply.ts';

/** "1 contact", "2 contacts", "no contacts". */
export function count(n: number, singular: string, plural = `${singular}s`): string {
  return n === 0 ? `no ${plural}` : n === 1 ? `1 ${singular}` : `${n} ${plural}`;
}

/** "a", "a and b", "a, b and c", with another last word when given. */
export function listed(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

export const contactRef = (contact: Contact): string => `C${contact.id}`;
export const organizationRef = (organization: Pick<Organization, 'id'>): string => `O${organization.id}`;

/** A contact in a line: name in bold, then the address. */
export function contactSpans(contact: Contact): Span[] {
  const inactive: Span[] = contact.active ? [] : [{ text: ' (inactive)' }];
  const address: Span[] = contact.email === null ? [] : [{ text: ' · ' }, { text: contact.email }];
  return [{ strong: fullName(contact) }, ...inactive, ...address];
}

/** The small second line of a contact: organization, phone, id. */
export function contactDetail(contact: Contact): string {
  return [contact.organization?.name, contact.phone, contactRef(contact)].filter((part) => part).join(' · ');
}

/** The next step where nobody is who was named. */
export const creatingContact = (reference: string): Span[] => [
  { text: 'Create a contact with ' },
  { code: `/crm new contact ${reference}` },
];
