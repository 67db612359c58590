import { Char, isAsciiDigit, isAsciiLetter, isAsciiSpace } from './characters.ts';

/**
 * Finds where code spans, raw HTML and autolinks end: the elements whose inside is not Markdown. Every search that
 * fails is remembered, so that all searches over one text together stay linear in its length. An HTML tag needs no
 * memory: a tag can run past the next `<` only inside quotes, so at most two tags (one in each kind of quote) can be
 * under way at any place.
 */
export class LeafFinder {
  readonly #text: string;
  readonly #missing = new Set<string>();
  #runs: Map<number, { starts: number[]; next: number }> | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The end of the code span that the back-ticks at `start`..`runEnd` open, or -1. Ask in rising order. */
  codeSpanEnd(start: number, runEnd: number): number {
    this.#runs ??= this.#collectRuns();
    const runs = this.#runs.get(runEnd - start);
    if (runs === undefined) return -1;
    while ((runs.starts[runs.next] ?? Number.POSITIVE_INFINITY) < runEnd) runs.next++;
    const closer = runs.starts[runs.next];
    return closer === undefined ? -1 : closer + (runEnd - start);
  }

  /** The end of the autolink or HTML that the `<` at `start` opens, or -1. */
  angleEnd(start: number): number {
    const text = this.#text;
    const next = text.charCodeAt(start + 1);
    if (next === Char.bang || next === 0x3f) return this.#specialEnd(start);
    if (next === Char.slash) return closingTagEnd(text, start);
    const autolink = autolinkEnd(text, start);
    if (autolink !== -1) return autolink;
    return isAsciiLetter(next) ? openTagEnd(text, start) : -1;
  }

  #specialEnd(start: number): number {
    const text = this.#text;
    if (text.startsWith('<!-->', start)) return start + 5;
    if (text.startsWith('<!--->', start)) return start + 6;
    if (text.startsWith('<!--', start)) return this.#after('-->', start + 4);
    if (text.startsWith('<![CDATA[', start)) return this.#after(']]>', start + 9);
    if (text.startsWith('<?', start)) return this.#after('?>', start + 2);
    return isAsciiLetter(text.charCodeAt(start + 2)) ? this.#after('>', start + 3) : -1;
  }

  #after(terminator: string, from: number): number {
    if (this.#missing.has(terminator)) return -1;
    const found = this.#text.indexOf(terminator, from);
    if (found !== -1) return found + terminator.length;
    this.#missing.add(terminator);
    return -1;
  }

  #collectRuns(): Map<number, { starts: number[]; next: number }> {
    const text = this.#text;
    const runs = new Map<number, { starts: number[]; next: number }>();
    for (let start = text.indexOf('`'); start !== -1; ) {
      let end = start + 1;
      while (text.charCodeAt(end) === Char.backtick) end++;
      const known = runs.get(end - start);
      if (known === undefined) runs.set(end - start, { starts: [start], next: 0 });
      else known.starts.push(start);
      start = text.indexOf('`', end);
    }
    return runs;
  }
}

function isTagName(code: number): boolean {
  return isAsciiLetter(code) || isAsciiDigit(code) || code === 0x2d;
}

function isAttributeStart(code: number): boolean {
  return isAsciiLetter(code) || code === Char.underscore || code === Char.colon;
}

function isAttributeName(code: number): boolean {
  return isTagName(code) || code === Char.underscore || code === Char.colon || code === 0x2e;
}

function isUnquotedValue(code: number): boolean {
  if (code <= Char.space || Number.isNaN(code)) return false;
  return (
    code !== Char.doubleQuote &&
    code !== Char.singleQuote &&
    code !== 0x3d &&
    code !== Char.less &&
    code !== Char.greater &&
    code !== Char.backtick
  );
}

function skip(text: string, from: number, matches: (code: number) => boolean): number {
  let position = from;
  while (position < text.length && matches(text.charCodeAt(position))) position++;
  return position;
}

function closingTagEnd(text: string, start: number): number {
  if (!isAsciiLetter(text.charCodeAt(start + 2))) return -1;
  const end = skip(text, skip(text, start + 2, isTagName), isAsciiSpace);
  return text.charCodeAt(end) === Char.greater ? end + 1 : -1;
}

function openTagEnd(text: string, start: number): number {
  let position = skip(text, start + 1, isTagName);
  for (;;) {
    const afterSpace = skip(text, position, isAsciiSpace);
    const code = text.charCodeAt(afterSpace);
    if (code === Char.greater) return afterSpace + 1;
    if (code === Char.slash) return text.charCodeAt(afterSpace + 1) === Char.greater ? afterSpace + 2 : -1;
    if (afterSpace === position || !isAttributeStart(code)) return -1;
    position = attributeEnd(text, afterSpace);
    if (position === -1) return -1;
  }
}

function attributeEnd(text: string, start: number): number {
  const nameEnd = skip(text, start, isAttributeName);
  const equals = skip(text, nameEnd, isAsciiSpace);
  if (text.charCodeAt(equals) !== 0x3d) return nameEnd;
  const value = skip(text, equals + 1, isAsciiSpace);
  const quote = text.charCodeAt(value);
  if (quote === Char.doubleQuote || quote === Char.singleQuote) {
    const close = text.indexOf(String.fromCharCode(quote), value + 1);
    return close === -1 ? -1 : close + 1;
  }
  const end = skip(text, value, isUnquotedValue);
  return end === value ? -1 : end;
}

const MAX_SCHEME_LENGTH = 32;
const EMAIL_AUTOLINK =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?){0,30}$/;

function autolinkEnd(text: string, start: number): number {
  if (text.charCodeAt(start + 1) === Char.greater) return -1;
  const end = skip(
    text,
    start + 1,
    (code) => code > Char.space && code !== 0x7f && code !== Char.less && code !== Char.greater,
  );
  if (text.charCodeAt(end) !== Char.greater) return -1;
  const schemeEnd = skip(
    text,
    start + 1,
    (code) => isAsciiLetter(code) || isAsciiDigit(code) || code === 0x2b || code === 0x2d || code === 0x2e,
  );
  const schemeLength = schemeEnd - start - 1;
  const hasScheme =
    text.charCodeAt(schemeEnd) === Char.colon &&
    isAsciiLetter(text.charCodeAt(start + 1)) &&
    schemeLength >= 2 &&
    schemeLength <= MAX_SCHEME_LENGTH;
  if (hasScheme) return end + 1;
  return end - start < 400 && EMAIL_AUTOLINK.test(text.slice(start + 1, end)) ? end + 1 : -1;
}
