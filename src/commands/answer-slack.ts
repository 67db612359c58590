import { AppError } from '../domain/errors.ts';
import { rememberGroup } from '../services/groups/set-channel-group.ts';
import { bindTokens, sortTokens } from './bind.ts';
import type { Bound } from './command.ts';
import type { CommandContext } from './context.ts';
import type { Form, FormDefinition } from './form.ts';
import { formNamed } from './forms/registry.ts';
import { type ParsedLine, parseSlackLine } from './parse-slack-line.ts';
import { personContext } from './person-context.ts';
import type { Reply, ReplyAction, ReplyBlock } from './reply.ts';
import { type AnswerDeps, type SlackAsking, slackContext } from './slack-context.ts';
import { wordError } from './wording/errors.ts';

export type { AnswerDeps } from './slack-context.ts';

/** A `/crm` text, a pressed button or a mention: who asks what where. */
export interface SlackQuestion extends SlackAsking {
  /** What stands after `/crm`, as Slack sent it. */
  readonly text: string;
}

interface Asked {
  readonly form: FormDefinition;
  readonly typed: Bound;
}

/** The form that a line asks to be filled in; null when it says all there is to say. */
function formOf({ command, tokens, shared }: ParsedLine): Asked | null {
  const asks = command.surfaces.slack?.asks;
  if (!asks) return null;
  const typed = sortTokens(command, tokens);
  const name = asks(typed, shared);
  const form = name === null ? null : formNamed(name);
  return form && { form, typed };
}

/** The title of the form that a line will be answered with; null for a line that is answered in words. */
export function formTitle(text: string): string | null {
  try {
    return formOf(parseSlackLine(text))?.form.title ?? null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Answers one question from Slack. Throws only what is our own fault; everything else is worded. */
export async function answerSlack(deps: AnswerDeps, question: SlackQuestion): Promise<Reply | Form> {
  const { teamId, channelId, slackUserId } = question;
  try {
    const line = parseSlackLine(question.text);
    const { forPerson } = line.command;
    if (forPerson) return await forPerson(personContext(deps, { teamId, channelId, slackUserId }));
    const context = await contextOrReply(deps, question, line);
    if ('title' in context) return context;
    if (line.shared.remember && line.shared.group !== null) {
      await rememberGroup(deps.services, context.actor, {
        reference: line.shared.group,
        place: { teamId, channelId, slackUserId },
      });
    }
    const asked = formOf(line);
    if (asked) return await asked.form.open(context, asked.typed);
    const reply = await line.command.execute(context, bindTokens(line.command, line.tokens));
    return withSharing(inSameGroup(withNearMiss(reply, line), line), line);
  } catch (error) {
    if (error instanceof AppError) return withGroupButtons(wordError(error), error, question.text);
    throw error;
  }
}

/** The context of a line; the answer of a command that has one for people who are not known. */
async function contextOrReply(
  deps: AnswerDeps,
  question: SlackQuestion,
  line: ParsedLine,
): Promise<CommandContext | Reply> {
  try {
    return await slackContext(deps, question, { group: line.shared.group, typed: line.typed });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { command, tokens } = line;
    const reply = command.nameless?.(bindTokens(command, tokens), error);
    if (!reply) throw error;
    return reply;
  }
}

/** Buttons of an answer from a group that was named lead back into that group. */
function inSameGroup(reply: Reply, { shared: { group } }: ParsedLine): Reply {
  if (group === null) return reply;
  const there = (action: ReplyAction): ReplyAction => ({
    ...action,
    command: `${action.command} group=${group}`,
  });
  const blocks = reply.blocks.map((block): ReplyBlock => {
    if (block.kind === 'actions') return { ...block, actions: block.actions.map(there) };
    if (block.kind !== 'list') return block;
    const items = block.items.map((item) => (item.action ? { ...item, action: there(item.action) } : item));
    return { ...block, items };
  });
  return { ...reply, blocks };
}

function withNearMiss(reply: Reply, { near }: ParsedLine): Reply {
  // A search that found something was a search.
  if (near === null || reply.tone !== 'warning') return reply;
  const hint: ReplyBlock = {
    kind: 'hint',
    text: [{ text: 'Did you mean ' }, { code: `/crm ${near}` }, { text: '?' }],
  };
  return { ...reply, blocks: [...reply.blocks, hint] };
}

/** A private answer that may be shown around gets a button for it; `--public` shows it at once. */
function withSharing(reply: Reply, { command, shared, typed }: ParsedLine): Reply {
  if (!command.surfaces.slack?.shareable) return reply;
  if (shared.public) return { ...reply, visibility: 'public' };
  // Nothing was found: there is nothing to show around.
  if (reply.tone === 'warning') return reply;
  const group = shared.group === null ? '' : ` group=${shared.group}`;
  const share = { label: 'Share', command: `${typed}${group} --public` };
  const last = reply.blocks.at(-1);
  const blocks: ReplyBlock[] =
    last?.kind === 'actions'
      ? [...reply.blocks.slice(0, -1), { kind: 'actions', actions: [...last.actions, share] }]
      : [...reply.blocks, { kind: 'actions', actions: [share] }];
  return { ...reply, blocks };
}

/** Where no group could be settled on, each choice is a button that runs the same line there and remembers it. */
function withGroupButtons(reply: Reply, error: AppError, text: string): Reply {
  if (error.code !== 'ambiguous.group') return reply;
  const { choices } = error.data as { choices: readonly string[] };
  const actions = choices
    .slice(0, 10)
    .map((choice) => ({ label: choice, command: `${text.trim()} group=${choice} --remember` }));
  return actions.length === 0 ? reply : { ...reply, blocks: [...reply.blocks, { kind: 'actions', actions }] };
}
