import { describe, expect, test } from 'vitest';
import { type Actor, groupPlace, placeKey, projectPlace } from '../../src/domain/actor.ts';
import { AppError } from '../../src/domain/errors.ts';
import { gitLabUserId, groupId, projectId } from '../../src/domain/ids.ts';
import { ROLES, type Role } from '../../src/domain/roles.ts';
import {
  type AbilityAndTarget,
  authorize,
  type CrmGroupTarget,
  canReadIssue,
  decide,
  type GroupTarget,
  type IssueTarget,
} from '../../src/policy/authorize.ts';

const CRM_GROUP = groupId(1);
const PROJECT = projectId(2);
const ME = gitLabUserId(7);

/** Somebody with these roles on the crm group and on the project. */
function actor(onGroup: Role, onProject: Role = 'none'): Actor {
  return {
    userId: ME,
    username: 'me',
    name: 'Me',
    surface: 'slack',
    deliveryKey: 'd',
    runKey: 'r',
    position: 0,
    roles: new Map([
      [placeKey(groupPlace(CRM_GROUP)), onGroup],
      [placeKey(projectPlace(PROJECT)), onProject],
    ]),
  };
}

const crmGroup = (crmEnabled = true): CrmGroupTarget => ({
  kind: 'crm_group',
  id: CRM_GROUP,
  fullPath: 'acme',
  crmEnabled,
});

const group: GroupTarget = { kind: 'group', id: CRM_GROUP, fullPath: 'acme' };

const issue = (more: Partial<IssueTarget> = {}): IssueTarget => ({
  kind: 'issue',
  reference: 'acme/support/desk#1',
  projectId: PROJECT,
  confidential: false,
  authorId: null,
  assigneeIds: [],
  ownGroup: { fullPath: 'acme/support', crmEnabled: true },
  crmGroup: crmGroup(),
  ...more,
});

/** What the product promises, written apart from the table: roles from this one up may. */
const LOWEST = {
  'contact.view': 'planner',
  'organization.view': 'planner',
  'contact.create': 'developer',
  'contact.edit': 'developer',
  'organization.create': 'developer',
  'organization.edit': 'developer',
  'issue.view_contacts': 'planner',
  'issue.set_contacts': 'planner',
  'settings.edit': 'owner',
} as const satisfies Record<string, Role>;

const ORDER = ['none', 'guest', 'planner', 'reporter', 'developer', 'maintainer', 'owner'] as const;
const reaches = (role: Role, lowest: Role): boolean => ORDER.indexOf(role) >= ORDER.indexOf(lowest);
const maySay = (may: boolean): string => (may ? 'may' : 'may not');

const ON_CRM_GROUP = [
  'contact.view',
  'organization.view',
  'contact.create',
  'contact.edit',
  'organization.create',
  'organization.edit',
] as const;
const ON_ISSUE = ['issue.view_contacts', 'issue.set_contacts'] as const;

describe.each(ON_CRM_GROUP)('%s, asked on the crm group', (ability) => {
  describe.each([
    [true, 'enabled'],
    [false, 'disabled'],
  ])('with CRM %s', (enabled) => {
    test.each(ROLES.map((role) => [role, maySay(enabled && reaches(role, LOWEST[ability]))] as const))(
      'a %s %s',
      (role, expected) => {
        const decision = decide(actor(role), ability, crmGroup(enabled));
        expect(maySay(decision.allowed)).toBe(expected);
        if (!decision.allowed) expect(decision.visible).toBe(role !== 'none');
      },
    );
  });
});

describe('settings.edit, asked on a group', () => {
  test.each(ROLES.map((role) => [role, maySay(role === 'owner')] as const))('a %s %s', (role, expected) => {
    expect(maySay(decide(actor(role), 'settings.edit', group).allowed)).toBe(expected);
  });
});

describe.each(ON_ISSUE)('%s', (ability) => {
  describe.each(ROLES.map((role) => [role] as const))('with the role %s on the project', (onProject) => {
    describe.each(ROLES.map((role) => [role] as const))('and %s on the crm group', (onGroup) => {
      const both = reaches(onProject, LOWEST[ability]) && reaches(onGroup, LOWEST[ability]);
      const cases = [true, false].flatMap((own) =>
        [true, false].flatMap((crm) => [true, false].map((confidential) => ({ own, crm, confidential }))),
      );
      test.each(
        cases.map(({ own, crm, confidential }) => {
          const state = `CRM ${own ? 'on' : 'off'} for its group and ${crm ? 'on' : 'off'} for the crm group`;
          const kind = confidential ? 'a confidential issue' : 'an issue';
          return [maySay(both && own && crm), `${kind} with ${state}`, { own, crm, confidential }] as const;
        }),
      )('one %s on %s', (expected, _state, { own, crm, confidential }) => {
        const target = issue({
          confidential,
          ownGroup: { fullPath: 'acme/support', crmEnabled: own },
          crmGroup: crmGroup(crm),
        });
        const decision = decide(actor(onGroup, onProject), ability, target);
        expect(maySay(decision.allowed)).toBe(expected);
        // A guest of the project sees its issues, but not a confidential one of somebody else.
        if (!decision.allowed)
          expect(decision.visible).toBe(reaches(onProject, confidential ? 'planner' : 'guest'));
      });
    });
  });

  test('of an issue in a personal namespace is nobody’s', () => {
    const target = issue({ ownGroup: null, crmGroup: null });
    expect(decide(actor('owner', 'owner'), ability, target)).toEqual({
      allowed: false,
      visible: true,
      reason: 'no_crm_group',
      where: 'acme/support/desk#1',
    });
  });

  test('needs the role on the crm group also where the project grants it: the refusal names that group', () => {
    expect(decide(actor('guest', 'owner'), ability, issue())).toMatchObject({
      reason: 'role',
      where: 'acme',
    });
  });

  test('needs the role on the project also where the crm group grants it: the refusal names the issue', () => {
    expect(decide(actor('owner', 'guest'), ability, issue())).toMatchObject({
      reason: 'role',
      where: 'acme/support/desk#1',
    });
  });
});

