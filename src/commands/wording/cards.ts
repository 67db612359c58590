import { type Contact, fullName, type IssueSummary, type Organization } from '../../domain/customers.ts';
import type { Customer } from '../../services/contacts/find-customer.ts';
import { type CommandContext, issueUrl } from '../context.ts';
import type { Inline, ReplyAction, ReplyField, ReplyItem } from '../reply.ts';
import { contactDetail, contactRef, contactSpans, count, organizationRef } from './phrases.ts';

const field = (label: string, value: Inline | null): ReplyField[] =>
  value === null ? [] : [{ label, value }];

/** The fields of a contact's card; empty ones are left out. */
export function contactFields(contact: Contact): ReplyField[] {
  return [
    ...field('E-mail', contact.email),
    ...field('Phone', contact.phone),
    ...field('Organization', contact.organization?.name ?? null),
    ...field('State', contact.active ? null : 'Inactive'),
    ...field('Number', contactRef(contact)),
    ...field('Note', contact.description),
  ];
}

export function organizationFields(organization: Organization): ReplyField[] {
  return [
    ...field('Default rate', organization.defaultRate),
    ...field('State', organization.active ? null : 'Inactive'),
    ...field('Number', organizationRef(organization)),
    ...field('Note', organization.description),
  ];
}

/** What people call a contact or an organization. */
export const customerName = (customer: Customer): string =>
  customer.kind === 'contact' ? fullName(customer.contact) : customer.organization.name;

/** Its number: `C12` or `O3`. */
export const customerRef = (customer: Customer): string =>
  customer.kind === 'contact' ? contactRef(customer.contact) : organizationRef(customer.organization);

const DEACTIVATING: Readonly<Record<Customer['kind'], string>> = {
  contact: 'The contact stays on its issues, but cannot be linked to more until it is active again.',
  organization: 'Searches leave it out until it is active again. Its contacts stay as they are.',
};

/** The button that makes an inactive customer active, or an active one inactive. */
export function stateAction(customer: Customer): ReplyAction {
  const { active } = customer.kind === 'contact' ? customer.contact : customer.organization;
  const reference = customerRef(customer);
  return active
    ? {
        label: 'Deactivate',
        command: `deactivate ${reference}`,
        style: 'danger',
        confirm: `Deactivate ${customerName(customer)}? ${DEACTIVATING[customer.kind]}`,
      }
    : { label: 'Activate', command: `activate ${reference}` };
}

/** What a row's small print ends with; nothing where there is no open issue. */
const openIssuesEnding = (openIssues: number): string =>
  openIssues === 0 ? '' : ` · ${count(openIssues, 'open issue')}`;

/** A contact in a list, with a button that shows its card. */
export function contactItem(contact: Contact, openIssues = 0): ReplyItem {
  return {
    text: contactSpans(contact),
    detail: `${contactDetail(contact)}${openIssuesEnding(openIssues)}`,
    action: { label: 'Show', command: `show ${contactRef(contact)}` },
  };
}

export function organizationItem(organization: Organization, openIssues = 0): ReplyItem {
  const inactive = organization.active ? [] : [{ text: ' (inactive)' }];
  return {
    text: [{ strong: organization.name }, ...inactive],
    detail: `Organization · ${organizationRef(organization)}${openIssuesEnding(openIssues)}`,
    action: { label: 'Show', command: `show ${organizationRef(organization)}` },
  };
}

/** An issue in a list. A confidential one is marked: its title is for those who may read it. */
export function issueItem(context: Pick<CommandContext, 'deps'>, issue: IssueSummary): ReplyItem {
  const marks = [issue.state === 'closed' ? 'closed' : null, issue.confidential ? 'confidential' : null];
  const detail = marks.filter((mark) => mark !== null).join(' · ');
  return {
    text: [
      { link: issue.reference, href: issueUrl(context, issue.reference) },
      { text: ' ' },
      { text: issue.title },
    ],
    ...(detail === '' ? {} : { detail }),
  };
}
