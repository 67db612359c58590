/**
 * Commands in a GitLab comment.
 *
 *     comment   = lines; carriage returns do not count
 *     command   = slash | mention | crm             one line, from column 0 to the end of the line
 *     slash     = "/" name [ " " argument ]         name is one of `names`, whatever its case
 *     mention   = "@" bot [ ":" | "," ] [ space* word [ space+ argument ] ]
 *     crm       = "/" prefix [ space+ word [ space+ argument ] ]          prefix is one of `prefixWords`
 *     word      = characters other than space; one "/" before it is dropped
 *
 * Where a line counts is GitLab's rule (its quick action extractor, GitLab 16 to 18):
 *
 * 1. The line lies in a top-level paragraph of the comment read as CommonMark with tables and `>>>` quotes. So never
 *    in code, quotes, lists, headings, tables or HTML blocks, nor in the lazy lines that continue them.
 * 2. The paragraph is a candidate: a piece of its own text (outside code, emphasis, links and raw HTML) has a line
 *    that begins with "/".
 * 3. In a candidate, from left to right: from a back-tick to the next nothing counts; from a line that is one HTML tag
 *    to a line that is one closing tag nothing counts; a command takes its whole line.
 * 4. After a slash name comes one space, or nothing but the end of the line: a tab or no-break space disables it.
 *
 * The two forms of our own must pass 1, 3 and more than 2: the line itself must be the paragraph's own text.
 * Stored text: each slash line goes, with the line breaks after it and one blank line after the paragraph; then white
 * space is trimmed from the end.
 */
import { candidateParagraphs, type SourceText, sourceText } from './markdown/candidates.ts';
import { Char, isAsciiSpace } from './markdown/characters.ts';
import { type LineMatch, type MatchedLine, matchLines } from './markdown/paragraph-lines.ts';

/** One command line. `text.slice(start, end)` is the line; `argument` is the exact rest of it, null when blank. */
export interface CommentCommand {
  /** Lower-cased; empty when a mention or prefix stands alone. */
  readonly name: string;
  readonly argument: string | null;
  readonly form: 'slash' | 'mention' | 'crm';
  /** Counted from 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface ExtractOptions {
  /** Slash names that are known, lower-cased; any other slash line is plain text. */
  readonly names: ReadonlySet<string>;
  /** The bot's own username without "@"; null turns the mention form off. */
  readonly botUsername: string | null;
  /** Words that lead a command as in `/crm add`; just `crm` when left out. */
  readonly prefixWords?: ReadonlySet<string>;
}

interface CommandMatch extends LineMatch {
  readonly name: string;
  readonly argument: string | null;
  readonly form: CommentCommand['form'];
}

type Matcher = (text: string, start: number) => CommandMatch | null;

const DEFAULT_PREFIXES: ReadonlySet<string> = new Set(['crm']);

/** The commands of a comment in order. Never throws; linear in the length of the comment, whatever it holds. */
export function extractCommands(markdown: string, options: ExtractOptions): CommentCommand[] {
  const source = sourceText(markdown);
  const matchSlash = slashMatcher(options.names);
  const matchOwn = ownMatcher(options);
  const matchAny: Matcher = (text, start) => matchOwn(text, start) ?? matchSlash(text, start);
  const wanted = findLines(source.text, matchAny);
  if (wanted.length === 0) return [];
  const commands: CommentCommand[] = [];
  for (const paragraph of candidateParagraphs(source.text, wanted)) {
    const slash = matchParagraph(paragraph.text, matchSlash);
    const lines = slash.length > 0 && paragraph.isCandidate() ? slash : [];
    const own = matchParagraph(paragraph.text, matchAny).filter(
      (line) => line.match.form !== 'slash' && paragraph.isOwnText(line.start),
    );
    const found = [...lines, ...own].sort((one, other) => one.start - other.start);
    for (const line of found) commands.push(describe(source, paragraph, line));
  }
  return commands;
}

/** The text that GitLab stores once it has taken the slash commands out, and whether nothing else was in it. */
export function storedText(
  markdown: string,
  names: ReadonlySet<string>,
): { text: string; onlyCommands: boolean } {
  const { text } = sourceText(markdown);
  const matchSlash = slashMatcher(names);
  const wanted = findLines(text, matchSlash);
  if (wanted.length === 0) return { text: trimEnd(text), onlyCommands: false };
  const kept: string[] = [];
  let keptUpTo = 0;
  for (const paragraph of candidateParagraphs(text, wanted)) {
    const lines = matchParagraph(paragraph.text, matchSlash);
    if (lines.length === 0 || !paragraph.isCandidate()) continue;
    for (const line of lines) {
      kept.push(text.slice(keptUpTo, paragraph.start + line.start));
      keptUpTo = paragraph.start + line.deletedEnd;
    }
  }
  const stored = trimEnd(kept.join('') + text.slice(keptUpTo));
  return { text: stored, onlyCommands: kept.length > 0 && stored === '' };
}

