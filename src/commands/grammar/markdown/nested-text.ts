import { Char, isAsciiPunctuation } from './characters.ts';
import { type Delimiter, pairDelimiters, readDelimiter } from './inline-emphasis.ts';
import { LeafFinder } from './inline-leaves.ts';
import { BracketStack } from './inline-links.ts';

/**
 * Tells for each character of a paragraph whether it lies inside an inline element: a code span, emphasis,
 * strikethrough, a link, an image, an autolink or raw HTML (marks included), and so is not the paragraph's own text.
 * 1 means inside. CommonMark 0.31 plus `~~`; one pass, linear in the length of the text.
 */
export function nestedText(text: string, isDefined: ((label: string) => boolean) | null): Uint8Array {
  const steps = new Int32Array(text.length + 1);
  const mark = (start: number, end: number): void => {
    steps[start] = (steps[start] ?? 0) + 1;
    steps[end] = (steps[end] ?? 0) - 1;
  };
  const scan = { text, mark, delimiters: [], leaves: new LeafFinder(text) };
  scanInline({ ...scan, brackets: new BracketStack(text, isDefined) });
  const nested = new Uint8Array(text.length);
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    depth += steps[index] ?? 0;
    nested[index] = depth > 0 ? 1 : 0;
  }
  return nested;
}

interface Scan {
  readonly text: string;
  readonly mark: (start: number, end: number) => void;
  readonly delimiters: Delimiter[];
  readonly leaves: LeafFinder;
  readonly brackets: BracketStack;
}

function scanInline(scan: Scan): void {
  let position = 0;
  while (position < scan.text.length) position = step(scan, position);
  pairDelimiters(scan.delimiters, scan.mark);
}

/** Reads what stands at `position` and returns where to go on. */
function step(scan: Scan, position: number): number {
  const { text } = scan;
  switch (text.charCodeAt(position)) {
    case Char.backslash:
      return position + (isAsciiPunctuation(text.charCodeAt(position + 1)) ? 2 : 1);
    case Char.backtick: {
      const runEnd = endOfRun(text, position);
      return leaf(scan, position, scan.leaves.codeSpanEnd(position, runEnd), runEnd);
    }
    case Char.less:
      return leaf(scan, position, scan.leaves.angleEnd(position), position + 1);
    case Char.asterisk:
    case Char.underscore:
    case Char.tilde: {
      const runEnd = endOfRun(text, position);
      const delimiter = readDelimiter(text, position, runEnd);
      if (delimiter !== null) scan.delimiters.push(delimiter);
      return runEnd;
    }
    case Char.bang:
      if (text.charCodeAt(position + 1) !== Char.leftBracket) return position + 1;
      scan.brackets.open(position, true, scan.delimiters.length);
      return position + 2;
    case Char.leftBracket:
      scan.brackets.open(position, false, scan.delimiters.length);
      return position + 1;
    case Char.rightBracket:
      return closeBracket(scan, position);
    default:
      return position + 1;
  }
}

function leaf(scan: Scan, start: number, end: number, otherwise: number): number {
  if (end === -1) return otherwise;
  scan.mark(start, end);
  return end;
}

/** Delimiters inside a closed link can no longer pair with any outside it, so they are forgotten. */
function closeBracket(scan: Scan, position: number): number {
  const link = scan.brackets.close(position);
  if (link === null) return position + 1;
  scan.mark(link.start, link.end);
  scan.delimiters.length = link.delimiterCount;
  return link.end;
}

function endOfRun(text: string, start: number): number {
  const code = text.charCodeAt(start);
  let end = start + 1;
  while (text.charCodeAt(end) === code) end++;
  return end;
}
