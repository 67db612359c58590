import { text as readAll } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { type ParsedCommand, type ParsedText, parseText } from '../commands/parse-text.ts';

interface Options {
  readonly surface: 'slack' | 'gitlab';
  readonly json?: boolean;
  readonly bot: string;
}

/** `tieline parse`: shows what a text on standard input would run. Runs nothing and needs no settings. */
export function parseCommand(): Command {
  return new Command('parse')
    .description('Show which commands a text on standard input holds')
    .addOption(
      new Option('--surface <surface>', 'where the text would stand')
        .choices(['slack', 'gitlab'])
        .makeOptionMandatory(),
    )
    .option('--bot <username>', "the bot's username on GitLab", 'tieline')
    .option('--json', 'print the result as JSON')
    .action(async ({ surface, bot, json = false }: Options) => {
      const parsed = parseText(await readAll(process.stdin), { surface, botUsername: bot });
      console.log(json ? JSON.stringify(parsed) : render(parsed));
    });
}

function render({ commands, problems }: ParsedText): string {
  const lines = commands.map(({ name, argument, line, known }: ParsedCommand) => {
    const mark = known ? '' : ' (not one of ours)';
    return `line ${line}: ${name}${argument === undefined ? '' : ` ${argument}`}${mark}`;
  });
  if (lines.length === 0) lines.push('No command.');
  return [...lines, ...problems.map(({ message }) => `Problem: ${message}`)].join('\n');
}
