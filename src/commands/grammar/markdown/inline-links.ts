import { Char, isAsciiPunctuation } from './characters.ts';
import { TargetFinder } from './inline-targets.ts';

const MAX_LABEL_LENGTH = 999;

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
  readonly #targets: TargetFinder;
  readonly #isDefined: ((label: string) => boolean) | null;
  readonly #stack: Bracket[] = [];
  /** Stack entries below this index that are not images can no longer become links. */
  #deadBelow = 0;

  constructor(text: string, isDefined: ((label: string) => boolean) | null) {
    this.#text = text;
    this.#targets = new TargetFinder(text);
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
    const inline = this.#targets.targetEnd(position + 1);
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
