import type { Role } from '../domain/roles.ts';

/** Where a role is counted: on the crm group, on the group itself, or twice: on the project and on the crm group. */
export type Scope = 'crm_group' | 'group' | 'issue';

type Cell = 'yes' | 'no';

export interface AbilityRow {
  readonly on: Scope;
  /** Reads after "may": "view contacts". */
  readonly words: string;
  readonly cells: Readonly<Record<Role, Cell>>;
}

const from = (lowest: 'planner' | 'developer' | 'owner'): Readonly<Record<Role, Cell>> => {
  const planner = lowest === 'planner' ? 'yes' : 'no';
  const developer = lowest === 'owner' ? 'no' : 'yes';
  return {
    none: 'no',
    guest: 'no',
    planner,
    reporter: planner,
    developer,
    maintainer: developer,
    owner: 'yes',
  };
};

/**
 * Who may do what (GitLab's customer relations permissions, docs.gitlab.com/user/crm, 17.7 and later). CRM must be
 * enabled besides; a disabled CRM refuses everyone everything but `settings.edit`.
 */
export const POLICY = {
  'contact.view': { on: 'crm_group', words: 'view contacts', cells: from('planner') },
  'organization.view': { on: 'crm_group', words: 'view organizations', cells: from('planner') },
  'contact.create': { on: 'crm_group', words: 'create contacts', cells: from('developer') },
  'contact.edit': { on: 'crm_group', words: 'edit contacts', cells: from('developer') },
  'organization.create': { on: 'crm_group', words: 'create organizations', cells: from('developer') },
  'organization.edit': { on: 'crm_group', words: 'edit organizations', cells: from('developer') },
  'issue.view_contacts': { on: 'issue', words: "view an issue's contacts", cells: from('planner') },
  'issue.set_contacts': { on: 'issue', words: "change an issue's contacts", cells: from('planner') },
  'settings.edit': { on: 'group', words: 'change CRM settings', cells: from('owner') },
} as const satisfies Record<string, AbilityRow>;

export type Ability = keyof typeof POLICY;

/** The abilities that are asked on one kind of target. */
export type AbilityOn<S extends Scope> = {
  [A in Ability]: (typeof POLICY)[A]['on'] extends S ? A : never;
}[Ability];

/** True when the table says yes; unknown means no. */
export function tableAllows(ability: Ability, role: Role): boolean {
  return POLICY[ability].cells[role] === 'yes';
}

const ROLE_NAMES: Readonly<Record<Role, string>> = {
  none: 'no role',
  guest: 'Guest',
  planner: 'Planner',
  reporter: 'Reporter',
  developer: 'Developer',
  maintainer: 'Maintainer',
  owner: 'Owner',
};

/** The name that people know a role by. */
export const roleName = (role: Role): string => ROLE_NAMES[role];

/** The lowest role that the table grants an ability to, by name: "Planner". */
export function lowestRole(ability: Ability): string {
  const cells: Readonly<Record<Role, Cell>> = POLICY[ability].cells;
  const lowest = (Object.keys(cells) as Role[]).find((role) => cells[role] === 'yes');
  return roleName(lowest ?? 'owner');
}
