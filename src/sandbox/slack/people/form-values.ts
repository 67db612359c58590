import { isObject, type Json } from '../block-kit/checks.ts';
import { unfurledBlocks } from '../messages.ts';
import type { ShownView, SlackMessage, ViewState } from '../state.ts';

/** What a person enters into one element: a string, several, a number, an option, or null to empty it. */
export type Entered = string | number | null | Json | readonly (string | Json)[];

/** Which field of an element's state holds its value, and which field of the element its initial one. */
const FIELDS: Record<string, { state: string; initial: string }> = {
  plain_text_input: { state: 'value', initial: 'initial_value' },
  email_text_input: { state: 'value', initial: 'initial_value' },
  url_text_input: { state: 'value', initial: 'initial_value' },
  number_input: { state: 'value', initial: 'initial_value' },
  rich_text_input: { state: 'rich_text_value', initial: 'initial_value' },
  static_select: { state: 'selected_option', initial: 'initial_option' },
  external_select: { state: 'selected_option', initial: 'initial_option' },
  radio_buttons: { state: 'selected_option', initial: 'initial_option' },
  overflow: { state: 'selected_option', initial: 'initial_option' },
  multi_static_select: { state: 'selected_options', initial: 'initial_options' },
  multi_external_select: { state: 'selected_options', initial: 'initial_options' },
  checkboxes: { state: 'selected_options', initial: 'initial_options' },
  users_select: { state: 'selected_user', initial: 'initial_user' },
  multi_users_select: { state: 'selected_users', initial: 'initial_users' },
  channels_select: { state: 'selected_channel', initial: 'initial_channel' },
  multi_channels_select: { state: 'selected_channels', initial: 'initial_channels' },
  conversations_select: { state: 'selected_conversation', initial: 'initial_conversation' },
  multi_conversations_select: { state: 'selected_conversations', initial: 'initial_conversations' },
  datepicker: { state: 'selected_date', initial: 'initial_date' },
  timepicker: { state: 'selected_time', initial: 'initial_time' },
  datetimepicker: { state: 'selected_date_time', initial: 'initial_date_time' },
};

/** An element with an action_id and the block around it. */
export interface Placed {
  block: Json;
  blockId: string;
  element: Json;
  actionId: string;
  type: string;
}

/** Every interactive element of the blocks, in order, however deep. */
export function placedElements(blocks: Json[]): Placed[] {
  const found: Placed[] = [];
  const visit = (value: unknown, block: Json): void => {
    if (Array.isArray(value)) for (const entry of value) visit(entry, block);
    if (!isObject(value)) return;
    const { action_id: actionId, type } = value;
    if (typeof actionId === 'string' && typeof type === 'string') {
      found.push({ block, blockId: String(block['block_id']), element: value, actionId, type });
    }
    for (const entry of Object.values(value)) visit(entry, block);
  };
  for (const block of blocks) visit(block, block);
  return found;
}

/** Every interactive element that somebody can press or choose in: of a message, the cards below its links too. */
export function placedOn(target: SlackMessage | ShownView): Placed[] {
  const cards = 'hash' in target ? [] : unfurledBlocks(target).flatMap(([, blocks]) => blocks);
  return placedElements([...target.blocks, ...cards]);
}

function isMany(stateField: string): boolean {
  return stateField.endsWith('s');
}

/** The state of an element before anybody touched it; null for elements without one. */
function untouched({ element, type }: Placed): Json | null {
  const fields = FIELDS[type];
  if (!fields || type === 'overflow') return null;
  return { type, [fields.state]: element[fields.initial] ?? (isMany(fields.state) ? [] : null) };
}

/** The values a view starts with: those of `before` where block and action are the same, else the initial ones. */
export function carriedState(blocks: Json[], before: ViewState = {}): ViewState {
  const values: ViewState = {};
  for (const placed of placedElements(blocks)) {
    const kept = before[placed.blockId]?.[placed.actionId];
    const state = kept?.['type'] === placed.type ? kept : untouched(placed);
    if (!state) continue;
    values[placed.blockId] = { ...values[placed.blockId], [placed.actionId]: state };
  }
  return values;
}