describe('reading an issue', () => {
  const confidential = (more: Partial<IssueTarget> = {}): IssueTarget =>
    issue({ confidential: true, ...more });

  test.each([
    ['a non-member cannot', 'none', issue(), false],
    ['a guest can', 'guest', issue(), true],
    ['a guest cannot where it is confidential', 'guest', confidential(), false],
    ['a guest can where they wrote the confidential issue', 'guest', confidential({ authorId: ME }), true],
    ['a guest can where they are assigned to it', 'guest', confidential({ assigneeIds: [ME] }), true],
    ['a planner can where it is confidential', 'planner', confidential(), true],
    ['its author cannot once they left the project', 'none', confidential({ authorId: ME }), false],
  ] as const)('%s', (_name, role, target, expected) => {
    expect(canReadIssue(actor('none', role), target)).toBe(expected);
  });
});

describe('authorize', () => {
  /** The code and data of the refusal; null when it passed. */
  function refusal(who: Actor, ...question: AbilityAndTarget): { code: string; data: unknown } | null {
    try {
      authorize(who, ...question);
      return null;
    } catch (error) {
      if (error instanceof AppError) return { code: error.code, data: error.data };
      throw error;
    }
  }

  test('returns where the actor may', () => {
    expect(refusal(actor('planner'), 'contact.view', crmGroup())).toBeNull();
    expect(refusal(actor('planner', 'planner'), 'issue.set_contacts', issue())).toBeNull();
    expect(refusal(actor('owner'), 'settings.edit', group)).toBeNull();
  });

  test('answers a hidden crm group like one that does not exist', () => {
    expect(refusal(actor('none'), 'contact.view', crmGroup())).toEqual({
      code: 'not_found.group',
      data: { reference: 'acme' },
    });
  });

  test('does not tell a stranger that CRM is off', () => {
    expect(refusal(actor('none'), 'contact.view', crmGroup(false))?.code).toBe('not_found.group');
    expect(refusal(actor('none'), 'settings.edit', group)?.code).toBe('not_found.group');
  });

  test('names ability, place and the role it takes where the group is seen', () => {
    expect(refusal(actor('guest'), 'contact.view', crmGroup())).toEqual({
      code: 'forbidden.ability',
      data: { ability: 'contact.view', where: 'acme', needs: 'Planner' },
    });
    expect(refusal(actor('maintainer'), 'settings.edit', group)).toEqual({
      code: 'forbidden.ability',
      data: { ability: 'settings.edit', where: 'acme', needs: 'Owner' },
    });
  });

  test('tells an owner that CRM is off', () => {
    expect(refusal(actor('owner'), 'contact.view', crmGroup(false))).toEqual({
      code: 'forbidden.crm_disabled',
      data: { where: 'acme' },
    });
  });

  test('tells a guest what they lack, not that CRM is off', () => {
    expect(refusal(actor('guest'), 'contact.view', crmGroup(false))?.code).toBe('forbidden.ability');
  });

  test.each([
    ['an issue of a project that is not theirs', 'none', issue()],
    ['a confidential issue that they may not read', 'guest', issue({ confidential: true })],
    ['an issue of somebody else’s personal project', 'none', issue({ ownGroup: null, crmGroup: null })],
  ] as const)('answers %s like one that does not exist', (_name, role, target) => {
    expect(refusal(actor('owner', role), 'issue.view_contacts', target)).toEqual({
      code: 'not_found.issue',
      data: { reference: 'acme/support/desk#1' },
    });
  });

  test('tells whoever sees the issue what they lack', () => {
    expect(refusal(actor('guest', 'guest'), 'issue.set_contacts', issue())).toEqual({
      code: 'forbidden.ability',
      data: { ability: 'issue.set_contacts', where: 'acme/support/desk#1', needs: 'Planner' },
    });
  });

  test('names the group for which CRM is off: the issue’s own before the crm group', () => {
    const off = { fullPath: 'acme/support', crmEnabled: false };
    const who = actor('owner', 'owner');
    expect(
      refusal(who, 'issue.view_contacts', issue({ ownGroup: off, crmGroup: crmGroup(false) }))?.data,
    ).toEqual({
      where: 'acme/support',
    });
    expect(refusal(who, 'issue.view_contacts', issue({ crmGroup: crmGroup(false) }))?.data).toEqual({
      where: 'acme',
    });
  });

  test('says of a personal project that contacts belong to groups', () => {
    expect(
      refusal(actor('owner', 'owner'), 'issue.set_contacts', issue({ ownGroup: null, crmGroup: null }))?.code,
    ).toBe('forbidden.no_crm_group');
  });
});
