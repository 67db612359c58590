import MarkdownIt, { type Env, type StateBlock, type Token } from 'markdown-it';

/** Lines of one paragraph, zero-based, `endLine` exclusive. */
export interface Paragraph {
  readonly startLine: number;
  readonly endLine: number;
}

/** The top-level paragraphs of a Markdown text, and which link labels it defines. */
export interface Blocks {
  readonly paragraphs: readonly Paragraph[];
  /** Null when the text defines no labels, so that no label needs to be looked up. */
  readonly isDefined: ((label: string) => boolean) | null;
}

const FENCE = 0x3e;
const MIN_FENCE = 3;

/** How many `>` make up the whole of a line (spaces aside), or 0 when the line is anything else. */
function quoteFence(state: StateBlock, line: number): number {
  const first = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  const lineEnd = state.eMarks[line] ?? 0;
  const last = state.skipChars(first, FENCE);
  if (last - first < MIN_FENCE) return 0;
  return state.skipSpacesBack(lineEnd, last) === last ? last - first : 0;
}

/**
 * GitLab's `>>>` quotes. Opened by three or more `>` alone on a line, closed by at least as many, or by the end
 * of what holds it. The inside is skipped unread: nothing in a quote is ever a command.
 */
function multilineQuote(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const fence = quoteFence(state, startLine);
  if (fence === 0) return false;
  if (silent) return true;
  let line = startLine + 1;
  for (; line < endLine; line++) {
    const indent = (state.sCount[line] ?? 0) - state.blkIndent;
    if (indent < 0 && !state.isEmpty(line)) break;
    if (indent < 4 && quoteFence(state, line) >= fence) {
      line++;
      break;
    }
  }
  const token = state.push('multiline_quote', 'blockquote', 0);
  token.map = [startLine, line];
  state.line = line;
  return true;
}

const FOOTNOTE = /^\[\^[^\]\s]{1,200}\]:/;
const MAX_FOOTNOTE_LEAD = 204;

/** GitLab's footnotes: `[^1]: text` and the lines that continue it. CommonMark alone would see a link definition. */
function footnote(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const first = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  if (!state.src.startsWith('[^', first)) return false;
  if (!FOOTNOTE.test(state.src.slice(first, first + MAX_FOOTNOTE_LEAD))) return false;
  if (silent) return true;
  const terminators = state.md.block.ruler.getRules('paragraph');
  let line = startLine + 1;
  while (line < endLine && !state.isEmpty(line)) {
    const next = line;
    const canEnd = (state.sCount[next] ?? 0) - state.blkIndent <= 3;
    if (canEnd && terminators.some((terminates) => terminates(state, next, endLine, true))) break;
    line++;
  }
  state.line = line;
  return true;
}

/**
 * Keeps top-level paragraphs only. A megabyte of list items or of empty paragraphs is a million tokens otherwise,
 * and making them takes most of the time; the block rules only ever write to a token.
 */
class ParagraphState extends MarkdownIt.StateBlock {
  readonly #discarded = new this.Token('', '', 0);

  override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
    if (type === 'paragraph_open' && this.level === 0) return super.push(type, tag, nesting);
    this.level += nesting;
    return this.#discarded;
  }
}

function createParser() {
  const markdown = new MarkdownIt('commonmark').enable('table');
  markdown.block.State = ParagraphState;
  markdown.block.ruler.before('blockquote', 'multiline_quote', multilineQuote, {
    alt: ['paragraph', 'reference', 'blockquote', 'list'],
  });
  markdown.block.ruler.before('reference', 'footnote', footnote, { alt: ['paragraph', 'reference'] });
  return markdown;
}

const parser = createParser();

/** Splits a Markdown text (line feeds only) into blocks; linear in its length. */
export function parseBlocks(text: string): Blocks {
  const env: Env = {};
  const tokens: Token[] = [];
  parser.block.parse(text, parser, env, tokens);
  const paragraphs: Paragraph[] = [];
  for (const { map } of tokens) if (map !== null) paragraphs.push({ startLine: map[0], endLine: map[1] });
  const { references } = env;
  if (references === undefined) return { paragraphs, isDefined: null };
  const isDefined = (label: string): boolean =>
    Object.hasOwn(references, parser.utils.normalizeReference(label));
  return { paragraphs, isDefined };
}
