import { Char, isAsciiPunctuation, isAsciiSpace } from './characters.ts';

const MAX_LABEL_LENGTH = 999;
const MAX_NESTED_PARENS = 32;

/** Past spaces and at most what a paragraph holds of line feeds. */
function skipSpaces(text: string, from: number): number {
  let position = from;
  while (isAsciiSpace(text.charCodeAt(position))) position++;
  return position;
}

/**
 * The end of the `(destination "title")` that stands at `start`, or -1. Reads on over at most 33 more opening
 * parentheses, so asking at every `](` of a text stays linear.
 */
export function inlineTargetEnd(text: string, start: number): number {
  if (text.charCodeAt(start) !== Char.leftParen) return -1;
  const destination = skipSpaces(text, start + 1);
  const destinationEnd =
    text.charCodeAt(destination) === Char.less
      ? pointyEnd(text, destination)
      : bareDestinationEnd(text, destination);
  if (destinationEnd === -1) return -1;
  let position = skipSpaces(text, destinationEnd);
  if (text.charCodeAt(position) === Char.rightParen) return position + 1;
  if (position === destinationEnd) return -1;
  position = titleEnd(text, position);
  if (position === -1) return -1;
  position = skipSpaces(text, position);
  return text.charCodeAt(position) === Char.rightParen ? position + 1 : -1;
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

function bareDestinationEnd(text: string, start: number): number {
  let depth = 0;
  for (let position = start; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code <= Char.space || code === 0x7f) return depth === 0 ? position : -1;
    if (code === Char.backslash && isAsciiPunctuation(text.charCodeAt(position + 1))) {
      position++;
    } else if (code === Char.leftParen) {
      if (++depth > MAX_NESTED_PARENS) return -1;
    } else if (code === Char.rightParen) {
      if (depth-- === 0) return position;
    }
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

/** The end of the `[label]` that stands at `start`, or -1; an empty `[]` counts. */
export function labelEnd(text: string, start: number): number {
  if (text.charCodeAt(start) !== Char.leftBracket) return -1;
  const limit = Math.min(text.length, start + MAX_LABEL_LENGTH + 2);
  for (let position = start + 1; position < limit; position++) {
    const code = text.charCodeAt(position);
    if (code === Char.rightBracket) return position + 1;
    if (code === Char.leftBracket) return -1;
    if (code === Char.backslash && isAsciiPunctuation(text.charCodeAt(position + 1))) position++;
  }
  return -1;
}

/** An opening bracket that may yet become a link or an image. */
interface Bracket {
  readonly start: number;
  readonly textStart: number;
  readonly isImage: boolean;
  readonly delimiterCount: number;
  hasInner: boolean;
}

/** A link or image that has been closed: where it lies, and how many delimiters stood before it. */
export interface ClosedLink {
  readonly start: number;
  readonly end: number;
  readonly delimiterCount: number;
}

/** The stack of opening brackets. A link may hold no link: brackets around a closed link go dead. */
export class BracketStack {
  readonly #text: string;
  readonly #isDefined: ((label: string) => boolean) | null;
  readonly #stack: Bracket[] = [];
  /** Stack entries below this index that are not images can no longer become links. */
  #deadBelow = 0;

  constructor(text: string, isDefined: ((label: string) => boolean) | null) {
    this.#text = text;
    this.#isDefined = isDefined;
  }

  open(start: number, isImage: boolean, delimiterCount: number): void {
    const outer = this.#stack.at(-1);
    if (outer !== undefined) outer.hasInner = true;
    const textStart = start + (isImage ? 2 : 1);
    this.#stack.push({ start, textStart, isImage, delimiterCount, hasInner: false });
  }

  /** Handles the `]` at `position`: the link it closes, or null when it is only text. */
  close(position: number): ClosedLink | null {
    const opener = this.#stack.pop();
    if (opener === undefined) return null;
    const isDead = !opener.isImage && this.#stack.length < this.#deadBelow;
    this.#deadBelow = Math.min(this.#deadBelow, this.#stack.length);
    if (isDead) return null;
    const end = this.#targetEnd(opener, position);
    if (end === -1) return null;
    if (!opener.isImage) this.#deadBelow = this.#stack.length;
    return { start: opener.start, end, delimiterCount: opener.delimiterCount };
  }

  #targetEnd(opener: Bracket, position: number): number {
    const inline = inlineTargetEnd(this.#text, position + 1);
    if (inline !== -1 || this.#isDefined === null) return inline;
    const end = labelEnd(this.#text, position + 1);
    if (end > position + 3) {
      return this.#isDefined(this.#text.slice(position + 2, end - 1)) ? end : -1;
    }
    if (opener.hasInner || position - opener.textStart > MAX_LABEL_LENGTH) return -1;
    if (!this.#isDefined(this.#text.slice(opener.textStart, position))) return -1;
    return end === -1 ? position + 1 : end;
  }
}
