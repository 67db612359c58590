import type { Tx } from '../../db/client.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import {
  contactsByEmail,
  insertContact,
  nearestOrganization,
  organizationByName,
} from '../../db/queries/customers.ts';
import { type Contact, fullName } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId, OrganizationId } from '../../domain/ids.ts';
import { lookupText } from '../../domain/references.ts';
import { parseDescription, parseEmail, parseName, parsePhone } from '../../domain/values.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { type OpenedCrmGroup, reloadCrmGroup } from '../groups/open-crm-group.ts';
import { announce } from '../notices/announce.ts';
import { once } from '../once.ts';

export interface ContactInput {
  readonly firstName: string;
  readonly lastName: string;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly description?: string | null;
  /** The organization's name, ignoring case. */
  readonly organization?: string | null;
}

async function organizationNamed(tx: Tx, crmGroup: GroupId, typed: string): Promise<OrganizationId> {
  const name = lookupText(typed);
  const organization = await organizationByName(tx, crmGroup, name);
  if (organization) return organization.id;
  const nearest = await nearestOrganization(tx, crmGroup, name);
  throw fail('not_found.organization', { reference: name, nearest: nearest?.name ?? null });
}

/**
 * Creates a contact in a crm group. Throws `input.invalid` for a value that breaks a rule, `conflict.email_taken`
 * when another contact there has the address, `not_found.organization` for an unknown one. Takes `contact.create`.
 */
export function createContact(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  input: ContactInput,
): Promise<Contact> {
  const { actor } = opened;
  return once(deps, actor, {
    command: 'create_contact',
    run: async (tx) => {
      const crmGroup = await reloadCrmGroup(tx, opened);
      authorize(actor, 'contact.create', crmGroup);
      const email = parseEmail(input.email);
      const values = {
        crmGroupId: crmGroup.id,
        firstName: parseName('first name', input.firstName),
        lastName: parseName('last name', input.lastName),
        email,
        phone: parsePhone(input.phone),
        description: parseDescription(input.description),
      };
      const organizationId = input.organization
        ? await organizationNamed(tx, crmGroup.id, input.organization)
        : null;
      const now = deps.now();
      const contact = await insertContact(tx, { ...values, organizationId }, now);
      if (!contact) {
        const [taken] = await contactsByEmail(tx, crmGroup.id, [email ?? '']);
        throw fail('conflict.email_taken', { email: email ?? '', contact: taken ? fullName(taken) : null });
      }
      const subject = { kind: 'contact', id: contact.id } as const;
      await writeAudit(
        tx,
        actor,
        { crmGroupId: crmGroup.id, action: 'contact.created', subject, after: contact },
        now,
      );
      await announce(tx, actor, { crmGroupId: crmGroup.id, event: { kind: 'contact.created', contact } });
      return contact;
    },
  });
}
