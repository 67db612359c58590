/**
 * A small, safe reader of GitLab Markdown for the page: it only ever makes elements and text nodes, so whatever a
 * person writes stays text. Blocks: paragraphs, headings, rules, fences, quotes, lists, HTML comments (not shown).
 */
import { h } from '../dom.js';
import { inline } from './markdown-inline.js';

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(?: +(.*)| *$)/;
const COMMENT = /^ {0,3}<!--/;
const MAX_DEPTH = 12;
/** Beyond this a text is shown cut: the page is for reading, and has to stay quick whatever is thrown at it. */
const MAX_LENGTH = 20_000;

/** Markdown as nodes. */
export function markdown(text, depth = 0) {
  const whole = String(text);
  const shown = whole.length > MAX_LENGTH ? `${whole.slice(0, MAX_LENGTH)}…` : whole;
  const lines = shown.replaceAll('\r\n', '\n').split('\n');
  const nodes = [];
  if (depth > MAX_DEPTH) return [h('p', {}, lines.join('\n'))];
  let at = 0;
  while (at < lines.length) {
    const read = READERS.find(({ starts }) => starts.test(lines[at]))?.read ?? readParagraph;
    const [node, next] = lines[at].trim() === '' ? [null, at + 1] : read(lines, at, depth);
    if (node !== null) nodes.push(node);
    at = next;
  }
  return nodes;
}

function readFence(lines, start) {
  const [, fence, info] = FENCE.exec(lines[start]);
  const close = new RegExp(`^ {0,3}${fence[0]}{${fence.length},} *$`);
  let end = start + 1;
  while (end < lines.length && !close.test(lines[end])) end += 1;
  const label = info.trim().split(' ')[0];
  const code = h('code', {}, lines.slice(start + 1, end).join('\n'));
  return [h('pre', label === '' ? {} : { data: { language: label } }, code), end + 1];
}

function readHeading(lines, at) {
  const [, marks, text] = HEADING.exec(lines[at]);
  // The page's own headings come first: an issue's begin below them.
  return [h(`h${Math.min(marks.length + 2, 6)}`, {}, inline(text)), at + 1];
}

const readRule = (_lines, at) => [h('hr'), at + 1];

function readComment(lines, start) {
  let end = start;
  while (end < lines.length && !lines[end].includes('-->')) end += 1;
  return [null, end + 1];
}

function readQuote(lines, start, depth) {
  let end = start;
  const inner = [];
  while (end < lines.length && lines[end].trim() !== '') {
    inner.push(QUOTE.exec(lines[end])?.[1] ?? lines[end]);
    end += 1;
  }
  return [h('blockquote', {}, markdown(inner.join('\n'), depth + 1)), end];
}

function readList(lines, start, depth) {
  const ordered = /\d/.test(ITEM.exec(lines[start])[2]);
  const items = [];
  let end = start;
  let loose = false;
  while (end < lines.length) {
    const match = ITEM.exec(lines[end]);
    if (!match || /\d/.test(match[2]) !== ordered || RULE.test(lines[end])) break;
    const inside = match[1].length + match[2].length + 1;
    const body = [match[3] ?? ''];
    end += 1;
    while (end < lines.length && belongs(lines, end, inside)) {
      body.push(
        lines[end].slice(0, inside).trim() === '' ? lines[end].slice(inside) : lines[end].trimStart(),
      );
      end += 1;
    }
    if (body.slice(0, -1).some((line) => line.trim() === '')) loose = true;
    items.push(body.join('\n'));
  }
  const children = items.map((item) => h('li', {}, itemNodes(item, loose, depth)));
  const first = Number.parseInt(ITEM.exec(lines[start])[2], 10);
  return [ordered ? h('ol', { start: first }, children) : h('ul', {}, children), end];
}

/** Whether a line goes on with the item before it: indented under it, or a paragraph's next line. */
function belongs(lines, at, inside) {
  const line = lines[at];
  if (line.trim() === '') return at + 1 < lines.length && /^ {2,}\S/.test(lines[at + 1]);
  if (line.slice(0, inside).trim() === '') return true;
  return lines[at - 1].trim() !== '' && !READERS.some(({ starts }) => starts.test(line));
}

function itemNodes(text, loose, depth) {
  const nodes = markdown(text, depth + 1);
  const [first, ...rest] = nodes;
  return !loose && first?.tagName === 'P' ? [...first.childNodes, ...rest] : nodes;
}

function readParagraph(lines, start) {
  let end = start + 1;
  const ends = (line) => line.trim() === '' || READERS.some(({ starts }) => starts.test(line));
  while (end < lines.length && !ends(lines[end])) end += 1;
  const text = lines.slice(start, end).map((line) => line.replace(/^ +/, ''));
  return [h('p', {}, inline(text.join('\n').trimEnd())), end];
}

const READERS = [
  { starts: FENCE, read: readFence },
  { starts: COMMENT, read: readComment },
  { starts: HEADING, read: readHeading },
  { starts: RULE, read: readRule },
  { starts: QUOTE, read: readQuote },
  { starts: ITEM, read: readList },
];
