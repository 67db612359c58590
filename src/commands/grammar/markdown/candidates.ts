import { Char } from './characters.ts';
import { nestedText } from './nested-text.ts';
import { type Paragraph, parseBlocks } from './paragraphs.ts';

/** A comment without its carriage returns, and the way back to where things stood. Ask in rising order. */
export interface SourceText {
  readonly text: string;
  /** Where the character at `offset` stood. */
  originalStart(offset: number): number;
  /** Where the character before `offset` ended. */
  originalEnd(offset: number): number;
  /** The line of an offset, counted from 1. */
  lineAt(offset: number): number;
}

/** Drops carriage returns, as GitLab does before anything else. */
export function sourceText(original: string): SourceText {
  const text = original.includes('\r') ? original.replaceAll('\r', '') : original;
  const line = { number: 1, next: text.indexOf('\n') };
  let kept = 0;
  let position = 0;
  const originalEnd = (offset: number): number => {
    if (text.length === original.length) return offset;
    for (; kept < offset; position++) if (original.charCodeAt(position) !== Char.carriageReturn) kept++;
    return position;
  };
  const originalStart = (offset: number): number => {
    let start = originalEnd(offset);
    while (original.charCodeAt(start) === Char.carriageReturn) start++;
    return start;
  };
  const lineAt = (offset: number): number => {
    while (line.next !== -1 && line.next < offset) {
      line.number++;
      line.next = text.indexOf('\n', line.next + 1);
    }
    return line.number;
  };
  return { text, originalStart, originalEnd, lineAt };
}

/** A top-level paragraph as the line rule sees it: with the blank line that follows it, if one does. */
export interface CandidateParagraph {
  readonly start: number;
  readonly text: string;
  /** GitLab's test: a piece of the paragraph's own text has a line that begins with a slash. */
  isCandidate(): boolean;
  /** True when the character at `offset` is the paragraph's own text, not inside an inline element. */
  isOwnText(offset: number): boolean;
}

/** The top-level paragraphs in which a line begins at one of `wanted` (rising offsets), in order. */
export function candidateParagraphs(text: string, wanted: readonly number[]): CandidateParagraph[] {
  const { paragraphs, isDefined } = parseBlocks(text);
  const lines = lineStarts(text);
  const result: CandidateParagraph[] = [];
  let next = 0;
  for (const paragraph of paragraphs) {
    const start = lines[paragraph.startLine] ?? text.length;
    const end = lines[paragraph.endLine] ?? text.length;
    while ((wanted[next] ?? Number.POSITIVE_INFINITY) < start) next++;
    if ((wanted[next] ?? Number.POSITIVE_INFINITY) >= end) continue;
    const body = text.slice(start, end);
    const whole = text.slice(start, lines[endWithBlank(text, lines, paragraph)] ?? text.length);
    result.push(describe({ start, body, whole, isDefined }));
  }
  return result;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', next + 1)) starts.push(next + 1);
  return starts;
}

/** The line after the paragraph, or after the one empty line that follows it. */
function endWithBlank(text: string, lines: readonly number[], { endLine }: Paragraph): number {
  const next = lines[endLine];
  return next !== undefined && text.charCodeAt(next) === Char.lineFeed ? endLine + 1 : endLine;
}

const INLINE_MARKS = /[\\`*_~[<]/;

interface ParagraphParts {
  readonly start: number;
  readonly body: string;
  readonly whole: string;
  readonly isDefined: ((label: string) => boolean) | null;
}

function describe({ start, body, whole, isDefined }: ParagraphParts): CandidateParagraph {
  const firstMark = body.search(INLINE_MARKS);
  const plainUpTo = firstMark === -1 ? body.length : firstMark;
  let nested: Uint8Array | null = null;
  const inside = (offset: number): boolean => {
    if (offset < plainUpTo) return false;
    nested ??= nestedText(body, isDefined);
    return nested[offset] === 1;
  };
  return {
    start,
    text: whole,
    isCandidate: () => hasOwnSlash(body, inside),
    isOwnText: (offset) => !inside(offset),
  };
}

/** True when a slash of the paragraph's own text begins a line (spaces aside) or follows an inline element. */
function hasOwnSlash(body: string, inside: (offset: number) => boolean): boolean {
  for (let slash = body.indexOf('/'); slash !== -1; slash = body.indexOf('/', slash + 1)) {
    if (inside(slash)) continue;
    const mark = slash > 0 && body.charCodeAt(slash - 1) === Char.backslash ? slash - 1 : slash;
    if (isLineStart(body, mark) || inside(mark - 1)) return true;
  }
  return false;
}

function isLineStart(body: string, offset: number): boolean {
  let position = offset;
  while (position > 0 && (body.charCodeAt(position - 1) === 0x20 || body.charCodeAt(position - 1) === 0x09)) {
    position--;
  }
  return position === 0 || body.charCodeAt(position - 1) === Char.lineFeed;
}
