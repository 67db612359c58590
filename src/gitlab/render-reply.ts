import {
  type Inline,
  plainText,
  type Reply,
  type ReplyBlock,
  type ReplyItem,
  type Span,
} from '../commands/reply.ts';
import { codeSpan, escapeLineStart, escapeText, joinInline, safeHref } from './markdown-escape.ts';

/**
 * A reply as GitLab Markdown, one line per list item, buttons left out. Whatever its strings hold, none of it comes
 * alive: see `markdown-escape.ts`.
 */
export function renderReply(reply: Reply): string {
  const sign = reply.tone === 'warning' || reply.tone === 'error' ? ':warning: ' : '';
  const title = renderTitle(reply.title);
  const parts = [title === '' ? '' : `${sign}${title}`, ...reply.blocks.map(renderBlock)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The title is strong as a whole, so strong spans in it are text. */
function renderTitle(title: Inline): string {
  const links = typeof title !== 'string' && title.some((span) => 'link' in span);
  if (links) return escapeLineStart(renderInline(title));
  const spans = spansOf(title).map((span) => ('strong' in span ? { text: span.strong } : span));
  const inner = renderInline(spans);
  return inner === '' ? '' : `**${inner}**`;
}

function renderBlock(block: ReplyBlock): string {
  switch (block.kind) {
    case 'text':
    case 'hint':
      return escapeLineStart(renderInline(block.text));
    case 'list':
      return block.items.map(renderItem).join('\n');
    case 'fields':
      return block.fields
        .map(
          ({ label, value }) =>
            `- ${joinInline([`**${escapeText(label.replaceAll(':', ' '))}:**`, ' ', renderInline(value)])}`,
        )
        .join('\n');
    case 'actions':
      return '';
  }
}

function renderItem({ text, detail }: ReplyItem): string {
  const line = renderInline(text);
  const more = detail === undefined ? '' : renderInline(detail);
  return `- ${escapeLineStart(more === '' ? line : `${line} – ${more}`)}`;
}

function renderInline(inline: Inline): string {
  return joinInline(mergeText(spansOf(inline)).map(renderSpan)).trim();
}

const spansOf = (inline: Inline): readonly Span[] =>
  typeof inline === 'string' ? [{ text: inline }] : inline;

/** Neighbouring texts are judged as one, also across what shows nothing: `@` and `all` would make a mention together. */
function mergeText(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of spans) {
    if (renderSpan(span) === '') continue;
    const last = merged.at(-1);
    if (last !== undefined && 'text' in last && 'text' in span)
      merged[merged.length - 1] = { text: last.text + span.text };
    else merged.push(span);
  }
  return merged;
}

function renderSpan(span: Span): string {
  if ('text' in span) return escapeText(span.text);
  if ('code' in span) return codeSpan(span.code);
  if ('strong' in span) {
    const inner = escapeText(span.strong).trim();
    return inner === '' ? ' ' : `**${inner}**`;
  }
  if ('at' in span) return escapeText(plainText([span]));
  const label = escapeText(span.link).trim();
  const href = safeHref(span.href);
  return href === null || label === '' ? label : `[${label}](<${href}>)`;
}
