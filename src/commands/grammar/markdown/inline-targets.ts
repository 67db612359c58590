import { Char, isAsciiPunctuation, isAsciiSpace } from './characters.ts';

const MAX_NESTED_PARENS = 32;

/**
 * Finds where the `(destination "title")` of links and images end. Ask in rising order. A bare destination ends at
 * white space or at a parenthesis that it did not open; those places are collected once, so that a destination which
 * is tried again and again (`[]([]([](`) costs a few dozen steps each time, however long it is.
 */
export class TargetFinder {
  readonly #text: string;
  #stops: readonly number[] | null = null;
  #next = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The end of the target that stands at `start`, or -1. */
  targetEnd(start: number): number {
    const text = this.#text;
    if (text.charCodeAt(start) !== Char.leftParen) return -1;
    const destination = skipSpaces(text, start + 1);
    const isPointy = text.charCodeAt(destination) === Char.less;
    const end = isPointy ? pointyEnd(text, destination) : this.#bareEnd(destination);
    if (end === -1) return -1;
    const afterSpace = skipSpaces(text, end);
    if (text.charCodeAt(afterSpace) === Char.rightParen) return afterSpace + 1;
    const title = afterSpace === end ? -1 : titleEnd(text, afterSpace);
    if (title === -1) return -1;
    const close = skipSpaces(text, title);
    return text.charCodeAt(close) === Char.rightParen ? close + 1 : -1;
  }

  #bareEnd(start: number): number {
    this.#stops ??= collectStops(this.#text);
    while ((this.#stops[this.#next] ?? Number.POSITIVE_INFINITY) < start) this.#next++;
    let depth = 0;
    for (let index = this.#next; index < this.#stops.length; index++) {
      const stop = this.#stops[index] ?? -1;
      const code = this.#text.charCodeAt(stop);
      if (code === Char.leftParen) {
        if (++depth > MAX_NESTED_PARENS) return -1;
      } else if (code !== Char.rightParen) {
        return depth === 0 ? stop : -1;
      } else if (depth-- === 0) {
        return stop;
      }
    }
    return -1;
  }
}

/** Where parentheses (not escaped), white space and control characters stand. */
function collectStops(text: string): number[] {
  const stops: number[] = [];
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === Char.backslash && isAsciiPunctuation(text.charCodeAt(position + 1))) position++;
    else if (code === Char.leftParen || code === Char.rightParen || code <= Char.space || code === 0x7f) {
      stops.push(position);
    }
  }
  return stops;
}

function skipSpaces(text: string, from: number): number {
  let position = from;
  while (isAsciiSpace(text.charCodeAt(position))) position++;
  return position;
}

function pointyEnd(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === Char.greater) return position + 1;
    if (code === Char.less || code === Char.lineFeed) return -1;
    if (code === Char.backslash && isAsciiPunctuation(text.charCodeAt(position + 1))) position++;
  }
  return -1;
}

function titleEnd(text: string, start: number): number {
  const open = text.charCodeAt(start);
  const isParen = open === Char.leftParen;
  if (!isParen && open !== Char.doubleQuote && open !== Char.singleQuote) return -1;
  const close = isParen ? Char.rightParen : open;
  for (let position = start + 1; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === close) return position + 1;
    if (isParen && code === Char.leftParen) return -1;
    if (code === Char.backslash && isAsciiPunctuation(text.charCodeAt(position + 1))) position++;
  }
  return -1;
}
