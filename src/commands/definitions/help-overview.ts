import { AppError } from '../../domain/errors.ts';
import type { Command } from '../command.ts';
import { type Inline, plainText, type Reply, type ReplyBlock, type ReplyItem, type Span } from '../reply.ts';
import type { Standing } from '../what-one-may.ts';
import { wordError } from '../wording/errors.ts';

interface Line {
  readonly words: string[];
  readonly summary: string;
}

/** One line for each command, or family of them, in their order. */
function linesOf(commands: readonly Command[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { name, family, summary, surfaces } of commands) {
    const words = surfaces.slack?.words.join(' ');
    if (words === undefined) continue;
    const line = lines.get(family?.name ?? name);
    if (line) line.words.push(words);
    else lines.set(family?.name ?? name, { words: [words], summary });
  }
  for (const { family } of commands) {
    const line = family && lines.get(family.name);
    // Somebody who may do only one of them is told of that one.
    if (family && line && line.words.length > 1) lines.set(family.name, { ...line, summary: family.summary });
  }
  return [...lines.values()];
}

const itemOf = ({ words, summary }: Line): ReplyItem => ({
  text: [
    ...words.flatMap((word, index): Span[] => [
      ...(index === 0 ? [] : [{ text: ', ' }]),
      { code: `/crm ${word}` },
    ]),
    { text: ` – ${summary}` },
  ],
});

const hint = (text: Inline): ReplyBlock => ({ kind: 'hint', text });

const FURTHER: ReplyBlock = hint([
  { code: '/crm help all' },
  { text: ' shows the rest and who may, ' },
  { code: '/crm help link' },
  { text: ' one of them with examples. Bare words search.' },
]);

const TITLE = 'Contacts and organizations, and the issues they are behind.';

/** The sentences of an error as small print. */
function problemLines(error: AppError): ReplyBlock[] {
  const { title, blocks } = wordError(error);
  return [hint(title), ...blocks.filter(({ kind }) => kind === 'hint' || kind === 'actions')];
}

/** Nobody knows who asks, or what they may: all there is when that will pass, else what everybody may do first. */
function helpForNobody(shown: readonly Command[], error: AppError): Reply {
  const passes = error.code.startsWith('unavailable.');
  const may = passes ? shown : shown.filter(({ ability }) => ability === null);
  const why = passes
    ? [hint(`${plainText(wordError(error).title)} So this is all there is, for whoever may.`)]
    : problemLines(error);
  const items = linesOf(may).map(itemOf);
  return {
    tone: 'info',
    title: TITLE,
    blocks: [{ kind: 'list', items }, FURTHER, ...why],
    visibility: 'private',
  };
}

/** Help that fits one screen: what this person may do, a line each. */
export function shortHelp(commands: readonly Command[], standing: Standing | AppError): Reply {
  const shown = commands.filter(({ hidden }) => !hidden);
  if (standing instanceof AppError) return helpForNobody(shown, standing);
  const { may, words, problem } = standing;
  const allowed = shown.filter(({ ability }) => ability === null || may.has(ability));
  return {
    tone: 'info',
    title: TITLE,
    blocks: [
      { kind: 'list', items: linesOf(allowed).map(itemOf) },
      ...(words === null ? [] : [hint(words)]),
      ...(problem ? problemLines(problem) : []),
      FURTHER,
    ],
    visibility: 'private',
  };
}
