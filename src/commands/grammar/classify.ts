import type { TokenContent } from './token.ts';

const FLAG = /^(?:--|[—–])([a-z][a-z0-9_-]*)$/i;
const OPTION = /^(?:--|[—–])?([a-z][a-z0-9_-]*)=(?!=)(.*)$/is;
const LINK = /^https?:\/\/[^\s/]/i;
const ADDRESS = /^[^\s@"(),:;<>[\]\\]+@[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;
/** Options whose value is an address; any other `a=b@c.de` is itself an address (`=` may stand in one). */
const ADDRESS_KEYS: ReadonlySet<string> = new Set(['email', 'e-mail', 'mail', 'contact']);
const MARKDOWN_LINK = /^\[[^\]]*\]\((?:mailto:)?([^()\s]+)\)$/i;
const LEADING = /^(?:[[<(]|contact:|mailto:)/i;
const PUNCTUATION = '.,;:!?';
const CONTACT = /^\[+contact:/i;

/** True for what looks like one bare e-mail address; whether it is a valid one is for others to say. */
function looksLikeAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** What a word says that was neither quoted nor one of Slack's own tokens. */
export function classifyWord(text: string): TokenContent {
  const flag = FLAG.exec(text)?.[1];
  if (flag !== undefined) return { kind: 'flag', name: flag.toLowerCase() };
  if (LINK.test(text)) {
    const url = trimEnd(text, '.,;!');
    return { kind: 'link', url, text: url };
  }
  const reference = classifyReference(text);
  const [, key, value] = OPTION.exec(text) ?? [];
  if (key !== undefined && value !== undefined) {
    const lower = key.toLowerCase();
    if (reference === null || ADDRESS_KEYS.has(lower))
      return { kind: 'option', key: lower, value, quoted: false };
  }
  return reference ?? { kind: 'word', text };
}

/** An address or contact with whatever brackets, schemes and punctuation people and editors put around it. */
function classifyReference(text: string): TokenContent | null {
  if (looksLikeAddress(text)) return { kind: 'email', address: text };
  const isContact = CONTACT.test(text);
  const bare = unwrap(MARKDOWN_LINK.exec(trimEnd(text, PUNCTUATION))?.[1] ?? text);
  if (isContact) return { kind: 'contact', address: bare };
  return looksLikeAddress(bare) ? { kind: 'email', address: bare } : null;
}

/** Drops what stands around a reference, from both ends, as long as there is something to drop. */
export function unwrap(text: string): string {
  let bare = text;
  if (bare.length > 2 && bare.startsWith('`') && bare.endsWith('`')) bare = bare.slice(1, -1);
  for (let lead = LEADING.exec(bare); lead !== null; lead = LEADING.exec(bare))
    bare = bare.slice(lead[0].length);
  return trimEnd(bare, `${PUNCTUATION}]>)`);
}

/** By hand, because a pattern anchored only at the end tries every place where it could begin. */
function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
