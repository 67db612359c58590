import { ROLES, type Role } from '../domain/roles.ts';
import { type Ability, POLICY, roleName, type Scope, tableAllows } from './table.ts';

/** One row of the table, as data for others to read. */
export interface PolicyRow {
  readonly ability: Ability;
  /** What the actor may then do, after "may". */
  readonly words: string;
  /** Where the role is counted. */
  readonly on: Scope;
  readonly roles: Readonly<Record<Role, boolean>>;
}

/** The whole table, in its own order. */
export function policyRows(): PolicyRow[] {
  return (Object.keys(POLICY) as Ability[]).map((ability) => ({
    ability,
    words: POLICY[ability].words,
    on: POLICY[ability].on,
    roles: Object.fromEntries(ROLES.map((role) => [role, tableAllows(ability, role)])) as Record<
      Role,
      boolean
    >,
  }));
}

const PLACES: Readonly<Record<Scope, string>> = {
  crm_group: 'crm group',
  group: 'the group itself',
  issue: 'project and crm group',
};

/** The table in Markdown, padded so that it reads well in a terminal too. */
export function renderPolicy(): string {
  const shown = ROLES.filter((role) => role !== 'none');
  const rows = [
    ['Ability', 'Role counted on', ...shown.map(roleName)],
    ...policyRows().map(({ ability, on, roles }) => [
      `\`${ability}\``,
      PLACES[on],
      ...shown.map((role) => (roles[role] ? 'yes' : '–')),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join(
    '\n',
  );
}
