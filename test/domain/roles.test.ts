import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupPlace, placeKey, projectPlace, roleAt } from '../../src/domain/actor.ts';
import { groupId, projectId } from '../../src/domain/ids.ts';
import { ROLE_LEVELS, ROLES, roleFromAccessLevel, roleReaches } from '../../src/domain/roles.ts';

describe('the role of an access level', () => {
  test.each([
    ['no access', 0, 'none'],
    ['minimal access', 5, 'none'],
    ['guest', 10, 'guest'],
    ['planner', 15, 'planner'],
    ['reporter', 20, 'reporter'],
    ['a level that a newer GitLab put between two', 25, 'reporter'],
    ['developer', 30, 'developer'],
    ['maintainer', 40, 'maintainer'],
    ['owner', 50, 'owner'],
    ['administrator', 60, 'owner'],
    ['below nothing', -1, 'none'],
    ['no number at all', Number.NaN, 'none'],
  ] as const)('%s', (_name, level, role) => expect(roleFromAccessLevel(level)).toBe(role));

  test('never falls while the level rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70 }), fc.nat({ max: 70 }), (level, more) => {
        expect(roleReaches(roleFromAccessLevel(level + more), roleFromAccessLevel(level))).toBe(true);
      }),
    );
  });
});

describe('a role', () => {
  test('reaches itself and everything below it, nothing above', () => {
    for (const [place, role] of ROLES.entries()) {
      for (const [needed, name] of ROLES.entries()) expect(roleReaches(role, name)).toBe(place >= needed);
    }
  });

  test('has a level from which it is found again', () => {
    for (const role of ROLES) expect(roleFromAccessLevel(ROLE_LEVELS[role])).toBe(role);
  });
});

describe('the role at a place', () => {
  const roles = new Map([[placeKey(groupPlace(groupId(1))), 'owner' as const]]);

  test('is the one that was fetched', () => expect(roleAt({ roles }, groupPlace(groupId(1)))).toBe('owner'));
  test('is none where nobody asked', () => expect(roleAt({ roles }, groupPlace(groupId(2)))).toBe('none'));
  test('of a project is not that of the group with its number', () =>
    expect(roleAt({ roles }, projectPlace(projectId(1)))).toBe('none'));
});
