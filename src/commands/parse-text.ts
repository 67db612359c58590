import { AppError } from '../domain/errors.ts';
import { QUICK_ACTIONS, rawArguments } from './answer-comment.ts';
import { bindTokens } from './bind.ts';
import { type CommentCommand, extractCommands } from './grammar/comment.ts';
import { tokenize } from './grammar/tokenize.ts';
import { parseSlackLine } from './parse-slack-line.ts';
import { gitlabCommand } from './registry.ts';
import { plainText } from './reply.ts';
import { wordError } from './wording/errors.ts';

/** A command found in a text, without anything having been run. */
export interface ParsedCommand {
  /** Canonical for ours; as written for GitLab's own. */
  readonly name: string;
  /** The rest of its line, exactly; absent when there is none. */
  readonly argument?: string;
  /** What ours makes of the argument. */
  readonly args?: unknown;
  /** Counted from 1; `start` and `end` are offsets in the text. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Whether it is one of ours. */
  readonly known: boolean;
}

export interface TextProblem {
  readonly message: string;
  readonly start: number;
}

export interface ParsedText {
  readonly commands: readonly ParsedCommand[];
  readonly problems: readonly TextProblem[];
}

/** Quick actions of GitLab's own that are listed beside ours, so that a text can be compared with GitLab's reading. */
const GITLAB_ACTIONS: ReadonlySet<string> = new Set([...QUICK_ACTIONS, 'close', 'label', 'assign']);

/** Reads a text as one of the surfaces would and lists the commands in it. Never throws for any text. */
export function parseText(
  text: string,
  options: { surface: 'slack' | 'gitlab'; botUsername: string },
): ParsedText {
  return options.surface === 'slack' ? parseSlackText(text) : parseComment(text, options.botUsername);
}

function parseComment(text: string, botUsername: string): ParsedText {
  const problems: TextProblem[] = [];
  const commands = extractCommands(text, { names: GITLAB_ACTIONS, botUsername }).map(
    (found): ParsedCommand => {
      const { start } = found;
      const command = found.name === '' ? null : gitlabCommand(found.name);
      if (!command && found.form !== 'slash') {
        const message = found.name === '' ? 'No command follows.' : `There is no command ${found.name}.`;
        problems.push({ message, start });
      }
      const args = command ? { args: rawArguments(command, [found.argument ?? '']) } : {};
      return {
        name: command?.name ?? found.name,
        ...argumentOf(found),
        ...args,
        ...whereOf(found),
        known: command !== null,
      };
    },
  );
  return { commands, problems };
}

const argumentOf = ({ argument }: CommentCommand) => (argument === null ? {} : { argument });
const whereOf = ({ line, start, end }: CommentCommand) => ({ line, start, end });

const PROBLEM_WORDS = {
  unbalanced_quote: 'A quotation mark has no partner; it was taken literally.',
  too_long: 'The text is too long; the rest was left out.',
} as const;

function parseSlackText(text: string): ParsedText {
  const line = text.trim().replace(/^\/crm\b\s*/i, '');
  const offset = text.indexOf(line);
  const problems: TextProblem[] = tokenize(line, 'slack').problems.map(({ kind, start }) => ({
    message: PROBLEM_WORDS[kind],
    start: offset + start,
  }));
  try {
    const { command, tokens } = parseSlackLine(line);
    const argument =
      tokens.length === 0 ? {} : { argument: line.slice(tokens[0]?.start, tokens.at(-1)?.end) };
    const found = {
      name: command.name,
      ...argument,
      line: 1,
      start: offset,
      end: offset + line.length,
      known: true,
    };
    try {
      return { commands: [{ ...found, args: bindTokens(command, tokens) }], problems };
    } catch (error) {
      return { commands: [found], problems: [...problems, problemOf(error, offset)] };
    }
  } catch (error) {
    return { commands: [], problems: [...problems, problemOf(error, offset)] };
  }
}

function problemOf(error: unknown, start: number): TextProblem {
  if (!(error instanceof AppError)) throw error;
  return { message: plainText(wordError(error).title), start };
}
