import { isInvisible, isSeparator } from './characters.ts';

/** The first word of a line, ready to be looked up, and what follows it. */
export interface VerbLine {
  /** Lower-cased, without what phones add to it; empty for an empty line. */
  readonly verb: string;
  readonly rest: string;
  /** Where `rest` begins in the text given; the text's length when nothing follows. */
  readonly offset: number;
}

/**
 * Splits the text of `/crm …` after its first word. Phones capitalise the word and turn two spaces into a full stop
 * and a space; both are undone. The word may be no verb at all: then it begins a search.
 */
export function splitVerb(text: string): VerbLine {
  const start = skipSpace(text, 0);
  let end = start;
  while (end < text.length && !isSeparator(text.charCodeAt(end))) end++;
  const offset = skipSpace(text, end);
  const word = [...text.slice(start, end)]
    .filter((character) => !isInvisible(character.charCodeAt(0)))
    .join('');
  const verb = word
    .normalize('NFC')
    .toLowerCase()
    .replace(/(?<=\p{L})[.…]+$/u, '');
  return { verb, rest: text.slice(offset), offset };
}

function skipSpace(text: string, from: number): number {
  let position = from;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (!isSeparator(code) && !isInvisible(code)) break;
    position++;
  }
  return position;
}
