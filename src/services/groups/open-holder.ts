import { readHolder } from '../../db/queries/read-places.ts';
import type { Actor } from '../../domain/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { ContactId, GroupId, OrganizationId } from '../../domain/ids.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { type OpenedCrmGroup, openCrmGroup, withGroupRoles } from './open-crm-group.ts';

/** What somebody is about to edit, by its id alone. */
export type HeldCustomer =
  | { readonly kind: 'contact'; readonly id: ContactId }
  | { readonly kind: 'organization'; readonly id: OrganizationId };

/**
 * The group that holds a customer, whichever crm group applies in it now. Throws `not_found.group` when there is
 * no such customer. Grants nothing: who edits is authorized then.
 */
export async function openHolder(
  deps: ServiceDeps,
  actor: Actor,
  { kind, id }: HeldCustomer,
): Promise<Pick<OpenedCrmGroup, 'actor' | 'crmGroup'>> {
  const holder = await readHolder(deps.database.read, kind, id);
  if (!holder) throw fail('not_found.group', { reference: '' });
  return {
    actor: await withGroupRoles(deps, actor, [holder.id]),
    crmGroup: { kind: 'crm_group', ...holder, crmEnabled: true, asked: '' },
  };
}

/**
 * A group to create customers in by its id, as GitLab's API has it: the group itself must be the one that holds
 * them. Throws `conflict.not_crm_capable` for one that takes them from another group, to those who might create
 * there; `not_found.group` or `forbidden.*` to everybody else.
 */
export async function openForCreation(
  deps: ServiceDeps,
  actor: Actor,
  asked: { group: GroupId; customers: 'contacts' | 'organizations' },
): Promise<OpenedCrmGroup> {
  const opened = await openCrmGroup(deps, actor, asked.group);
  if (opened.crmGroup.id === opened.group.id) return opened;
  const { id, fullPath } = opened.group;
  const ability = asked.customers === 'contacts' ? 'contact.create' : 'organization.create';
  authorize(opened.actor, ability, { kind: 'crm_group', id, fullPath, crmEnabled: true });
  throw fail('conflict.not_crm_capable', { customers: asked.customers, where: fullPath });
}
