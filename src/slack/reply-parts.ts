import type { Button, KnownBlock, TextObject } from '@slack/types';
import type { ReplyAction, ReplyBlock, ReplyField, ReplyItem, Span } from '../commands/reply.ts';
import { markdown, plainObject, textObject } from './markdown-text.ts';
import { clean, NOTHING, safeHref, words } from './plain-words.ts';
import { cutSpans, MAX_BLOCK_TEXT, richBlock, richList, splitSpans } from './rich-text.ts';

/** Blocks that stand or fall together when a message is too long; `rows` is how many lines a reader would miss. */
export interface Part {
  readonly blocks: readonly KnownBlock[];
  readonly rows: number;
}

/** Every button of a reply starts its action_id with this; its value is the command to run. */
export const ACTION_PREFIX = 'crm:';

// docs.slack.dev/reference/block-kit, 2026.
const MAX_FIELDS = 10;
const MAX_FIELD_TEXT = 2000;
const MAX_ACTIONS = 25;
const MAX_BUTTON_LABEL = 75;
const MAX_BUTTON_VALUE = 2000;
const MAX_CONFIRM_TEXT = 300;
const MAX_CONFIRM_BUTTON = 30;
// Ours: a row is meant to be read at a glance.
const MAX_ITEM_TEXT = 1000;
const MAX_FIELD_LABEL = 150;
const MAX_LIST_ROWS = 25;

const BLANK: readonly Span[] = [{ text: NOTHING }];

/** Gives each button of one message its own action_id. */
export type NextActionId = () => string;

export function actionIds(): NextActionId {
  let count = 0;
  return () => `${ACTION_PREFIX}${count++}`;
}

function button(action: ReplyAction, nextId: NextActionId): Button | null {
  const value = clean(action.command).trim();
  // A command cut short would do something else: rather no button than a wrong one.
  if (value === '' || value.length > MAX_BUTTON_VALUE) return null;
  return {
    type: 'button',
    action_id: nextId(),
    text: plainObject(action.label, MAX_BUTTON_LABEL),
    value,
    ...(action.style && { style: action.style }),
    ...(action.confirm !== undefined && {
      confirm: {
        title: plainObject('Are you sure?', 100),
        text: plainObject(action.confirm, MAX_CONFIRM_TEXT),
        confirm: plainObject(action.label, MAX_CONFIRM_BUTTON),
        deny: plainObject('Cancel', MAX_CONFIRM_BUTTON),
        ...(action.style && { style: action.style }),
      },
    }),
  };
}

/** Rows in runs of at most `most`, each run holding at most a block's worth of text (but at least one row). */
function runsOf<Row>(rows: readonly Row[], sizeOf: (row: Row) => number, most: number): Row[][] {
  const runs: Row[][] = [];
  let size = 0;
  for (const row of rows) {
    const last = runs.at(-1);
    size += sizeOf(row);
    if (last && last.length < most && size <= MAX_BLOCK_TEXT) last.push(row);
    else {
      runs.push([row]);
      size = sizeOf(row);
    }
  }
  return runs;
}

const sizeOfSpans = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + Object.values(span).join('').length, 0);

function itemSpans(item: ReplyItem): Span[] {
  const text = cutSpans(item.text, MAX_ITEM_TEXT);
  const head = text.length > 0 ? text : BLANK;
  const detail = item.detail === undefined ? [] : cutSpans(item.detail, MAX_ITEM_TEXT);
  return detail.length > 0 ? [...head, { text: '\n' }, ...detail] : [...head];
}

/** Holds what only formatted text can show: an address to go to, a moment in the reader's time zone. */
const needsFormat = (spans: readonly Span[]): boolean =>
  spans.some((span) => 'at' in span || ('link' in span && /^https?:/i.test(safeHref(span.href) ?? '')));

/** A row with its button beside it; below it where only rich text keeps the row's link. */
function buttonRow(spans: Span[], press: Button): Part {
  const formatted = markdown(spans, MAX_BLOCK_TEXT);
  if (formatted === null && needsFormat(spans)) {
    return { blocks: [richBlock(spans), { type: 'actions', elements: [press] }], rows: 1 };
  }
  const text = textObject(spans, MAX_BLOCK_TEXT);
  return { blocks: [{ type: 'section', text, accessory: press }], rows: 1 };
}

function listParts(items: readonly ReplyItem[], nextId: NextActionId): Part[] {
  const parts: Part[] = [];
  let bare: Span[][] = [];
  const closeList = () => {
    for (const run of runsOf(bare, sizeOfSpans, MAX_LIST_ROWS)) {
      parts.push({ blocks: [richList(run)], rows: run.length });
    }
    bare = [];
  };
  for (const item of items) {
    const spans = itemSpans(item);
    const press = item.action && button(item.action, nextId);
    if (!press) bare.push(spans);
    else {
      closeList();
      parts.push(buttonRow(spans, press));
    }
  }
  closeList();
  return parts;
}

function fieldText({ label, value }: ReplyField): TextObject {
  const name = words(label, MAX_FIELD_LABEL);
  const shown = cutSpans(value, MAX_FIELD_TEXT);
  return textObject(
    [{ strong: name }, { text: '\n' }, ...(shown.length > 0 ? shown : BLANK)],
    MAX_FIELD_TEXT,
  );
}

function fieldParts(fields: readonly ReplyField[]): Part[] {
  const texts = fields.map(fieldText);
  return runsOf(texts, ({ text }) => text.length, MAX_FIELDS).map((run) => ({
    blocks: [{ type: 'section', fields: run }],
    rows: run.length,
  }));
}

/** Over-long text goes on in further blocks; only its first counts as a row. */
function textParts(text: Extract<ReplyBlock, { kind: 'text' }>['text']): Part[] {
  const runs = splitSpans(text, MAX_BLOCK_TEXT);
  return (runs.length > 0 ? runs : [BLANK]).map((spans, index) => ({
    blocks: [richBlock(spans)],
    rows: index === 0 ? 1 : 0,
  }));
}

function hintParts(text: Extract<ReplyBlock, { kind: 'hint' }>['text']): Part[] {
  const spans = cutSpans(text, MAX_ITEM_TEXT);
  if (spans.length === 0) return [];
  if (markdown(spans, MAX_BLOCK_TEXT) === null && needsFormat(spans)) {
    return [{ blocks: [richBlock(spans)], rows: 0 }];
  }
  return [{ blocks: [{ type: 'context', elements: [textObject(spans, MAX_BLOCK_TEXT)] }], rows: 0 }];
}

function actionParts(actions: readonly ReplyAction[], nextId: NextActionId): Part[] {
  const buttons = actions.map((action) => button(action, nextId)).filter((press) => press !== null);
  const parts: Part[] = [];
  for (let start = 0; start < buttons.length; start += MAX_ACTIONS) {
    parts.push({
      blocks: [{ type: 'actions', elements: buttons.slice(start, start + MAX_ACTIONS) }],
      rows: 0,
    });
  }
  return parts;
}

/** One block of a reply as parts of a Slack message, each within Slack's limits whatever the reply holds. */
export function partsOf(block: ReplyBlock, nextId: NextActionId): Part[] {
  switch (block.kind) {
    case 'text':
      return textParts(block.text);
    case 'list':
      return listParts(block.items, nextId);
    case 'fields':
      return fieldParts(block.fields);
    case 'hint':
      return hintParts(block.text);
    case 'actions':
      return actionParts(block.actions, nextId);
  }
}
