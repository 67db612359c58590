import type { MrkdwnElement, PlainTextElement, TextObject } from '@slack/types';
import { type Inline, plainText, type Span } from '../commands/reply.ts';
import { escapeText, safeHref, spansOf, words } from './plain-words.ts';

/**
 * Slack's mrkdwn cannot quote formatting characters: `*`, `_`, `~` at the edge of a word, back-ticks, `:emoji:`
 * and a leading `>` always act. Text with one of those is never sent as mrkdwn.
 */
const ACTIVE = /(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])|`|:[^\s:]+:|^[^\S\n]*>/mu;
/** Formatting works only between these and the edges of the text. */
const OPENS_AFTER = /(^|[\s([,;–—-])$/;
const CLOSES_BEFORE = /^($|[\s)\],.;:!?–—-])/;

const literal = (text: string): boolean => !ACTIVE.test(text);
const oneLine = (text: string): boolean => text !== '' && text === text.trim() && !text.includes('\n');

/** How Slack shows a moment to each reader, in their own time zone. */
export const MOMENT_FORMAT = '{date_short_pretty} at {time}';

const momentToken = (span: Extract<Span, { at: number }>): string =>
  `<!date^${span.at}^${MOMENT_FORMAT}|${escapeText(plainText([span]))}>`;

function decorated(span: Exclude<Span, { text: string }>): string | null {
  if ('at' in span) return momentToken(span);
  if ('strong' in span) {
    return oneLine(span.strong) && literal(span.strong) ? `*${escapeText(span.strong)}*` : null;
  }
  if ('code' in span) {
    return oneLine(span.code) && !span.code.includes('`') ? `\`${escapeText(span.code)}\`` : null;
  }
  if (!oneLine(span.link) || !literal(span.link) || span.link.includes('|')) return null;
  const href = safeHref(span.href);
  return href === null ? escapeText(span.link) : `<${escapeText(href)}|${escapeText(span.link)}>`;
}

/**
 * The spans as mrkdwn that Slack shows exactly as meant, or null when some of the text would be taken for
 * formatting or the result exceeds `max` UTF-16 units.
 */
export function markdown(inline: Inline, max: number): string | null {
  const spans = spansOf(inline);
  let written = '';
  for (const [index, span] of spans.entries()) {
    if ('text' in span) {
      if (!literal(span.text)) return null;
      written += escapeText(span.text);
      continue;
    }
    const piece = decorated(span);
    const after = spans[index + 1];
    const fits = OPENS_AFTER.test(written) && CLOSES_BEFORE.test(after ? plainText([after]) : '');
    if (piece === null || (!fits && !('link' in span || 'at' in span))) return null;
    written += piece;
    if (written.length > max) return null;
  }
  written = written.trim();
  return written === '' || written.length > max ? null : written;
}

/** A plain_text object: Slack parses nothing in it. */
export function plainObject(inline: Inline, max: number): PlainTextElement {
  return { type: 'plain_text', text: words(inline, max), emoji: false };
}

/** `verbatim` keeps bare addresses and names from turning into links and mentions. */
function markdownObject(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Formatted where that is exact, else the same words as plain text. */
export function textObject(inline: Inline, max: number): TextObject {
  const formatted = markdown(inline, max);
  return formatted === null ? plainObject(inline, max) : markdownObject(formatted);
}
