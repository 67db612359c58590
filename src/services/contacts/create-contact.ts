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
import { resolveOrganization } from '../organizations/resolve-organization.ts';

export interface ContactInput {
  readonly firstName: string;
  readonly lastName: string;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly description?: string | null;
  /** The organization's name, ignoring case. */
  readonly organization?: string | null;
  /** The same by its id, in place of the name. */
  readonly organizationId?: OrganizationId | null;
}

async function organizationNamed(tx: Tx, crmGroup: GroupId, typed: string): Promise<OrganizationId> {
  const name = lookupText(typed);
  const organization = await organizationByName(tx, crmGroup, name);
  if (organization) return organization.id;
  const nearest = await nearestOrganization(tx, crmGroup, name);
  throw fail('not_found.organization', { reference: name, nearest: nearest?.name ?? null });
}

async function organizationOf(
  tx: Tx,
  crmGroup: GroupId,
  { organization, organizationId: id }: ContactInput,
): Promise<OrganizationId | null> {
  if (id) return (await resolveOrganization(tx, crmGroup, { id })).id;
  return organization ? organizationNamed(tx, crmGroup, organization) : null;
}

/**
 * Creates a contact in a crm group. Throws `input.invalid` for a value that breaks a rule, `conflict.email_taken`
 * when another contact there has the address, `not_found.organization` for an unknown name and
 * `input.foreign_organization` for an unknown id. Takes `contact.create`.
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
      const organizationId = await organizationOf(tx, crmGroup.id, input);
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
