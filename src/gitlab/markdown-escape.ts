/**
 * Text that somebody wrote, made harmless in GitLab Markdown. Two ways:
 *
 * 1. A word that GitLab would make something of after Markdown is done (a mention, an e-mail address, an address, a
 *    reference like #1 !1 ~x %x $1 &1 a/b#1, an emoji, a path or command that starts with a slash) is put in a code
 *    span as it is. A backslash would not do: GitLab looks for these in the rendered text, and older versions find
 *    `\@name` there as `@name`; the content of code is what every version leaves alone.
 * 2. In every other word, what Markdown itself takes for markup is escaped by a backslash.
 *
 * What neither covers, because it lies across words or beside a span, is parted by U+200B, which shows nothing.
 */
const BREAK = '\u200b';

const ALIVE: readonly RegExp[] = [
  /@/,
  /:\/\/|www\.|\b(?:mailto|xmpp|tel|data|javascript):/i,
  /^[("'[]*\//,
  /[#!^]\w|&\d/,
  /[~%]["'\w{]|[~%]$/,
  /[`$]/,
  /\[[\w:+-]|\[\]?$|\{[+-]|[+-][\]}]/,
  /\*iteration:/i,
  /:[\w+-]+:/,
  /^[("'[]*:::/,
  /\b[A-Za-z][A-Za-z0-9_]+-\d/,
  /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/i,
];

/** Punctuation around a word that need not be in its code span. */
const CORE = /^([("'<]*)(.*?)([)"'>,.;?]*)$/su;

/** One line of text in which nothing comes alive, wherever in a line it stands except at its start. */
export function escapeText(text: string): string {
  const words = flatten(text).split(/( +)/);
  return joinInline(words.map((word) => (word.trim() === '' ? word : escapeWord(word))));
}

/** Longer words are code without a look, so that the patterns cost no more than a bounded time per word. */
const MAX_JUDGED_WORD = 120;

function escapeWord(word: string): string {
  if (word.length > MAX_JUDGED_WORD) return codeSpan(word);
  if (!ALIVE.some((pattern) => pattern.test(word))) return escapeMarkup(word);
  const [, before = '', core = '', after = ''] = CORE.exec(word) ?? [];
  if (core === '') return escapeMarkup(word);
  return joinInline([escapeMarkup(before), codeSpan(core), escapeMarkup(after)]);
}

function escapeMarkup(word: string): string {
  return word.replaceAll(/[\\*_[\]<>~|&#^{}]/g, '\\$&');
}

/**
 * The start of a line (or of a list item) escaped: there, signs and numbers make lists, headings and rules. A slash
 * never gets here bare, but a command of GitLab's must not depend on that.
 */
export function escapeLineStart(line: string): string {
  return line.replace(/^(?=[-+=/:])(?!:\w+: )/, '\\').replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** Text as code, on one line; empty for nothing. The fence is longer than any run of backticks inside. */
export function codeSpan(text: string): string {
  const content = flatten(text).trim();
  if (content === '') return '';
  const longest = (content.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  const pad = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/**
 * Puts pieces of Markdown side by side, parted where they would run into each other: two code spans, two strong
 * ones, or an exclamation mark and a link, which would be an image.
 */
export function joinInline(pieces: readonly string[]): string {
  const parted: string[] = [];
  let end = '';
  for (const piece of pieces) {
    if (piece === '') continue;
    if (COLLISIONS.has(end + piece.slice(0, 1))) parted.push(BREAK);
    parted.push(piece);
    end = piece.slice(-1);
  }
  return parted.join('');
}

const COLLISIONS = new Set(['``', '**', '![']);

/** The address when it is http(s) or mailto, with nothing in it that Markdown would read; else null. */
export function safeHref(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return null;
  return url.href.replaceAll(/[\s<>()[\]\\`*_|"']/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** One line: white space of any kind is one space; control signs, and signs that turn the writing direction, go. */
function flatten(text: string): string {
  return text
    .replaceAll(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replaceAll(/[\p{Cc}\s\u0085]+/gu, ' ')
    .replaceAll(/\p{Cs}/gu, '\ufffd');
}