function matchParagraph(text: string, matcher: Matcher): MatchedLine<CommandMatch>[] {
  return matchLines(text, (start) => matcher(text, start));
}

function describe(
  source: SourceText,
  paragraph: { start: number },
  found: MatchedLine<CommandMatch>,
): CommentCommand {
  const { name, argument, form, end } = found.match;
  const start = paragraph.start + found.start;
  return {
    name,
    argument,
    form,
    line: source.lineAt(start),
    start: source.originalStart(start),
    end: source.originalEnd(paragraph.start + end),
  };
}

/** The first look, before any parsing: where lines stand that could be commands. Most comments have none. */
function findLines(text: string, matcher: Matcher): number[] {
  const found: number[] = [];
  for (let start = 0; start !== -1 && start < text.length; ) {
    const code = text.charCodeAt(start);
    if ((code === Char.slash || code === Char.at) && matcher(text, start) !== null) found.push(start);
    const lineFeed = text.indexOf('\n', start);
    start = lineFeed === -1 ? -1 : lineFeed + 1;
  }
  return found;
}

function slashMatcher(names: ReadonlySet<string>): Matcher {
  return (text, start) => {
    if (text.charCodeAt(start) !== Char.slash) return null;
    const nameEnd = wordEnd(text, start + 1);
    const name = text.slice(start + 1, nameEnd).toLowerCase();
    if (!names.has(name)) return null;
    if (text.charCodeAt(nameEnd) === Char.space) {
      const end = lineEnd(text, nameEnd);
      return { name, argument: presentOrNull(text.slice(nameEnd + 1, end)), form: 'slash', end };
    }
    return isBlankToLineFeed(text, nameEnd) ? { name, argument: null, form: 'slash', end: nameEnd } : null;
  };
}

function ownMatcher(options: ExtractOptions): Matcher {
  const bot = options.botUsername?.toLowerCase() ?? '';
  const prefixes = options.prefixWords ?? DEFAULT_PREFIXES;
  return (text, start) => {
    const code = text.charCodeAt(start);
    if (code === Char.at && bot !== '') {
      const after = start + 1 + bot.length;
      if (text.slice(start + 1, after).toLowerCase() !== bot) return null;
      const next = text.charAt(after);
      if (next === ':' || next === ',') return readWords(text, after + 1, 'mention');
      return next === '' || isSpace(next) ? readWords(text, after, 'mention') : null;
    }
    if (code !== Char.slash) return null;
    const nameEnd = wordEnd(text, start + 1);
    const prefix = text.slice(start + 1, nameEnd).toLowerCase();
    return prefixes.has(prefix) && !options.names.has(prefix) ? readWords(text, nameEnd, 'crm') : null;
  };
}

const SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;
const ONLY_SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

function isSpace(character: string): boolean {
  return SPACE.test(character);
}

/** GitLab takes a blank argument for none; what it calls blank includes Unicode's spaces. */
function presentOrNull(argument: string): string | null {
  return ONLY_SPACE.test(argument) ? null : argument;
}

function readWords(text: string, from: number, form: 'mention' | 'crm'): CommandMatch {
  const end = lineEnd(text, from);
  const skipSpace = (start: number): number => {
    let position = start;
    while (position < end && isSpace(text.charAt(position))) position++;
    return position;
  };
  let nameStart = skipSpace(from);
  if (text.charCodeAt(nameStart) === Char.slash) nameStart++;
  let nameEnd = nameStart;
  while (nameEnd < end && !isSpace(text.charAt(nameEnd))) nameEnd++;
  const name = text.slice(nameStart, nameEnd).toLowerCase();
  return { name, argument: presentOrNull(text.slice(skipSpace(nameEnd), end)), form, end };
}

function lineEnd(text: string, from: number): number {
  const lineFeed = text.indexOf('\n', from);
  return lineFeed === -1 ? text.length : lineFeed;
}

/** Longer than any command name, so that a long line is not copied to be looked up. */
const MAX_NAME_LENGTH = 64;

function wordEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_NAME_LENGTH);
  let end = start;
  while (end < limit && !isAsciiSpace(text.charCodeAt(end))) end++;
  return end;
}

/** True at the end of the text and where only white space stands before the next line feed. */
function isBlankToLineFeed(text: string, from: number): boolean {
  for (let position = from; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === Char.lineFeed) return true;
    if (!isAsciiSpace(code)) return false;
  }
  return from === text.length;
}

/** Ruby's rstrip: white space and NUL. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (isAsciiSpace(text.charCodeAt(end - 1)) || text.charCodeAt(end - 1) === 0)) end--;
  return text.slice(0, end);
}
