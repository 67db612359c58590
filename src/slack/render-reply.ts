import type { KnownBlock } from '@slack/types';
import type { Inline, Reply, ReplyBlock, Span } from '../commands/reply.ts';
import { plainObject } from './markdown-text.ts';
import { escapeAndCut, NOTHING, words } from './plain-words.ts';
import { actionIds, type Part, partsOf } from './reply-parts.ts';
import { cutSpans, richBlock } from './rich-text.ts';

/** A message body for chat.post* and response URLs. `text` is what notifications and screen readers get. */
export interface RenderedReply {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

const MAX_BLOCKS = 50;
/** Slack refuses messages whose blocks are too long together (`msg_blocks_too_long`) without naming the limit. */
const MAX_MESSAGE_TEXT = 12_000;
const MAX_FALLBACK = 3000;
const MAX_TITLE = 500;
/** Buttons and hints that end a reply (the next page, what to try) are kept before any row is. */
const MAX_CLOSING_PARTS = 5;

/** Said in words, so that it is told by screen readers and without colours. */
const TONE_WORDS: Record<Reply['tone'], string> = {
  ok: '',
  info: '',
  warning: 'Warning: ',
  error: 'Error: ',
};

/**
 * A reply as Block Kit. Slack accepts the result whatever the reply holds: texts are cut at a code point with `…`,
 * empty ones become `–`, and rows beyond a message's room are counted in a last line. Nothing that a user wrote
 * comes alive as a mention, link, emoji or formatting.
 */
export function renderReply(reply: Reply): RenderedReply {
  const nextId = actionIds();
  const parts = reply.blocks.map((block) => ({ kind: block.kind, parts: partsOf(block, nextId) }));
  const closing: Part[] = [];
  while (parts.length > 0) {
    const last = parts.at(-1);
    if (last === undefined || (last.kind !== 'hint' && last.kind !== 'actions')) break;
    if (closing.length + last.parts.length > MAX_CLOSING_PARTS) break;
    closing.unshift(...last.parts);
    parts.pop();
  }
  const body = parts.flatMap((entry) => entry.parts);
  return { text: fallback(reply), blocks: fitted(titleBlock(reply), body, closing) };
}

function titleBlock(reply: Reply): KnownBlock {
  const title = cutSpans(reply.title, MAX_TITLE);
  const tone = TONE_WORDS[reply.tone];
  const lead: Span[] = tone === '' ? [] : [{ text: tone }];
  return richBlock(title.length > 0 ? [...lead, ...title] : [...lead, { text: NOTHING }], true);
}

/** Title, as many parts as fit, the closing parts, and a line about what is missing. */
function fitted(title: KnownBlock, body: readonly Part[], closing: readonly Part[]): KnownBlock[] {
  const end = closing.flatMap((part) => part.blocks);
  const blocks: KnownBlock[] = [title];
  let room = MAX_MESSAGE_TEXT - shownLength([title, ...end]);
  let taken = 0;
  for (const part of body) {
    const others = taken === body.length - 1 ? end.length : end.length + 1;
    const size = shownLength(part.blocks);
    if (blocks.length + part.blocks.length + others > MAX_BLOCKS || size > room) break;
    blocks.push(...part.blocks);
    room -= size;
    taken += 1;
  }
  const left = body.slice(taken);
  blocks.push(...end);
  if (left.length > 0) blocks.push(leftOut(left.reduce((sum, part) => sum + part.rows, 0)));
  return blocks;
}

function leftOut(rows: number): KnownBlock {
  const line =
    rows === 0
      ? 'The rest was left out: it is too long for one message.'
      : `${rows} more ${rows === 1 ? 'row was' : 'rows were'} left out: too many for one message.`;
  return { type: 'context', elements: [plainObject(line, MAX_FALLBACK)] };
}

/** UTF-16 units of everything a reader sees in some blocks. */
function shownLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum, entry) => sum + shownLength(entry), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, entry]) =>
      sum + (name === 'text' && typeof entry === 'string' ? entry.length : shownLength(entry)),
    0,
  );
}

/** The whole reply in plain lines, escaped: all there is where blocks cannot be shown. */
function fallback(reply: Reply): string {
  let lines = `${TONE_WORDS[reply.tone]}${line(reply.title)}`;
  for (const block of reply.blocks) {
    if (lines.length > MAX_FALLBACK) break;
    for (const next of linesOf(block)) lines += `\n${next}`;
  }
  return escapeAndCut(lines, MAX_FALLBACK);
}

const line = (inline: Inline): string => words(inline, MAX_FALLBACK);

function linesOf(block: ReplyBlock): string[] {
  switch (block.kind) {
    case 'text':
    case 'hint':
      return [line(block.text)];
    case 'list':
      return block.items.map(
        (item) => `• ${line(item.text)}${item.detail === undefined ? '' : ` (${line(item.detail)})`}`,
      );
    case 'fields':
      return block.fields.map((field) => `${line(field.label)}: ${line(field.value)}`);
    case 'actions':
      return [];
  }
}
