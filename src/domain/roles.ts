/**
 * GitLab's roles. `none` also stands for a blocked user, a non-member and "minimal access".
 * Levels as GitLab numbers them (docs.gitlab.com/api/members, 2026): newer releases may add some in between,
 * so a level is always compared with `>=` and never looked up by equality.
 */
export const ROLES = ['none', 'guest', 'planner', 'reporter', 'developer', 'maintainer', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_LEVELS = {
  none: 0,
  guest: 10,
  planner: 15,
  reporter: 20,
  developer: 30,
  maintainer: 40,
  owner: 50,
} as const satisfies Record<Role, number>;

/** The highest role whose level `accessLevel` reaches; an administrator's 60 counts as owner. */
export function roleFromAccessLevel(accessLevel: number): Role {
  let role: Role = 'none';
  for (const candidate of ROLES) if (accessLevel >= ROLE_LEVELS[candidate]) role = candidate;
  return role;
}

/** True when `role` is at least `needed`. */
export function roleReaches(role: Role, needed: Role): boolean {
  return ROLE_LEVELS[role] >= ROLE_LEVELS[needed];
}
