import { sourcesOf } from '../../db/queries/transfers-places.ts';
import { type Actor, groupPlace } from '../../domain/actor.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { Permission } from '../../domain/transfer-plan.ts';
import { type CrmGroupTarget, decide } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryHierarchy } from '../ports.ts';

/** The actor with roles on these groups as GitLab gives them now: a transfer does not rely on what was asked before. */
export async function withFreshRoles(
  deps: Pick<ServiceDeps, 'directory'>,
  actor: Actor,
  groups: readonly GroupId[],
): Promise<Actor> {
  const sheet = await deps.directory.roles(actor.userId, groups.map(groupPlace), { fresh: true });
  return { ...actor, roles: new Map([...actor.roles, ...sheet]) };
}

/** The actor with fresh roles on every crm group that could apply at a group of a hierarchy, as settings stand. */
export async function rolesForTransfer(
  deps: Pick<ServiceDeps, 'directory' | 'database'>,
  actor: Actor,
  { chain }: DirectoryHierarchy,
): Promise<Actor> {
  const ids = chain.map(({ id }) => id);
  const sources = await deps.database.transaction((tx) => sourcesOf(tx, ids));
  const root = ids.at(-1);
  const crmGroups = new Set([...sources.values(), ...(root === undefined ? [] : [root])]);
  return withFreshRoles(deps, actor, [...crmGroups]);
}

/** What the actor may bring into a crm group. Nobody known may bring nothing. */
export function permissionIn(actor: Actor | null, target: CrmGroupTarget): Permission {
  if (!actor) return { contacts: false, organizations: false, reason: 'no_actor' };
  const contacts = decide(actor, 'contact.create', target);
  const organizations = decide(actor, 'organization.create', target);
  if (contacts.allowed && organizations.allowed) return { contacts: true, organizations: true };
  const isDisabled = [contacts, organizations].some((d) => !d.allowed && d.reason === 'crm_disabled');
  return {
    contacts: contacts.allowed,
    organizations: organizations.allowed,
    reason: isDisabled ? 'crm_disabled' : 'role',
  };
}

/** Whether the actor may know of the transfers of a crm group: viewing its contacts, also while its CRM is off. */
export function mayFollow(actor: Actor, target: CrmGroupTarget): boolean {
  const decision = decide(actor, 'contact.view', target);
  return decision.allowed || decision.reason === 'crm_disabled';
}
