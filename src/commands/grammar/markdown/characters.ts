/** Character classes of CommonMark 0.31, by UTF-16 code unit. */
export const Char = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  bang: 0x21,
  doubleQuote: 0x22,
  singleQuote: 0x27,
  leftParen: 0x28,
  rightParen: 0x29,
  asterisk: 0x2a,
  slash: 0x2f,
  colon: 0x3a,
  less: 0x3c,
  greater: 0x3e,
  at: 0x40,
  leftBracket: 0x5b,
  backslash: 0x5c,
  rightBracket: 0x5d,
  underscore: 0x5f,
  backtick: 0x60,
  tilde: 0x7e,
} as const;

/** Space, tab, line feed, vertical tab, form feed, carriage return: what Ruby and CommonMark call whitespace. */
export function isAsciiSpace(code: number): boolean {
  return code === Char.space || (code >= Char.tab && code <= Char.carriageReturn);
}

export function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isAsciiDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The characters a backslash can escape. */
export function isAsciiPunctuation(code: number): boolean {
  return (
    (code >= 0x21 && code <= 0x2f) ||
    (code >= 0x3a && code <= 0x40) ||
    (code >= 0x5b && code <= 0x60) ||
    (code >= 0x7b && code <= 0x7e)
  );
}

/** What stands beside a run of `*` or `_` decides whether it opens or closes. */
export type Neighbour = 'space' | 'punctuation' | 'other';

const UNICODE_SPACE = /^\p{Zs}$/u;
const UNICODE_PUNCTUATION = /^[\p{P}\p{S}]$/u;

/** Classifies the character before `position`; the edge of the text counts as space. */
export function neighbourBefore(text: string, position: number): Neighbour {
  if (position <= 0) return 'space';
  const low = text.charCodeAt(position - 1);
  if (low < 0x80) return classifyAscii(low);
  const isPair = low >= 0xdc00 && low <= 0xdfff && position >= 2;
  return classifyWide(isPair ? text.slice(position - 2, position) : text.charAt(position - 1));
}

/** Classifies the character at `position`; the edge of the text counts as space. */
export function neighbourAt(text: string, position: number): Neighbour {
  if (position >= text.length) return 'space';
  const code = text.charCodeAt(position);
  return code < 0x80
    ? classifyAscii(code)
    : classifyWide(String.fromCodePoint(text.codePointAt(position) ?? code));
}

function classifyAscii(code: number): Neighbour {
  if (isAsciiSpace(code)) return 'space';
  return isAsciiPunctuation(code) ? 'punctuation' : 'other';
}

function classifyWide(character: string): Neighbour {
  if (UNICODE_SPACE.test(character)) return 'space';
  return UNICODE_PUNCTUATION.test(character) ? 'punctuation' : 'other';
}
