import { type Actor, groupPlace, projectPlace, roleAt } from '../domain/actor.ts';
import { fail } from '../domain/errors.ts';
import type { GitLabUserId, GroupId, ProjectId } from '../domain/ids.ts';
import { roleReaches } from '../domain/roles.ts';
import { type AbilityOn, lowestRole, tableAllows } from './table.ts';

/** A group that holds contacts, as the policy looks at it. */
export interface CrmGroupTarget {
  readonly kind: 'crm_group';
  readonly id: GroupId;
  readonly fullPath: string;
  readonly crmEnabled: boolean;
  /**
   * What the actor called it, or a group that takes its contacts from it: a refusal that must not tell what exists
   * repeats that. Empty when a setting named it, absent when nobody did.
   */
  readonly asked?: string | undefined;
  /** A group below this one that the actor came by; who sees that knows of this one by its path. */
  readonly below?: GroupId | undefined;
}

/** A group whose own settings are meant. */
export interface GroupTarget {
  readonly kind: 'group';
  readonly id: GroupId;
  readonly fullPath: string;
}

/** An issue with what decides who may touch its contacts. */
export interface IssueTarget {
  readonly kind: 'issue';
  /** As people write it: `acme/app#1`. */
  readonly reference: string;
  /** As the actor wrote it, when they did. */
  readonly asked?: string | undefined;
  readonly projectId: ProjectId;
  readonly confidential: boolean;
  readonly authorId: GitLabUserId | null;
  readonly assigneeIds: readonly GitLabUserId[];
  /** Whether CRM is on for the group the project is in; null in a user namespace. */
  readonly ownGroup: { readonly fullPath: string; readonly crmEnabled: boolean } | null;
  readonly crmGroup: CrmGroupTarget | null;
}

/** What the policy says, and why not. `visible` tells whether the actor may know that the target exists. */
export type Decision = { readonly allowed: true } | Refusal;

interface Refusal {
  readonly allowed: false;
  readonly visible: boolean;
  readonly reason: 'role' | 'crm_disabled' | 'no_crm_group';
  readonly where: string;
  /** Meant is the group that `where` takes its contacts from, which the actor may not know. */
  readonly atSource?: true;
}

const ALLOWED: Decision = { allowed: true };

function decideOnCrmGroup(actor: Actor, ability: AbilityOn<'crm_group'>, target: CrmGroupTarget): Decision {
  const role = roleAt(actor, groupPlace(target.id));
  const seen = [target.id, target.below ?? target.id];
  const visible = seen.some((id) => roleReaches(roleAt(actor, groupPlace(id)), 'guest'));
  if (!tableAllows(ability, role)) return { allowed: false, visible, reason: 'role', where: target.fullPath };
  if (!target.crmEnabled) return { allowed: false, visible, reason: 'crm_disabled', where: target.fullPath };
  return ALLOWED;
}

function decideOnGroup(actor: Actor, ability: AbilityOn<'group'>, target: GroupTarget): Decision {
  const role = roleAt(actor, groupPlace(target.id));
  if (tableAllows(ability, role)) return ALLOWED;
  return { allowed: false, visible: roleReaches(role, 'guest'), reason: 'role', where: target.fullPath };
}

/** Whether the actor may read the issue itself, whatever CRM says. */
export function canReadIssue(actor: Actor, target: IssueTarget): boolean {
  const role = roleAt(actor, projectPlace(target.projectId));
  if (!roleReaches(role, 'guest')) return false;
  if (!target.confidential || roleReaches(role, 'planner')) return true;
  return target.authorId === actor.userId || target.assigneeIds.includes(actor.userId);
}

/** Whoever sees a group knows what is above it; a source elsewhere they may not. */
function seesCrmGroup(actor: Actor, { ownGroup, crmGroup }: IssueTarget): boolean {
  if (ownGroup === null || crmGroup === null) return false;
  const above = `${ownGroup.fullPath}/`.startsWith(`${crmGroup.fullPath}/`);
  return above || roleReaches(roleAt(actor, groupPlace(crmGroup.id)), 'guest');
}

function decideOnIssue(actor: Actor, ability: AbilityOn<'issue'>, target: IssueTarget): Decision {
  const no = (reason: 'role' | 'crm_disabled' | 'no_crm_group', where: string): Refusal => ({
    allowed: false,
    visible: canReadIssue(actor, target),
    reason,
    where,
  });
  const { ownGroup, crmGroup } = target;
  if (!canReadIssue(actor, target)) return no('role', target.reference);
  if (ownGroup === null || crmGroup === null) return no('no_crm_group', target.reference);
  if (!tableAllows(ability, roleAt(actor, projectPlace(target.projectId))))
    return no('role', target.reference);
  if (!tableAllows(ability, roleAt(actor, groupPlace(crmGroup.id)))) {
    if (seesCrmGroup(actor, target)) return no('role', crmGroup.fullPath);
    return { ...no('role', ownGroup.fullPath), atSource: true };
  }
  if (!ownGroup.crmEnabled) return no('crm_disabled', ownGroup.fullPath);
  if (!crmGroup.crmEnabled) return no('crm_disabled', crmGroup.fullPath);
  return ALLOWED;
}

/** Asks without throwing, for display: services decide by `authorize`. */
export function decide(actor: Actor, ...[ability, target]: AbilityAndTarget): Decision {
  switch (target.kind) {
    case 'crm_group':
      return decideOnCrmGroup(actor, ability as AbilityOn<'crm_group'>, target);
    case 'group':
      return decideOnGroup(actor, ability as AbilityOn<'group'>, target);
    case 'issue':
      return decideOnIssue(actor, ability as AbilityOn<'issue'>, target);
  }
}

/** An ability with the one kind of target it is asked on. */
export type AbilityAndTarget =
  | [AbilityOn<'crm_group'>, CrmGroupTarget]
  | [AbilityOn<'group'>, GroupTarget]
  | [AbilityOn<'issue'>, IssueTarget];

/**
 * Returns when the actor may; throws otherwise. What the actor may not see is answered exactly like what does not
 * exist: `not_found.*`. What they see but may not do names the role it takes.
 */
export function authorize(actor: Actor, ...question: AbilityAndTarget): void {
  const decision = decide(actor, ...question);
  if (decision.allowed) return;
  const [ability, target] = question;
  if (!decision.visible) {
    throw notFound(target);
  }
  if (decision.reason === 'crm_disabled') throw fail('forbidden.crm_disabled', { where: decision.where });
  if (decision.reason === 'no_crm_group') throw fail('forbidden.no_crm_group', { where: decision.where });
  const { where, atSource } = decision;
  const needs = lowestRole(ability);
  throw fail('forbidden.ability', { ability, where, needs, ...(atSource && { atSource }) });
}

/** The very error that a reference to nothing gives: it repeats what was asked for, not what was found. */
function notFound(target: AbilityAndTarget[1]): Error {
  if (target.kind === 'issue') {
    return fail('not_found.issue', { reference: target.asked ?? target.reference });
  }
  const asked = target.kind === 'crm_group' ? target.asked : undefined;
  return fail('not_found.group', { reference: asked ?? target.fullPath });
}
