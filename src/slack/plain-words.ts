import { type Inline, plainText, type Span } from '../commands/reply.ts';

/** What stands where a person left nothing: Slack refuses a whole message for one empty text. */
export const NOTHING = '–';

/**
 * Bidirectional controls, zero-width spaces and byte-order marks can make one text look like another; control
 * characters show as boxes. Joiners (U+200C, U+200D) stay: Persian words and family emoji need them.
 */
const INVISIBLE = /(?![\n\t])\p{Cc}|[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** Text without characters that hide or reorder others, with lone surrogates replaced (they cannot be sent). */
export function clean(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(INVISIBLE, '');
}

/** At most `max` UTF-16 units, ending in `…` when something was cut; never splits a code point. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > max - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** An Inline as bare text that may be shown: clean, trimmed, cut to `max` UTF-16 units, never empty. */
export function words(inline: Inline, max: number): string {
  return cut(clean(plainText(inline)).trim(), max) || NOTHING;
}

/** The spans of an Inline, each clean, empty ones gone; none at all when there is nothing but white space. */
export function spansOf(inline: Inline): Span[] {
  const given: readonly Span[] = typeof inline === 'string' ? [{ text: inline }] : inline;
  const spans = given.map(cleanSpan).filter((span) => plainText([span]) !== '');
  return plainText(spans).trim() === '' ? [] : spans;
}

function cleanSpan(span: Span): Span {
  if ('text' in span) return { text: clean(span.text) };
  if ('strong' in span) return { strong: clean(span.strong) };
  if ('code' in span) return { code: clean(span.code) };
  if ('at' in span) return span;
  return { link: clean(span.link).trim(), href: span.href };
}

const MAX_HREF = 3000;

/**
 * The address in its normal form when it is http(s) or mailto, else null. Characters that end a Slack link are
 * percent-encoded, and addresses with credentials are refused since they pretend to be somewhere else.
 */
export function safeHref(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return null;
  if (url.username !== '' || url.password !== '') return null;
  const address = url.href.replace(/[<>|\s]/g, (character) => encodeURIComponent(character));
  return address.length > MAX_HREF ? null : address;
}

/** For Slack's `mrkdwn` and `text`: after this no mention, channel, link or special command can come alive. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Escaped text of at most `max` UTF-16 units; an entity is never split. */
export function escapeAndCut(text: string, max: number): string {
  const whole = escapeText(text);
  if (whole.length <= max) return whole;
  let kept = '';
  for (const character of text) {
    const escaped = escapeText(character);
    if (kept.length + escaped.length > max - 1) break;
    kept += escaped;
  }
  return `${kept}…`;
}
