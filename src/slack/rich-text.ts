import type { RichTextBlock, RichTextElement, RichTextSection } from '@slack/types';
import { type Inline, plainText, type Span } from '../commands/reply.ts';
import { MOMENT_FORMAT } from './markdown-text.ts';
import { cut, NOTHING, safeHref, spansOf } from './plain-words.ts';

/** Text of one block, as Slack's limit for a section has it; rich_text states none of its own. */
export const MAX_BLOCK_TEXT = 3000;
const MAX_LINK_LABEL = 300;

function element(span: Span, bold: boolean): RichTextElement {
  const strong = bold || 'strong' in span;
  const style = { ...(strong && { bold: true }), ...('code' in span && { code: true }) };
  const styled = Object.keys(style).length > 0 ? { style } : {};
  if ('at' in span) {
    return {
      type: 'date',
      timestamp: span.at,
      format: MOMENT_FORMAT,
      fallback: plainText([span]),
      ...styled,
    };
  }
  if (!('link' in span)) return { type: 'text', text: plainText([span]), ...styled };
  const label = cut(span.link, MAX_LINK_LABEL);
  const url = safeHref(span.href);
  return url === null
    ? { type: 'text', text: label, ...styled }
    : { type: 'link', url, text: label, ...styled };
}

/** A rich_text_section that holds the spans literally: Slack parses nothing in a rich text element. */
function richSection(spans: readonly Span[], bold = false): RichTextSection {
  const elements = spans.map((span) => element(span, bold));
  return {
    type: 'rich_text_section',
    elements: elements.length > 0 ? elements : [{ type: 'text', text: NOTHING }],
  };
}

/** One rich_text block with one paragraph. */
export function richBlock(spans: readonly Span[], bold = false): RichTextBlock {
  return { type: 'rich_text', elements: [richSection(spans, bold)] };
}

/** A bulleted list in one block. */
export function richList(rows: readonly (readonly Span[])[]): RichTextBlock {
  const elements = rows.map((row) => richSection(row));
  return { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements }] };
}

function withText(span: Span, text: string): Span {
  if ('text' in span) return { text };
  if ('strong' in span) return { strong: text };
  if ('code' in span) return { code: text };
  if ('at' in span) return span;
  return { link: text, href: span.href };
}

/** Where to break so that at most `max` units come before: after the last line or word, else between characters. */
function breakAt(text: string, max: number): number {
  if (text.length <= max) return text.length;
  const window = text.slice(0, max);
  const space = Math.max(window.lastIndexOf('\n'), window.lastIndexOf(' ')) + 1;
  if (space > max / 2) return space;
  const low = text.charCodeAt(max);
  return low >= 0xdc00 && low <= 0xdfff ? max - 1 : max;
}

/** The spans cut into runs of at most `max` UTF-16 units; a link stays whole, with its label shortened. */
export function splitSpans(inline: Inline, max: number): Span[][] {
  const runs: Span[][] = [];
  let run: Span[] = [];
  let room = max;
  const close = () => {
    if (run.length > 0) runs.push(run);
    run = [];
    room = max;
  };
  for (const span of spansOf(inline)) {
    let rest = 'link' in span ? cut(span.link, MAX_LINK_LABEL) : plainText([span]);
    if (('link' in span || 'at' in span) && rest.length > room) close();
    while (rest !== '') {
      const end = breakAt(rest, room);
      if (end > 0) run.push(withText(span, rest.slice(0, end)));
      room -= end;
      rest = rest.slice(end);
      if (rest !== '' || room <= 0) close();
    }
  }
  close();
  return runs;
}

/** The spans with their text cut to `max` UTF-16 units in all, the last kept one ending in `…`. */
export function cutSpans(inline: Inline, max: number): Span[] {
  const [first, ...more] = splitSpans(inline, max - 1);
  if (first === undefined) return [];
  return more.length > 0 ? [...first, { text: '…' }] : first;
}
