import type { Contact, OrganizationLabel } from '../../domain/customers.ts';
import { contactLabel } from '../../domain/link-plan.ts';
import type { Customer } from '../../services/contacts/find-customer.ts';
import type { FormOption } from '../form.ts';
import { customerName, customerRef } from '../wording/cards.ts';
import { contactRef, organizationRef } from '../wording/phrases.ts';

/** A contact to choose: name, address, and whether it is inactive. */
export const contactOption = (contact: Contact): FormOption => ({
  value: contactRef(contact),
  label: `${contactLabel(contact)}${contact.active ? '' : ' – inactive'}`,
});

/** An organization to choose. */
export const organizationOption = (organization: OrganizationLabel & { active?: boolean }): FormOption => ({
  value: organizationRef(organization),
  label: `${organization.name}${organization.active === false ? ' – inactive' : ''}`,
});

/** Either of the two, as found. */
export const customerOption = (customer: Customer): FormOption =>
  customer.kind === 'contact'
    ? contactOption(customer.contact)
    : { value: customerRef(customer), label: customerName(customer) };
