/**
 * The words of a command, from Slack (`/crm …`) and from a GitLab comment: one grammar.
 *
 *     text      = { space | token }
 *     token     = quoted | contact | flag | option | link | email | word
 *               | mention                                     Slack only: what Slack itself wrote as <…>
 *     quoted    = open text close                             at the edges of a token only: O’Brien stays whole
 *     contact   = "[contact:" text "]"                        a missing bracket and stray straight quotes are forgiven
 *     flag      = ( "--" | "—" | "–" ) key                    phones make a dash of two hyphens
 *     option    = [ "--" | "—" | "–" ] key "=" ( quoted | mention | characters )       not after https://, not a=b@c.de
 *     key       = letter { letter | digit | "_" | "-" }       lower-cased
 *     link      = "http://…" | "https://…"
 *     email     = address, at times in <…>, (…) or after mailto:, or with punctuation after it
 *     word      = characters other than space; key ":" ( quoted | mention ) is one word too, see `asOption`
 *     mention   = <@U1|…> | <#C1|…> | <!subteam^S1|…> | <mailto:…|…> | <tel:…|…> | <https://…|…>   labels do not count
 *     open, close = a pair out of one group:  " “ ” „ ‟   ' ‘ ’ ‚ ‛   « »   ‹ ›       without a partner: literal, a problem
 *     space     = any white space, no-break and ideographic too, line breaks
 *
 * Invisible characters and bidirectional controls are dropped, text is given in NFC, offsets are those of the text as
 * it came. Slack: `&amp;` `&lt;` `&gt;` are decoded once, after <…> has been set apart; *bold* _italic_ ~struck~ and
 * `code` marks are dropped where they stand in pairs at the edges of tokens; a lone comma or semicolon is nothing.
 * GitLab: commas, semicolons and the place between "]" and "[" separate as well; straight double quotes inside a word
 * are dropped; a quotation that holds an "@" is not one, because GitLab reads the addresses in it one by one.
 * What is longer than the limit is cut, with a problem.
 */
import { quoteGroup } from './characters.ts';
import { classifyWord, unwrap } from './classify.ts';
import { Edges } from './edges.ts';
import { type Problem, plainText, type Surface, type Token, type TokenContent } from './token.ts';
import { readUnits, type Unit, unitsText } from './units.ts';

export type { Problem, Token } from './token.ts';

/** In code points. Slack sends some 4,000 characters at most; a comment line may name many contacts. */
const MAX_LENGTH: Readonly<Record<Surface, number>> = { slack: 4_000, gitlab: 50_000 };
/** No contact reference is longer; keeps the search for its bracket short. */
const MAX_CONTACT_LENGTH = 320;
const KEY_BEFORE_VALUE = /^(?:--|[—–])?[a-z][a-z0-9_-]{0,63}[=:]$/i;

/** Splits a text into tokens, with what a person should be told about it. Never throws. */
export function tokenize(text: string, surface: Surface): { tokens: Token[]; problems: Problem[] } {
  const kept = cut(text, MAX_LENGTH[surface]);
  const { tokens, problems } = new Tokenizer(kept, surface).read();
  if (kept.length < text.length) {
    const raw = text.slice(kept.length);
    problems.push({ kind: 'too_long', start: kept.length, end: text.length, raw });
  }
  return { tokens, problems };
}

/**
 * A token as `key` and `value`: an option as it is; `key:value`, and an address that begins `key=`, when the key is
 * one of `knownKeys` (lower-cased). Null for anything else.
 */
export function asOption(
  token: Token,
  knownKeys: ReadonlySet<string>,
): { key: string; value: string } | null {
  if (token.kind === 'option') return { key: token.key, value: token.value };
  if (token.kind !== 'word' && token.kind !== 'email') return null;
  const text = plainText(token);
  const [, key, value] = /^([a-z][a-z0-9_-]*)[:=](.*)$/is.exec(text) ?? [];
  if (key === undefined || value === undefined || !knownKeys.has(key.toLowerCase())) return null;
  return { key: key.toLowerCase(), value };
}

