import { Char, isAsciiSpace } from './characters.ts';

/** What a matcher found at the start of a line: how far the command itself reaches (its line end excluded). */
export interface LineMatch {
  readonly end: number;
}

/** A command line of a paragraph, with everything that is deleted along with it. */
export interface MatchedLine<Match extends LineMatch> {
  readonly start: number;
  readonly match: Match;
  /** Past the line breaks that go with the line. */
  readonly deletedEnd: number;
}

/**
 * Walks a paragraph as GitLab's line rule does, from left to right: a back-tick protects everything up to the next
 * back-tick with at least one character between; a line that is one HTML tag protects everything up to the first
 * later line that is one closing tag; a command at column 0 takes its whole line, back-ticks and all. Linear.
 */
export function matchLines<Match extends LineMatch>(
  text: string,
  matchAt: (start: number) => Match | null,
): MatchedLine<Match>[] {
  const found: MatchedLine<Match>[] = [];
  const html = new TagLines(text);
  let position = 0;
  let isLineStart = true;
  while (position < text.length) {
    if (isLineStart) {
      const match = matchAt(position);
      if (match !== null) {
        const deletedEnd = pastLineBreaks(text, match.end);
        found.push({ start: position, match, deletedEnd });
        isLineStart = deletedEnd > match.end;
        position = deletedEnd;
        continue;
      }
      const protectedEnd = html.protectedEnd(position);
      if (protectedEnd !== -1) {
        position = protectedEnd;
        isLineStart = false;
        continue;
      }
    }
    const next = nextStop(text, position);
    if (next === -1) break;
    isLineStart = text.charCodeAt(next) === Char.lineFeed;
    position = isLineStart ? next + 1 : pastCode(text, next);
  }
  return found;
}

/** The next back-tick or line feed at or after `from`, or -1. */
function nextStop(text: string, from: number): number {
  for (let position = from; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === Char.backtick || code === Char.lineFeed) return position;
  }
  return -1;
}

/** Past the code that the back-tick at `start` opens; past the back-tick alone when nothing closes it. */
function pastCode(text: string, start: number): number {
  const close = text.indexOf('`', start + 2);
  return close === -1 ? start + 1 : close + 1;
}

/** Past the white space after a command up to its last line feed; `from` itself when there is none. */
function pastLineBreaks(text: string, from: number): number {
  let end = from;
  for (let position = from; isAsciiSpace(text.charCodeAt(position)); position++) {
    if (text.charCodeAt(position) === Char.lineFeed) end = position + 1;
  }
  return end;
}

/** Finds lines that are one tag, and the closing-tag line that ends what they protect. Ask in rising order. */
class TagLines {
  readonly #text: string;
  #nextGreater = -1;
  #nextClosing: { start: number; end: number } | null = { start: -1, end: -1 };

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the protection ends that the tag line at `start` begins, or -1. */
  protectedEnd(start: number): number {
    const text = this.#text;
    if (text.charCodeAt(start) !== Char.less || this.#nextClosing === null) return -1;
    const tagEnd = this.#greaterAfter(start + 1);
    if (tagEnd === -1 || tagEnd === start + 1) return -1;
    if (text.charCodeAt(tagEnd + 1) !== Char.lineFeed) return -1;
    return this.#closingAfter(tagEnd + 3)?.end ?? -1;
  }

  #greaterAfter(from: number): number {
    if (this.#nextGreater < from && this.#nextGreater !== Number.POSITIVE_INFINITY) {
      const found = this.#text.indexOf('>', from);
      this.#nextGreater = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#nextGreater === Number.POSITIVE_INFINITY ? -1 : this.#nextGreater;
  }

  /** The first closing-tag line whose line feed stands at or after `from`. */
  #closingAfter(from: number): { start: number; end: number } | null {
    while (this.#nextClosing !== null && this.#nextClosing.start < from) {
      this.#nextClosing = this.#findClosing(Math.max(from, this.#nextClosing.start + 1));
    }
    return this.#nextClosing;
  }

  #findClosing(from: number): { start: number; end: number } | null {
    const text = this.#text;
    let greater = -1;
    for (let start = text.indexOf('\n</', from); start !== -1; start = text.indexOf('\n</', start + 1)) {
      if (greater < start + 3) greater = text.indexOf('>', start + 3);
      if (greater === -1) return null;
      const following = text.charCodeAt(greater + 1);
      const endsLine = greater + 1 === text.length || following === Char.lineFeed;
      if (greater > start + 3 && endsLine) return { start, end: greater + 1 };
    }
    return null;
  }
}
