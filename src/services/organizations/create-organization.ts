import { writeAudit } from '../../db/queries/audit.ts';
import { insertOrganization, organizationByName } from '../../db/queries/customers.ts';
import type { Organization } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import { parseDescription, parseName, parseRate } from '../../domain/values.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { type OpenedCrmGroup, reloadCrmGroup } from '../groups/open-crm-group.ts';
import { announce } from '../notices/announce.ts';
import { once } from '../once.ts';

export interface OrganizationInput {
  readonly name: string;
  /** A decimal number. */
  readonly defaultRate?: string | null;
  readonly description?: string | null;
}

/**
 * Creates an organization in a crm group. Throws `input.invalid` for a value that breaks a rule and
 * `conflict.name_taken` when the name is in use there, ignoring case. Takes `organization.create`.
 */
export function createOrganization(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  input: OrganizationInput,
): Promise<Organization> {
  const { actor } = opened;
  return once(deps, actor, {
    command: 'create_organization',
    run: async (tx) => {
      const crmGroup = await reloadCrmGroup(tx, opened);
      authorize(actor, 'organization.create', crmGroup);
      const crmGroupId = crmGroup.id;
      const values = {
        crmGroupId,
        name: parseName('name', input.name),
        defaultRate: parseRate(input.defaultRate),
        description: parseDescription(input.description),
      };
      const now = deps.now();
      const organization = await insertOrganization(tx, values, now);
      if (!organization) {
        const taken = await organizationByName(tx, crmGroupId, values.name);
        throw fail('conflict.name_taken', { name: values.name, organization: taken?.name ?? null });
      }
      const subject = { kind: 'organization', id: organization.id } as const;
      await writeAudit(
        tx,
        actor,
        { crmGroupId, action: 'organization.created', subject, after: organization },
        now,
      );
      await announce(tx, actor, { crmGroupId, event: { kind: 'organization.created', organization } });
      return organization;
    },
  });
}