/** The first `limit` code points of a text. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = 0;
  for (let count = 0; count < limit && end < text.length; count++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

class Tokenizer {
  readonly #text: string;
  readonly #surface: Surface;
  readonly #units: readonly Unit[];
  readonly #edges: Edges;
  readonly #dropped = new Set<number>();
  readonly #tokens: Token[] = [];
  readonly #problems: Problem[] = [];

  constructor(text: string, surface: Surface) {
    this.#text = text;
    this.#surface = surface;
    this.#units = readUnits(text, surface);
    this.#edges = new Edges(this.#units, surface);
  }

  read(): { tokens: Token[]; problems: Problem[] } {
    let index = 0;
    while (index < this.#units.length) {
      if (this.#separates(index) || this.#dropped.has(index) || this.#dropMark(index)) index++;
      else index = this.#atom(index) ?? this.#quoted(index) ?? this.#contact(index) ?? this.#word(index);
    }
    return { tokens: this.#tokens, problems: this.#problems };
  }

  #separates(index: number): boolean {
    const unit = this.#units[index];
    if (unit === undefined || unit.isSpace) return true;
    if (unit.atom !== null || (unit.text !== ',' && unit.text !== ';')) return false;
    return this.#surface === 'gitlab' || this.#standsAlone(index);
  }

  /** True for a comma that begins a token and ends it: what is left of `<mailto:…>, <mailto:…>`. */
  #standsAlone(index: number): boolean {
    const next = this.#units[index + 1];
    return next === undefined || next.isSpace || next.atom !== null;
  }

  /** Drops a formatting mark at the start of a token, and the one that closes it. */
  #dropMark(index: number): boolean {
    if (this.#surface !== 'slack' || !this.#edges.isMark(this.#units[index])) return false;
    const next = this.#units[index + 1];
    if (next === undefined || next.isSpace) return false;
    const close = this.#edges.closingMark(index);
    if (close === -1) return false;
    this.#dropped.add(close);
    return true;
  }

  #atom(index: number): number | null {
    const atom = this.#units[index]?.atom ?? null;
    return atom === null ? null : this.#push(atom.content, index, index + 1);
  }

  #quoted(index: number): number | null {
    const close = this.#quoteEnd(index);
    if (close === -1) return null;
    return this.#push({ kind: 'quoted', text: this.#plain(index + 1, close) }, index, close + 1);
  }

  /** Where the quotation that begins at `index` ends; -1 when none begins there, with a problem if one seems to. */
  #quoteEnd(index: number): number {
    const unit = this.#units[index];
    if (unit === undefined || unit.atom !== null || quoteGroup(unit.text) === -1) return -1;
    const close = this.#edges.closingQuote(index);
    if (close === -1) {
      const { start, end } = unit;
      this.#problems.push({ kind: 'unbalanced_quote', start, end, raw: this.#text.slice(start, end) });
      return -1;
    }
    return this.#surface === 'gitlab' && this.#edges.hasAt(index, close) ? -1 : close;
  }

  /** `[contact:…]` with its brackets, spaces inside and all, unless it holds several addresses. */
  #contact(index: number): number | null {
    if (this.#units[index]?.text !== '[') return null;
    if (!/^\["*contact:/i.test(unitsText(this.#units, index, index + 12))) return null;
    let close = index + 1;
    while (close < index + MAX_CONTACT_LENGTH && this.#units[close]?.text !== ']') close++;
    if (this.#units[close]?.text !== ']') return null;
    const inside = this.#plain(index, close)
      .replaceAll('"', '')
      .replace(/^\[contact:/i, '');
    const parts = inside.split(/\s+/).filter((part) => part !== '');
    if (parts.length > 1 && inside.includes('@')) return null;
    return this.#push({ kind: 'contact', address: unwrap(parts.join(' ')) }, index, close + 1);
  }

  #word(index: number): number {
    let text = '';
    let end = index;
    let kept = index;
    for (; end < this.#units.length && !(end > index && this.#endsWord(end)); end++) {
      if (this.#dropped.has(end)) continue;
      const valueEnd = text.length <= 70 && KEY_BEFORE_VALUE.test(text) ? this.#valueEnd(end) : -1;
      if (valueEnd !== -1) return this.#pushPair(text, { from: end, to: valueEnd }, index);
      if (this.#units[end]?.atom !== null) break;
      text += this.#units[end]?.text ?? '';
      kept = end + 1;
    }
    const clean = this.#surface === 'gitlab' ? text.replaceAll('"', '') : text;
    this.#push(classifyWord(clean.normalize('NFC')), index, kept);
    return end;
  }

  #endsWord(index: number): boolean {
    const unit = this.#units[index];
    if (unit === undefined || unit.isSpace) return true;
    if (this.#surface === 'slack' || unit.atom !== null) return false;
    if (unit.text === ',' || unit.text === ';') return true;
    return unit.text === '[' && this.#units[index - 1]?.text === ']';
  }

  /** Where a quoted or linked value ends that begins at `index`, or -1. */
  #valueEnd(index: number): number {
    if (this.#units[index]?.atom) return index + 1;
    const close = this.#quoteEnd(index);
    return close === -1 ? -1 : close + 1;
  }

  #pushPair(lead: string, { from, to }: { from: number; to: number }, index: number): number {
    const quoted = this.#units[from]?.atom === null;
    const value = quoted ? this.#plain(from + 1, to - 1) : this.#plain(from, to);
    if (lead.endsWith(':')) return this.#push({ kind: 'word', text: lead + value }, index, to);
    const key = lead
      .slice(0, -1)
      .replace(/^(?:--|[—–])/, '')
      .toLowerCase();
    return this.#push({ kind: 'option', key, value, quoted }, index, to);
  }

  /** What units `from` to `to` say, Slack's own tokens as plain text. */
  #plain(from: number, to: number): string {
    let text = '';
    for (let index = from; index < to; index++) {
      const unit = this.#units[index];
      if (unit !== undefined) text += unit.atom === null ? unit.text : plainText(unit.atom.content);
    }
    return text.normalize('NFC');
  }

  #push(content: TokenContent, from: number, to: number): number {
    const start = this.#units[from]?.start ?? this.#text.length;
    const end = this.#units[to - 1]?.end ?? start;
    this.#tokens.push({ ...content, start, end, raw: this.#text.slice(start, end) });
    return to;
  }
}
