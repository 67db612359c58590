/** Which characters separate words, which are dropped, and which quote. All lie in Unicode's basic plane. */

/** White space of every width, tabs and line breaks: people paste them and phones type them. */
export function isSeparator(code: number): boolean {
  return (
    (code >= 0x09 && code <= 0x0d) ||
    code === 0x20 ||
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Zero-width characters, the byte order mark, bidirectional controls, soft hyphens and C0/C1 control characters. */
export function isInvisible(code: number): boolean {
  if (isSeparator(code)) return false;
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    code === 0x61c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff
  );
}

/** Joiners are dropped between Latin letters but spell words in Persian and Indic scripts, and families in emoji. */
export function isJoiner(code: number): boolean {
  return code === 0x200c || code === 0x200d;
}

/** Quotes of one group close each other, in either direction: `“x”`, `„x“` and `”x”` are all in use. */
const QUOTE_GROUPS = ['"“”„‟', "'‘’‚‛", '«»', '‹›'] as const;

/** The number of the group a quotation mark belongs to, or -1. */
export function quoteGroup(character: string): number {
  if (character.length !== 1) return -1;
  return QUOTE_GROUPS.findIndex((group) => group.includes(character));
}