/** The options an element offers itself, groups included. */
export function ownOptions(element: Json): Json[] {
  const groups = Array.isArray(element['option_groups']) ? element['option_groups'].filter(isObject) : [];
  return [element, ...groups].flatMap((holder) =>
    Array.isArray(holder['options']) ? holder['options'].filter(isObject) : [],
  );
}

/** Finds an option by its value, else by its label; throws when there is none, as nobody can choose it. */
function optionNamed(entered: unknown, offered: Json[], actionId: string): Json {
  const label = (option: Json): unknown => (isObject(option['text']) ? option['text']['text'] : undefined);
  const wanted = isObject(entered) ? entered['value'] : entered;
  const found =
    offered.find((option) => option['value'] === wanted) ??
    offered.find((option) => label(option) === wanted);
  if (found) return found;
  const names = offered.map((option) => `${String(option['value'])} (${String(label(option))})`).join(', ');
  throw new Error(`${actionId} offers no option ${String(wanted)}; it offers: ${names || 'none'}`);
}

/** The state of an element once a person entered this. `offered` are the options in view. */
export function enteredState(placed: Placed, entered: Entered, offered: Json[]): Json {
  const fields = FIELDS[placed.type];
  if (!fields) throw new Error(`${placed.type} ${placed.actionId} takes no value`);
  const { state } = fields;
  const option = (value: unknown): Json => optionNamed(value, offered, placed.actionId);
  const byOption = state.startsWith('selected_option');
  if (isMany(state)) {
    const list = entered === null ? [] : [entered].flat();
    return { type: placed.type, [state]: byOption ? list.map(option) : list };
  }
  if (entered === null || entered === '') return { type: placed.type, [state]: null };
  if (byOption) return { type: placed.type, [state]: option(entered) };
  return { type: placed.type, [state]: state === 'value' ? String(entered) : entered };
}

/** The value inside an element's state. */
function enteredValue(state: Json | undefined): unknown {
  const field = FIELDS[String(state?.['type'])]?.state;
  return field === undefined ? undefined : state?.[field];
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** What Slack's own screen says before it sends a form: by block_id, empty when the form may go. */
export function clientErrors(blocks: Json[], values: ViewState): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const placed of placedElements(blocks)) {
    if (placed.block['type'] !== 'input') continue;
    const value = enteredValue(values[placed.blockId]?.[placed.actionId]);
    const problem = isEmpty(value)
      ? placed.block['optional'] === true
        ? null
        : 'Please complete this required field.'
      : typedProblem(placed, String(value));
    if (problem) errors[placed.blockId] = problem;
  }
  return errors;
}

function typedProblem({ element, type }: Placed, value: string): string | null {
  if (type === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return 'Please enter a valid email address.';
  if (type === 'url_text_input' && !/^https?:\/\/\S+$/i.test(value)) return 'Please enter a valid URL.';
  if (type === 'number_input') return numberProblem(element, value);
  if (type !== 'plain_text_input') return null;
  const [min, max] = [Number(element['min_length'] ?? 0), Number(element['max_length'] ?? 3000)];
  if (value.length < min) return `Please enter at least ${min} characters.`;
  return value.length > max ? `Please enter no more than ${max} characters.` : null;
}

function numberProblem(element: Json, value: string): string | null {
  const number = Number(value);
  if (Number.isNaN(number)) return 'Please enter a valid number.';
  if (element['is_decimal_allowed'] !== true && !Number.isInteger(number))
    return 'Please enter a whole number.';
  const [low, high] = [element['min_value'], element['max_value']];
  if (low !== undefined && number < Number(low)) return `Please enter a number of at least ${String(low)}.`;
  return high !== undefined && number > Number(high)
    ? `Please enter a number of at most ${String(high)}.`
    : null;
}
