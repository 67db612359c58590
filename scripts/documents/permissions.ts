import { COMMANDS } from '../../src/commands/registry.ts';
import { renderPolicy } from '../../src/policy/print.ts';
import { type Ability, lowestRole, POLICY } from '../../src/policy/table.ts';
import { code, document, table } from './markdown.ts';

function commandsOf(ability: Ability): string {
  const names = COMMANDS.filter((command) => command.ability === ability && !command.hidden).map(
    ({ name, surfaces }) => code(surfaces.slack ? `/crm ${surfaces.slack.words.join(' ')}` : name),
  );
  return names.length === 0 ? '–' : names.join(', ');
}

/** docs/permissions.md: the policy table. */
export const permissionsDocument = (): string =>
  document(
    '# Permissions',
    'Roles are those of GitLab, inherited and shared ones counted. This is the table that the program decides by; `npm run -s tieline -- policy print` prints it too.',
    renderPolicy(),
    [
      '- A role **on the crm group** is the role on the group whose contacts apply: the source of the nearest group that sets one, else the root group.',
      '- For an issue the role counts **twice**: on the project that the issue is in, and on the crm group. A confidential issue must be readable besides.',
      '- CRM must be **enabled** on the issue’s own group and on the crm group. Where it is not, nobody may do any of this, owners included; only the settings can be changed.',
      '- What one may not see is answered exactly like what does not exist.',
    ].join('\n'),
    '## What each ability allows',
    table(
      ['Ability', 'May', 'From', 'Commands'],
      (Object.keys(POLICY) as Ability[]).map((ability) => [
        code(ability),
        POLICY[ability].words,
        lowestRole(ability),
        commandsOf(ability),
      ]),
    ),
  );
