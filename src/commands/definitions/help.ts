import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { arg, type Command, defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { nearest } from '../grammar/near-miss.ts';
import type { Reply, ReplyItem } from '../reply.ts';
import { gitlabUsage, slackUsage, whoMay } from '../usage.ts';

type Commands = () => readonly Command[];

const usageOf = (command: Command, context: CommandContext): string | null =>
  context.where.surface === 'slack' ? slackUsage(command) : gitlabUsage(command, context.botUsername);

const namesOf = (command: Command): string[] => [
  command.name,
  ...[command.surfaces.slack?.words, ...(command.surfaces.slack?.aliases ?? [])].flatMap((words) =>
    words ? [words.join(' ')] : [],
  ),
  ...(command.surfaces.gitlab?.aliases ?? []),
];

function named(commands: readonly Command[], name: string): Command {
  const wanted = name.toLowerCase();
  const exact = commands.find((command) => namesOf(command).includes(wanted));
  const loose =
    exact ?? commands.find((command) => namesOf(command).some((words) => words.startsWith(`${wanted} `)));
  if (loose) return loose;
  throw fail('parse.unknown_command', { word: name, near: nearest(wanted, commands.flatMap(namesOf)) });
}

const item = (command: Command, usage: string): ReplyItem => ({
  text: [{ code: usage }],
  detail: `${command.summary}. ${whoMay(command)}.`,
});

/** The help command over a registry that it is itself part of. */
export function helpCommand(commands: Commands): Command {
  return defineCommand({
    name: 'help',
    surfaces: { slack: { words: ['help'] }, gitlab: { name: 'help' } },
    summary: 'Show what there is',
    args: z.object({ command: arg(z.string().optional(), { typed: 'rest', hint: 'command', order: 0 }) }),
    examples: ['/crm help', '/crm help link', '@tieline help'],
    ability: null,
    run: async (_context, args) => (args.command === undefined ? null : named(commands(), args.command)),
    reply: (command, context): Reply =>
      command === null ? overview(commands(), context) : detail(command, context),
  });
}

function overview(commands: readonly Command[], context: CommandContext): Reply {
  const items = commands.flatMap((command) => {
    if (command.hidden) return [];
    const usage = usageOf(command, context);
    return usage === null ? [] : [item(command, usage)];
  });
  return {
    tone: 'info',
    title: 'Contacts and organizations, and the issues they are behind.',
    blocks: [
      { kind: 'list', items },
      {
        kind: 'hint',
        text:
          context.where.surface === 'slack'
            ? 'Bare words search. group=path works elsewhere than in this channel’s group, --public answers to everybody.'
            : 'One command a line, at the start of the line.',
      },
    ],
    visibility: visibilityIn(context),
  };
}

function detail(command: Command, context: CommandContext): Reply {
  const onSlack = context.where.surface === 'slack';
  const examples = command.examples.filter((example) => example.startsWith('/crm') === onSlack);
  return {
    tone: 'info',
    title: `${command.summary}.`,
    blocks: [
      { kind: 'text', text: [{ code: usageOf(command, context) ?? command.name }] },
      ...(command.details ? [{ kind: 'text' as const, text: command.details }] : []),
      { kind: 'list', items: examples.map((example) => ({ text: [{ code: example }] })) },
      { kind: 'hint', text: `Who may: ${whoMay(command)}.` },
    ],
    visibility: visibilityIn(context),
  };
}

/** Help is no secret: on an issue it stands in the thread that asked. */
const visibilityIn = ({ where }: CommandContext): Reply['visibility'] =>
  where.surface === 'slack' ? 'private' : 'public';
