import { anyBlock } from './blocks.ts';
import {
  advise,
  below,
  type Check,
  flag,
  isObject,
  type Json,
  list,
  oneOf,
  optional,
  record,
  refuse,
  type Spot,
  type Surface,
  text,
  type Violation,
} from './checks.ts';
import { plainText } from './composition.ts';

const MAX_MESSAGE_TEXT = 40_000;
const MAX_MARKDOWN = 12_000;
const MAX_ATTACHMENTS = 100;

const messageBlocks = list(anyBlock, { min: 0, max: 50 });
const view = {
  blocks: list(anyBlock, { min: 0, max: 100 }),
  private_metadata: optional(text({ min: 0, max: 3000 })),
  callback_id: optional(text({ min: 0, max: 255 })),
  external_id: optional(text({ min: 0, max: 255 })),
};

const home: Check = record({ ...view, type: oneOf('home') });
const modal: Check = record(
  {
    ...view,
    type: oneOf('modal'),
    title: plainText(24),
    submit: optional(plainText(24)),
    close: optional(plainText(24)),
    clear_on_close: optional(flag),
    notify_on_close: optional(flag),
    submit_disabled: optional(flag),
  },
  (value, spot) => {
    const inputs = blocksOf(value).some((block) => block['type'] === 'input');
    if (inputs && value['submit'] === undefined) {
      refuse(below(spot, 'submit'), 'required', 'missing required field: submit (the view has input blocks)');
    }
  },
);

function blocksOf(holder: Json): Json[] {
  return Array.isArray(holder['blocks']) ? holder['blocks'].filter(isObject) : [];
}

/** Every object in a block that carries an action_id, however deep. */
function* actionables(value: unknown, path: string): Generator<{ element: Json; path: string }> {
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) yield* actionables(entry, `${path}/${index}`);
  } else if (isObject(value)) {
    if (typeof value['action_id'] === 'string' || value['focus_on_load'] === true)
      yield { element: value, path };
    for (const [name, entry] of Object.entries(value)) yield* actionables(entry, `${path}/${name}`);
  }
}

/** block_id is unique in the payload, action_id in its block, and one element at most takes the focus. */
function identifiersAreUnique(blocks: Json[], spot: Spot): void {
  const seen = new Set<unknown>();
  let focused = 0;
  for (const [index, block] of blocks.entries()) {
    const here = below(spot, index);
    const id = block['block_id'];
    if (id !== undefined && seen.has(id)) {
      refuse(below(here, 'block_id'), 'unique', `block_id ${String(id)} already exists`);
    }
    seen.add(id);
    const actions = new Set<unknown>();
    for (const { element, path } of actionables(block, here.path)) {
      const action = element['action_id'];
      if (action !== undefined && actions.has(action)) {
        refuse(
          { ...spot, path: `${path}/action_id` },
          'unique',
          `action_id ${String(action)} already exists`,
        );
      }
      actions.add(action);
      if (element['focus_on_load'] === true) focused += 1;
    }
  }
  if (focused > 1) refuse(spot, 'focus', 'only one element may have focus_on_load');
}

/** Limits that hold over all blocks of one message. */
function totalsHold(blocks: Json[], spot: Spot): void {
  const tables = blocks.filter((block) => block['type'] === 'table').length;
  if (tables > 1) refuse(spot, 'max_tables', 'only one table is allowed in a message');
  const markdown = blocks.filter((block) => block['type'] === 'markdown');
  const total = markdown.reduce((sum, block) => sum + String(block['text'] ?? '').length, 0);
  if (markdown.length > 1 && total > MAX_MARKDOWN) {
    refuse(spot, 'max_length', `markdown blocks may hold ${MAX_MARKDOWN} characters together`);
  }
}

function checkBlocks(holder: Json, spot: Spot): void {
  if (holder['blocks'] === undefined) return;
  const here = below(spot, 'blocks');
  messageBlocks(holder['blocks'], here);
  identifiersAreUnique(blocksOf(holder), here);
  totalsHold(blocksOf(holder), here);
}

function checkMessage(payload: Json, spot: Spot): void {
  const words = payload['text'];
  if (words !== undefined) text({ min: 0, max: MAX_MESSAGE_TEXT })(words, below(spot, 'text'));
  checkBlocks(payload, spot);
  const attachments = payload['attachments'] ?? [];
  list(
    (entry, place) => {
      if (isObject(entry)) checkBlocks(entry, place);
      else refuse(place, 'type', 'must be an object');
    },
    { min: 0, max: MAX_ATTACHMENTS },
  )(attachments, below(spot, 'attachments'));
  const rich = blocksOf(payload).length > 0 || (Array.isArray(attachments) && attachments.length > 0);
  if (rich && (typeof words !== 'string' || words.trim() === '')) {
    advise(
      below(spot, 'text'),
      'fallback',
      'text is missing: notifications and screen readers have nothing to say',
    );
  }
}

/**
 * What Slack would hold against a payload: `{text, blocks, attachments}` for a message, the view for a modal or a
 * home. An empty array means that it is fine. Lengths count UTF-16 units.
 */
export function validateBlocks(surface: Surface, payload: unknown): Violation[] {
  const found: Violation[] = [];
  const spot: Spot = { path: '', surface, found };
  if (!isObject(payload)) refuse(spot, 'type', 'must be an object');
  else if (surface === 'message') checkMessage(payload, spot);
  else {
    (surface === 'modal' ? modal : home)(payload, spot);
    identifiersAreUnique(blocksOf(payload), below(spot, 'blocks'));
  }
  return found;
}

export type { Surface, Violation } from './checks.ts';
