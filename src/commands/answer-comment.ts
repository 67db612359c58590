import type { Actor } from '../domain/actor.ts';
import { AppError, fail } from '../domain/errors.ts';
import type { ServiceDeps } from '../services/deps.ts';
import type { DirectoryIssue, DirectoryUser } from '../services/ports.ts';
import { parseArgs } from './bind.ts';
import type { Command } from './command.ts';
import type { CommandContext } from './context.ts';
import { type CommentCommand, extractCommands } from './grammar/comment.ts';
import { contactReferences } from './grammar/contact-references.ts';
import { nearest } from './grammar/near-miss.ts';
import { COMMANDS, gitlabCommand } from './registry.ts';
import type { Reply, ReplyBlock } from './reply.ts';
import { wordError } from './wording/errors.ts';

/** A comment or the description of a new issue, as GitLab's API gives it. */
export interface Comment {
  /** Of the webhook that told of it. */
  readonly deliveryKey: string;
  /** The same however many webhooks tell of it. */
  readonly commentKey: string;
  readonly author: DirectoryUser;
  readonly issue: DirectoryIssue;
  readonly markdown: string;
}

export interface CommentDeps {
  readonly services: ServiceDeps;
  readonly botUsername: string;
}

/** Quick-action names that are taken as ours when the tracker leaves them in. */
export const QUICK_ACTIONS: ReadonlySet<string> = new Set(
  COMMANDS.flatMap(({ surfaces: { gitlab } }) => (gitlab ? [gitlab.name] : [])).filter((name) =>
    name.endsWith('_contacts'),
  ),
);

/** One run of a command with what its lines add up to. */
interface Run {
  readonly command: Command | null;
  readonly word: string;
  readonly arguments: string[];
}

/** Lines of a command that adds up become one run, where the first of them stood. */
function runsOf(found: readonly CommentCommand[]): Run[] {
  const runs: Run[] = [];
  for (const { name, argument } of found) {
    const command = name === '' ? gitlabCommand('help') : gitlabCommand(name);
    const earlier =
      command?.surfaces.gitlab?.addsUp === true ? runs.find((run) => run.command === command) : undefined;
    if (earlier) earlier.arguments.push(argument ?? '');
    else runs.push({ command, word: name, arguments: [argument ?? ''] });
  }
  return runs;
}

/** Whether a text can hold a command at all: one cheap look before anything is fetched. */
export const mayHoldCommands = (markdown: string): boolean => /^[/@]/m.test(markdown);

/**
 * Carries out the commands in a comment, in order, one transaction each; a failed one does not undo earlier ones.
 * Null when the comment holds none. Throws `unavailable.*`, so that the delivery is tried again as a whole: what
 * was done before is not done twice.
 */
export async function answerComment(deps: CommentDeps, comment: Comment): Promise<Reply | null> {
  const found = extractCommands(comment.markdown, { names: QUICK_ACTIONS, botUsername: deps.botUsername });
  const replies: Reply[] = [];
  for (const [position, run] of runsOf(found).entries())
    replies.push(await answerRun(deps, comment, { ...run, position }));
  return replies.length === 0 ? null : combine(replies);
}

async function answerRun(
  deps: CommentDeps,
  comment: Comment,
  run: Run & { position: number },
): Promise<Reply> {
  const { author, issue } = comment;
  const actor: Actor = {
    userId: author.id,
    username: author.username,
    name: author.name,
    surface: 'gitlab',
    deliveryKey: comment.deliveryKey,
    runKey: `gitlab:${comment.commentKey}`,
    position: run.position,
    roles: new Map(),
  };
  const context: CommandContext = {
    deps: deps.services,
    actor,
    where: { surface: 'gitlab', issue },
    typed: run.word,
    botUsername: deps.botUsername,
  };
  try {
    if (!run.command) throw unknownCommand(run.word);
    return await run.command.execute(
      context,
      parseArgs(run.command, rawArguments(run.command, run.arguments)),
    );
  } catch (error) {
    if (!(error instanceof AppError) || error.code.startsWith('unavailable.')) throw error;
    return { ...wordError(error), visibility: 'public' };
  }
}

function unknownCommand(word: string): AppError {
  const names = COMMANDS.flatMap(({ surfaces: { gitlab } }) =>
    gitlab ? [gitlab.name, ...(gitlab.aliases ?? [])] : [],
  );
  return fail('parse.unknown_command', { word, near: nearest(word.toLowerCase(), names) });
}

/** What the lines of one command hold, before its schema has seen it. */
export function rawArguments(command: Command, lines: readonly string[]): Record<string, string | string[]> {
  const field = command.surfaces.gitlab?.contacts;
  if (field !== undefined) return { [field]: lines.flatMap(contactReferences) };
  const text = lines.join(' ').trim();
  return command.name === 'help' && text !== '' ? { command: text } : {};
}

/** One reply out of several: each keeps its title as a line of its own. */
function combine(replies: readonly Reply[]): Reply {
  const [first, ...others] = replies;
  if (!first) throw new Error('nothing to combine');
  if (others.length === 0) return first;
  const worst = (['error', 'warning', 'ok', 'info'] as const).find((tone) =>
    replies.some((r) => r.tone === tone),
  );
  const rest = others.flatMap((reply): ReplyBlock[] => [
    { kind: 'text', text: reply.title },
    ...reply.blocks,
  ]);
  return {
    tone: worst ?? 'info',
    title: first.title,
    blocks: [...first.blocks, ...rest],
    visibility: replies.some((reply) => reply.visibility === 'private') ? 'private' : 'public',
  };
}
