import { argFields, type Command } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/registry.ts';
import { gitlabUsage, slackUsage, whoMay } from '../../src/commands/usage.ts';
import { anchor, code, document, table } from './markdown.ts';

/** The name that the documents give the bot's GitLab account. */
const BOT = 'tieline';

/** What only buttons run is not for people to type. */
const SHOWN = COMMANDS.filter(({ hidden }) => hidden !== true);

const headingOf = ({ name, surfaces: { slack } }: Command): string =>
  slack ? `/crm ${slack.words.join(' ')}` : `@${BOT} ${name}`;

/** Every command on one line: where it can be given, what it does, who may. */
const overview = (): string =>
  table(
    ['Command', 'In a GitLab comment', 'What it does', 'Who may'],
    SHOWN.map((command) => [
      `[${headingOf(command)}](#${anchor(headingOf(command))})`,
      command.surfaces.gitlab ? code(`@${BOT} ${command.surfaces.gitlab.name}`) : '–',
      command.summary,
      whoMay(command),
    ]),
  );

function aliasesOf({ surfaces: { slack, gitlab } }: Command): string {
  const names = [
    ...(slack?.aliases ?? []).map((words) => `/crm ${words.join(' ')}`),
    ...(gitlab?.aliases ?? []).map((name) => `@${BOT} ${name}`),
  ];
  return names.length === 0 ? '' : `Also: ${names.map(code).join(', ')}.`;
}

const TYPED = {
  one: 'one word',
  rest: 'one or more words',
  each: 'one or more of them',
  option: '',
  flag: '',
} as const;

/** The arguments that people type; empty when there are none. */
function argumentsOf(command: Command): string {
  const rows = argFields(command.args)
    .filter(({ meta }) => meta.hidden !== true)
    .map(({ name, meta, required }) => {
      const shown = meta.typed === 'flag' ? `--${name}` : meta.typed === 'option' ? `${name}=` : meta.hint;
      const aliases = (meta.aliases ?? []).map((alias) => code(`${alias}=`)).join(', ');
      const words = meta.typed === 'option' || meta.typed === 'flag' ? meta.hint : TYPED[meta.typed];
      return [code(shown), words, required ? 'yes' : 'no', aliases];
    });
  return rows.length === 0 ? '' : table(['Argument', 'What it is', 'Needed', 'Also written'], rows);
}

const usagesOf = (command: Command): string =>
  ['```text', slackUsage(command), gitlabUsage(command, BOT), '```']
    .filter((line) => line !== null)
    .join('\n');

const section = (command: Command): string[] => [
  `## ${headingOf(command)}`,
  `${command.summary}. ${command.details ?? ''}`.trim(),
  usagesOf(command),
  argumentsOf(command),
  aliasesOf(command),
  `For example:\n\n${['```text', ...command.examples, '```'].join('\n')}`,
  `Who may: ${whoMay(command)}${command.ability === null ? '' : ` ([${code(command.ability)}](permissions.md))`}.`,
];

/** docs/commands.md: every command of the registry that people type. */
export const commandsDocument = (): string =>
  document(
    '# Commands',
    `On Slack a command is \`/crm\` and its words; case does not matter, and bare words search. In a GitLab comment it is \`@${BOT}\` (the bot’s own username) and a name, at the start of a line. [permissions.md](permissions.md) says who may do what.`,
    overview(),
    '## With every /crm command',
    table(
      ['Option', 'What it does'],
      [
        [code('group=path'), 'works in this group for once, instead of the one the channel works in'],
        [code('--public'), 'shows the answer to the channel, where the answer can be shared'],
      ],
    ),
    'A contact is named by e-mail address, by `[contact:address]`, by number (`C12`) or, on Slack, by a name that fits exactly one. An issue is named as `group/project#12` or by its URL. A value of several words is put in quotation marks: `org="Analytical Engines"`.',
    ...SHOWN.flatMap(section),
  );
