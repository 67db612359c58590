import { describe, expect, test } from 'vitest';
import { ROLES } from '../../src/domain/roles.ts';
import { type Ability, lowestRole, POLICY, roleName, tableAllows } from '../../src/policy/table.ts';

const ABILITIES = Object.keys(POLICY) as Ability[];

/** The table as people read it: one row an ability, one column a role. */
function printed(): string {
  const rows = ABILITIES.map((ability) => [
    ability,
    POLICY[ability].on,
    ...ROLES.map((role) => (tableAllows(ability, role) ? 'yes' : '–')),
  ]);
  const header = ['ability', 'on', ...ROLES.map(roleName)];
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

describe('the policy table', () => {
  test('reads like this', () => {
    expect(printed()).toMatchInlineSnapshot(`
      "ability              on         no role  Guest  Planner  Reporter  Developer  Maintainer  Owner
      contact.view         crm_group  –        –      yes      yes       yes        yes         yes
      organization.view    crm_group  –        –      yes      yes       yes        yes         yes
      contact.create       crm_group  –        –      –        –         yes        yes         yes
      contact.edit         crm_group  –        –      –        –         yes        yes         yes
      organization.create  crm_group  –        –      –        –         yes        yes         yes
      organization.edit    crm_group  –        –      –        –         yes        yes         yes
      issue.view_contacts  issue      –        –      yes      yes       yes        yes         yes
      issue.set_contacts   issue      –        –      yes      yes       yes        yes         yes
      settings.edit        group      –        –      –        –         –          –           yes"
    `);
  });

  test('grants upwards: who has more, may do no less', () => {
    for (const ability of ABILITIES) {
      const cells = ROLES.map((role) => tableAllows(ability, role));
      expect([ability, cells]).toEqual([ability, [...cells].sort()]);
    }
  });

  test('grants nothing to guests and to those without a role', () => {
    expect(
      ABILITIES.filter((ability) => tableAllows(ability, 'guest') || tableAllows(ability, 'none')),
    ).toEqual([]);
  });

  test('grants everything to owners', () => {
    expect(ABILITIES.filter((ability) => !tableAllows(ability, 'owner'))).toEqual([]);
  });

  test.each([
    ['contact.view', 'Planner'],
    ['organization.view', 'Planner'],
    ['issue.view_contacts', 'Planner'],
    ['issue.set_contacts', 'Planner'],
    ['contact.create', 'Developer'],
    ['contact.edit', 'Developer'],
    ['organization.create', 'Developer'],
    ['organization.edit', 'Developer'],
    ['settings.edit', 'Owner'],
  ] as const)('%s takes a %s', (ability, role) => expect(lowestRole(ability)).toBe(role));

  test('reads aloud after “may”', () => {
    for (const ability of ABILITIES) expect(POLICY[ability].words).toMatch(/^(?:view|create|edit|change) /);
  });
});
