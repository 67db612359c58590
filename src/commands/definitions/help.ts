import { z } from 'zod';
import { AppError, fail } from '../../domain/errors.ts';
import { arg, type Command, defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { nearest } from '../grammar/near-miss.ts';
import type { Reply, ReplyItem } from '../reply.ts';
import { gitlabUsage, slackUsage, whoMay } from '../usage.ts';
import { type Standing, standingOf } from '../what-one-may.ts';
import { shortHelp } from './help-overview.ts';

type Commands = () => readonly Command[];

/** What somebody asked to be told: all there is, one command, or what they themselves may do. */
type Told =
  | { readonly kind: 'all' }
  | { readonly kind: 'one'; readonly command: Command }
  | { readonly kind: 'mine'; readonly standing: Standing | AppError };

type Surface = CommandContext['where']['surface'];

const usageOf = (command: Command, surface: Surface, botUsername: string): string | null =>
  surface === 'slack' ? slackUsage(command) : gitlabUsage(command, botUsername);

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

/** What was asked for where it is the same for everybody; null for what one may do oneself. */
function general(commands: readonly Command[], name: string | undefined): Told | null {
  if (name === undefined) return null;
  return name.toLowerCase() === 'all' ? { kind: 'all' } : { kind: 'one', command: named(commands, name) };
}

/** What may be done, or why that cannot be told. */
async function standing(context: CommandContext): Promise<Standing | AppError> {
  try {
    return await standingOf(context);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const item = (command: Command, usage: string): ReplyItem => ({
  text: [{ code: usage }],
  detail: `${command.summary}. ${whoMay(command)}.`,
});

/** The help command over a registry that it is itself part of. */
export function helpCommand(commands: Commands): Command {
  const word = (told: Told, surface: Surface, botUsername: string): Reply => {
    if (told.kind === 'one') return detail(told.command, surface, botUsername);
    if (told.kind === 'all') return overview(commands(), surface, botUsername);
    return shortHelp(commands(), told.standing);
  };
  return defineCommand({
    name: 'help',
    surfaces: { slack: { words: ['help'] }, gitlab: { name: 'help' } },
    summary: 'Show what you may do here, all there is, or one command',
    args: z.object({
      command: arg(z.string().optional(), { typed: 'rest', hint: 'command or all', order: 0 }),
    }),
    examples: ['/crm help', '/crm help link', '/crm help all', '@tieline help'],
    ability: null,
    run: async (context, { command }): Promise<Told> => {
      const told = general(commands(), command);
      if (told) return told;
      // On an issue everybody reads the answer: it says who may what, not what one of them may.
      if (context.where.surface === 'gitlab') return { kind: 'all' };
      return { kind: 'mine', standing: await standing(context) };
    },
    reply: (told, { where, botUsername }) => word(told, where.surface, botUsername),
    nameless: ({ command }, error) =>
      word(general(commands(), command) ?? { kind: 'mine', standing: error }, 'slack', ''),
  });
}

function overview(commands: readonly Command[], surface: Surface, botUsername: string): Reply {
  const items = commands.flatMap((command) => {
    if (command.hidden) return [];
    const usage = usageOf(command, surface, botUsername);
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
          surface === 'slack'
            ? 'Bare words search. group=path works elsewhere than in this channel’s group, --public answers to everybody.'
            : 'One command a line, at the start of the line.',
      },
    ],
    visibility: visibilityOn(surface),
  };
}

function detail(command: Command, surface: Surface, botUsername: string): Reply {
  const onSlack = surface === 'slack';
  const examples = command.examples.filter((example) => example.startsWith('/crm') === onSlack);
  return {
    tone: 'info',
    title: `${command.summary}.`,
    blocks: [
      { kind: 'text', text: [{ code: usageOf(command, surface, botUsername) ?? command.name }] },
      ...(command.details ? [{ kind: 'text' as const, text: command.details }] : []),
      { kind: 'list', items: examples.map((example) => ({ text: [{ code: example }] })) },
      { kind: 'hint', text: `Who may: ${whoMay(command)}.` },
    ],
    visibility: visibilityOn(surface),
  };
}

/** Help is no secret: on an issue it stands in the thread that asked. */
const visibilityOn = (surface: Surface): Reply['visibility'] => (surface === 'slack' ? 'private' : 'public');
