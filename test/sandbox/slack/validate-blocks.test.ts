import { describe, expect, test } from 'vitest';
import { type Surface, validateBlocks } from '../../../src/sandbox/slack/block-kit/validate-blocks.ts';
import { validateOptions } from '../../../src/sandbox/slack/block-kit/validate-options.ts';

type Json = Record<string, unknown>;

const x = (length: number): string => 'x'.repeat(length);
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const plain = (length: number): Json => ({ type: 'plain_text', text: x(length) });
const mrkdwn = (length: number): Json => ({ type: 'mrkdwn', text: x(length) });
const option = (label: number, value = 1): Json => ({ text: plain(label), value: x(value) });
const options = (count: number): Json[] => many(count, (i) => ({ text: plain(1), value: `v${i}` }));
const button = (more: Json = {}): Json => ({ type: 'button', text: plain(2), ...more });
const image = (more: Json = {}): Json => ({
  type: 'image',
  image_url: 'https://example.com/a.png',
  alt_text: 'A picture',
  ...more,
});
const section = (more: Json = {}): Json => ({ type: 'section', text: mrkdwn(1), ...more });
const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });
const input = (element: Json, more: Json = {}): Json => ({
  type: 'input',
  label: plain(4),
  element,
  ...more,
});
const modal = (blocks: Json[], more: Json = {}): Json => ({
  type: 'modal',
  title: plain(5),
  submit: plain(4),
  blocks,
  ...more,
});
const message = (...blocks: Json[]): Json => ({ text: 'In words', blocks });
const textRich = (text: string): Json => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const cells = (count: number): Json[] => many(count, () => ({ type: 'raw_text', text: 'c' }));

/** One limit: what it is, where it hurts, and a payload that has `n` of it. */
interface Limit {
  says: string;
  max: number;
  at: string;
  surface?: Surface;
  build: (n: number) => Json;
}

const confirmed = (more: Json): Json =>
  message(
    actions(
      button({ confirm: { title: plain(1), text: plain(1), confirm: plain(1), deny: plain(1), ...more } }),
    ),
  );
const confirmPath = '/blocks/0/elements/0/confirm';

const LIMITS: Limit[] = [
  {
    says: 'a message holds 50 blocks',
    max: 50,
    at: '/blocks',
    build: (n) => message(...many(n, () => section())),
  },
  {
    says: 'an attachment holds 50 blocks',
    max: 50,
    at: '/attachments/0/blocks',
    build: (n) => ({ text: 'w', attachments: [{ blocks: many(n, () => section()) }] }),
  },
  {
    says: 'a modal holds 100 blocks',
    max: 100,
    at: '/blocks',
    surface: 'modal',
    build: (n) => modal(many(n, () => section())),
  },
  {
    says: 'a home holds 100 blocks',
    max: 100,
    at: '/blocks',
    surface: 'home',
    build: (n) => ({ type: 'home', blocks: many(n, () => section()) }),
  },
  {
    says: 'a message text holds 40,000 characters',
    max: 40_000,
    at: '/text',
    build: (n) => ({ text: x(n) }),
  },
  {
    says: 'a section text holds 3000 characters',
    max: 3000,
    at: '/blocks/0/text/text',
    build: (n) => message(section({ text: mrkdwn(n) })),
  },
  {
    says: 'a section holds 10 fields',
    max: 10,
    at: '/blocks/0/fields',
    build: (n) => message(section({ fields: many(n, () => plain(1)) })),
  },
  {
    says: 'a section field holds 2000 characters',
    max: 2000,
    at: '/blocks/0/fields/0/text',
    build: (n) => message(section({ fields: [mrkdwn(n)] })),
  },
  {
    says: 'a header holds 150 characters',
    max: 150,
    at: '/blocks/0/text/text',
    build: (n) => message({ type: 'header', text: plain(n) }),
  },
  {
    says: 'a context holds 10 elements',
    max: 10,
    at: '/blocks/0/elements',
    build: (n) => message({ type: 'context', elements: many(n, () => mrkdwn(1)) }),
  },
  {
    says: 'an actions block holds 25 elements',
    max: 25,
    at: '/blocks/0/elements',
    build: (n) => message(actions(...many(n, () => button()))),
  },
  {
    says: 'context actions hold 5 elements',
    max: 5,
    at: '/blocks/0/elements',
    build: (n) =>
      message({
        type: 'context_actions',
        elements: many(n, () => ({ type: 'icon_button', icon: 'trash', text: plain(1) })),
      }),
  },
  {
    says: 'a button text holds 75 characters',
    max: 75,
    at: '/blocks/0/elements/0/text/text',
    build: (n) => message(actions(button({ text: plain(n) }))),
  },
  {
    says: 'a button value holds 2000 characters',
    max: 2000,
    at: '/blocks/0/elements/0/value',
    build: (n) => message(actions(button({ value: x(n) }))),
  },
  {
    says: 'a button address holds 3000 characters',
    max: 3000,
    at: '/blocks/0/elements/0/url',
    build: (n) => message(actions(button({ url: `https://e.org/${x(n - 14)}` }))),
  },
  {
    says: 'an accessibility label holds 75 characters',
    max: 75,
    at: '/blocks/0/elements/0/accessibility_label',
    build: (n) => message(actions(button({ accessibility_label: x(n) }))),
  },
  {
    says: 'an action_id holds 255 characters',
    max: 255,
    at: '/blocks/0/elements/0/action_id',
    build: (n) => message(actions(button({ action_id: x(n) }))),
  },
  {
    says: 'a block_id holds 255 characters',
    max: 255,
    at: '/blocks/0/block_id',
    build: (n) => message(section({ block_id: x(n) })),
  },
  {
    says: 'a confirm title holds 100 characters',
    max: 100,
    at: `${confirmPath}/title/text`,
    build: (n) => confirmed({ title: plain(n) }),
  },
  {
    says: 'a confirm text holds 300 characters',
    max: 300,
    at: `${confirmPath}/text/text`,
    build: (n) => confirmed({ text: mrkdwn(n) }),
  },
  {
    says: 'a confirm button holds 30 characters',
    max: 30,
    at: `${confirmPath}/confirm/text`,
    build: (n) => confirmed({ confirm: plain(n) }),
  },
  {
    says: 'a deny button holds 30 characters',
    max: 30,
    at: `${confirmPath}/deny/text`,
    build: (n) => confirmed({ deny: plain(n) }),
  },
  {
    says: 'an overflow menu holds 5 options',
    max: 5,
    at: '/blocks/0/accessory/options',
    build: (n) => message(section({ accessory: { type: 'overflow', options: options(n) } })),
  },
  {
    says: 'a menu holds 100 options',
    max: 100,
    at: '/blocks/0/elements/0/options',
    build: (n) => message(actions({ type: 'static_select', options: options(n) })),
  },
  {
    says: 'a menu holds 100 groups',
    max: 100,
    at: '/blocks/0/elements/0/option_groups',
    build: (n) =>
      message(
        actions({
          type: 'static_select',
          option_groups: many(n, () => ({ label: plain(1), options: options(1) })),
        }),
      ),
  },
  {
    says: 'a group holds 100 options',
    max: 100,
    at: '/blocks/0/elements/0/option_groups/0/options',
    build: (n) =>
      message(actions({ type: 'static_select', option_groups: [{ label: plain(1), options: options(n) }] })),
  },
  {
    says: 'a group label holds 75 characters',
    max: 75,
    at: '/blocks/0/elements/0/option_groups/0/label/text',
    build: (n) =>
      message(actions({ type: 'static_select', option_groups: [{ label: plain(n), options: options(1) }] })),
  },
  {
    says: 'an option text holds 75 characters',
    max: 75,
    at: '/blocks/0/elements/0/options/0/text/text',
    build: (n) => message(actions({ type: 'static_select', options: [option(n)] })),
  },
  {
    says: 'an option description holds 75 characters',
    max: 75,
    at: '/blocks/0/elements/0/options/0/description/text',
    build: (n) =>
      message(actions({ type: 'static_select', options: [{ ...option(1), description: plain(n) }] })),
  },
  {
    says: 'radio buttons hold 10 options',
    max: 10,
    at: '/blocks/0/accessory/options',
    build: (n) => message(section({ accessory: { type: 'radio_buttons', options: options(n) } })),
  },
  {
    says: 'checkboxes hold 10 options',
    max: 10,
    at: '/blocks/0/accessory/options',
    build: (n) => message(section({ accessory: { type: 'checkboxes', options: options(n) } })),
  },
  {
    says: 'a placeholder holds 150 characters',
    max: 150,
    at: '/blocks/0/elements/0/placeholder/text',
    build: (n) => message(actions({ type: 'external_select', placeholder: plain(n) })),
  },
  {
    says: 'an image alt text holds 2000 characters',
    max: 2000,
    at: '/blocks/0/alt_text',
    build: (n) => message(image({ alt_text: x(n) })),
  },
  {
    says: 'an image title holds 2000 characters',
    max: 2000,
    at: '/blocks/0/title/text',
    build: (n) => message(image({ title: plain(n) })),
  },
  {
    says: 'an input label holds 2000 characters',
    max: 2000,
    at: '/blocks/0/label/text',
    surface: 'modal',
    build: (n) => modal([input({ type: 'plain_text_input' }, { label: plain(n) })]),
  },
  {
    says: 'an input hint holds 2000 characters',
    max: 2000,
    at: '/blocks/0/hint/text',
    surface: 'modal',
    build: (n) => modal([input({ type: 'plain_text_input' }, { hint: plain(n) })]),
  },
  {
    says: 'a text input asks for 3000 characters',
    max: 3000,
    at: '/blocks/0/element/max_length',
    surface: 'modal',
    build: (n) => modal([input({ type: 'plain_text_input', max_length: n })]),
  },
  {
    says: 'a text input starts with 3000 characters',
    max: 3000,
    at: '/blocks/0/element/initial_value',
    surface: 'modal',
    build: (n) => modal([input({ type: 'plain_text_input', initial_value: x(n) })]),
  },
  {
    says: 'a text input starts within its own max_length',
    max: 20,
    at: '/blocks/0/element/initial_value',
    surface: 'modal',
    build: (n) => modal([input({ type: 'plain_text_input', max_length: 20, initial_value: x(n) })]),
  },
  {
    says: 'a modal title holds 24 characters',
    max: 24,
    at: '/title/text',
    surface: 'modal',
    build: (n) => modal([], { title: plain(n) }),
  },
  {
    says: 'a submit label holds 24 characters',
    max: 24,
    at: '/submit/text',
    surface: 'modal',
    build: (n) => modal([], { submit: plain(n) }),
  },
  {
    says: 'a close label holds 24 characters',
    max: 24,
    at: '/close/text',
    surface: 'modal',
    build: (n) => modal([], { close: plain(n) }),
  },
  {
    says: 'private_metadata holds 3000 characters',
    max: 3000,
    at: '/private_metadata',
    surface: 'modal',
    build: (n) => modal([], { private_metadata: x(n) }),
  },
  {
    says: 'a callback_id holds 255 characters',
    max: 255,
    at: '/callback_id',
    surface: 'modal',
    build: (n) => modal([], { callback_id: x(n) }),
  },
  {
    says: 'an external_id holds 255 characters',
    max: 255,
    at: '/external_id',
    surface: 'home',
    build: (n) => ({ type: 'home', blocks: [], external_id: x(n) }),
  },
  {
    says: 'a markdown block holds 12,000 characters',
    max: 12_000,
    at: '/blocks/0/text',
    build: (n) => message({ type: 'markdown', text: x(n) }),
  },
  {
    says: 'all markdown blocks hold 12,000 characters together',
    max: 12_000,
    at: '/blocks',
    build: (n) => message({ type: 'markdown', text: x(6000) }, { type: 'markdown', text: x(n - 6000) }),
  },
  {
    says: 'a table holds 100 rows',
    max: 100,
    at: '/blocks/0/rows',
    build: (n) => message({ type: 'table', rows: many(n, () => cells(1)) }),
  },
  {
    says: 'a table row holds 20 cells',
    max: 20,
    at: '/blocks/0/rows/0',
    build: (n) => message({ type: 'table', rows: [cells(n)] }),
  },
  {
    says: 'a table holds 20 column settings',
    max: 20,
    at: '/blocks/0/column_settings',
    build: (n) =>
      message({ type: 'table', rows: [cells(1)], column_settings: many(n, () => ({ align: 'left' })) }),
  },
  {
    says: 'a table holds 10,000 characters',
    max: 10_000,
    at: '/blocks/0',
    build: (n) =>
      message({ type: 'table', rows: [[{ type: 'raw_text', text: x(n - 10) }, textRich(x(10))]] }),
  },
  {
    says: 'a message holds one table',
    max: 1,
    at: '/blocks',
    build: (n) => message(...many(n, () => ({ type: 'table', rows: [cells(1)] }))),
  },
  {
    says: 'a data table holds a header and 100 rows',
    max: 101,
    at: '/blocks/0/rows',
    build: (n) => message({ type: 'data_table', caption: 'c', rows: many(n, () => cells(1)) }),
  },
  {
    says: 'a data table page holds 100 rows',
    max: 100,
    at: '/blocks/0/page_size',
    build: (n) => message({ type: 'data_table', caption: 'c', rows: [cells(1), cells(1)], page_size: n }),
  },
  {
    says: 'a card title holds 150 characters',
    max: 150,
    at: '/blocks/0/title/text',
    build: (n) => message({ type: 'card', title: mrkdwn(n) }),
  },
  {
    says: 'a card body holds 200 characters',
    max: 200,
    at: '/blocks/0/body/text',
    build: (n) => message({ type: 'card', body: mrkdwn(n) }),
  },
  {
    says: 'a carousel holds 10 cards',
    max: 10,
    at: '/blocks/0/elements',
    build: (n) => message({ type: 'carousel', elements: many(n, () => ({ type: 'card', body: mrkdwn(1) })) }),
  },
  {
    says: 'a container holds 10 blocks',
    max: 10,
    at: '/blocks/0/child_blocks',
    build: (n) => message({ type: 'container', title: plain(1), child_blocks: many(n, () => section()) }),
  },
  {
    says: 'a rich text list is indented 8 steps',
    max: 8,
    at: '/blocks/0/elements/0/indent',
    build: (n) =>
      message({
        type: 'rich_text',
        elements: [{ type: 'rich_text_list', style: 'bullet', elements: [], indent: n }],
      }),
  },
  {
    says: 'one element takes the focus',
    max: 1,
    at: '/blocks',
    surface: 'modal',
    build: (n) => modal(many(n, () => input({ type: 'plain_text_input', focus_on_load: true }))),
  },
];

describe('at a limit a payload passes, one over it is refused there', () => {
  test.each(LIMITS)('$says', ({ max, at, surface = 'message', build }) => {
    expect(validateBlocks(surface, build(max))).toEqual([]);
    const over = validateBlocks(surface, build(max + 1));
    expect(over.map((violation) => violation.path)).toEqual([at]);
    expect(over.every((violation) => violation.refused)).toBe(true);
  });
});

/** A payload with one fault. */
interface Fault {
  says: string;
  rule: string;
  at: string;
  surface?: Surface;
  payload: unknown;
}

const pick = { type: 'static_select', options: options(2) };

const FAULTS: Fault[] = [
  {
    says: 'an unknown block type',
    rule: 'unsupported_type',
    at: '/blocks/0/type',
    payload: message({ type: 'sektion' }),
  },
  {
    says: 'a block without a type',
    rule: 'required',
    at: '/blocks/0/type',
    payload: message({ text: plain(1) }),
  },
  {
    says: 'an unknown field of a block',
    rule: 'unknown_field',
    at: '/blocks/0/colour',
    payload: message(section({ colour: 'red' })),
  },
  {
    says: 'an unknown field of an element',
    rule: 'unknown_field',
    at: '/blocks/0/elements/0/label',
    payload: message(actions(button({ label: 'x' }))),
  },
  { says: 'blocks that are no array', rule: 'type', at: '/blocks', payload: { text: 'w', blocks: {} } },
  {
    says: 'an empty section text',
    rule: 'min_length',
    at: '/blocks/0/text/text',
    payload: message(section({ text: mrkdwn(0) })),
  },
  {
    says: 'an empty button value',
    rule: 'min_length',
    at: '/blocks/0/elements/0/value',
    payload: message(actions(button({ value: '' }))),
  },
  {
    says: 'a section without text and fields',
    rule: 'required',
    at: '/blocks/0',
    payload: message({ type: 'section' }),
  },
  {
    says: 'a section with an empty list of fields',
    rule: 'min_items',
    at: '/blocks/0/fields',
    payload: message({ type: 'section', fields: [] }),
  },
  {
    says: 'mrkdwn in a header',
    rule: 'enum',
    at: '/blocks/0/text/type',
    payload: message({ type: 'header', text: mrkdwn(1) }),
  },
  {
    says: 'mrkdwn on a button',
    rule: 'enum',
    at: '/blocks/0/elements/0/text/type',
    payload: message(actions(button({ text: mrkdwn(1) }))),
  },
  {
    says: 'a string where a text object belongs',
    rule: 'type',
    at: '/blocks/0/text',
    payload: message(section({ text: 'bare' })),
  },
  {
    says: 'verbatim on a plain text',
    rule: 'unknown_field',
    at: '/blocks/0/text/verbatim',
    payload: message(section({ text: { ...plain(1), verbatim: true } })),
  },
  {
    says: 'an empty actions block',
    rule: 'min_items',
    at: '/blocks/0/elements',
    payload: message(actions()),
  },
  {
    says: 'an empty context',
    rule: 'min_items',
    at: '/blocks/0/elements',
    payload: message({ type: 'context', elements: [] }),
  },
  {
    says: 'a button in a context',
    rule: 'unsupported_type',
    at: '/blocks/0/elements/0/type',
    payload: message({ type: 'context', elements: [button()] }),
  },
  {
    says: 'a text input outside an input block',
    rule: 'unsupported_type',
    at: '/blocks/0/elements/0/type',
    payload: message(actions({ type: 'plain_text_input' })),
  },
  {
    says: 'a button in an input block',
    rule: 'unsupported_type',
    at: '/blocks/0/element/type',
    surface: 'modal',
    payload: modal([input(button())]),
  },
  {
    says: 'an image without alt text',
    rule: 'required',
    at: '/blocks/0/alt_text',
    payload: message({ type: 'image', image_url: 'https://e.org/a.png' }),
  },
  {
    says: 'an image without a source',
    rule: 'required',
    at: '/blocks/0',
    payload: message({ type: 'image', alt_text: 'a' }),
  },
  {
    says: 'a button that links nowhere',
    rule: 'url',
    at: '/blocks/0/elements/0/url',
    payload: message(actions(button({ url: 'javascript:alert(1)' }))),
  },
  {
    says: 'a button style that is none',
    rule: 'enum',
    at: '/blocks/0/elements/0/style',
    payload: message(actions(button({ style: 'default' }))),
  },
  {
    says: 'a block_id used twice',
    rule: 'unique',
    at: '/blocks/1/block_id',
    payload: message(section({ block_id: 'b' }), section({ block_id: 'b' })),
  },
  {
    says: 'an action_id used twice in a block',
    rule: 'unique',
    at: '/blocks/0/elements/1/action_id',
    payload: message(actions(button({ action_id: 'a' }), button({ action_id: 'a' }))),
  },
  {
    says: 'a menu without options',
    rule: 'min_items',
    at: '/blocks/0/elements/0/options',
    payload: message(actions({ type: 'static_select', options: [] })),
  },
  {
    says: 'a menu with neither options nor groups',
    rule: 'required',
    at: '/blocks/0/elements/0',
    payload: message(actions({ type: 'static_select' })),
  },
  {
    says: 'a menu with both options and groups',
    rule: 'exclusive',
    at: '/blocks/0/elements/0',
    payload: message(actions({ ...pick, option_groups: [{ label: plain(1), options: options(1) }] })),
  },
  {
    says: 'a first choice that is not offered',
    rule: 'initial_option',
    at: '/blocks/0/elements/0',
    payload: message(actions({ ...pick, initial_option: { text: plain(1), value: 'else' } })),
  },
  {
    says: 'an option with an address outside an overflow',
    rule: 'unknown_field',
    at: '/blocks/0/elements/0/options/0/url',
    payload: message(actions({ type: 'static_select', options: [{ ...option(1), url: 'https://e.org' }] })),
  },
  {
    says: 'an option without a value',
    rule: 'required',
    at: '/blocks/0/elements/0/options/0/value',
    payload: message(actions({ type: 'static_select', options: [{ text: plain(1) }] })),
  },
  {
    says: 'an option value of 151 characters',
    rule: 'max_length',
    at: '/blocks/0/elements/0/options/0/value',
    payload: message(actions({ type: 'static_select', options: [option(1, 151)] })),
  },
  {
    says: 'a date that is none',
    rule: 'format',
    at: '/blocks/0/elements/0/initial_date',
    payload: message(actions({ type: 'datepicker', initial_date: '31.1.2026' })),
  },
  {
    says: 'a confirm without a title',
    rule: 'required',
    at: `${confirmPath}/title`,
    payload: confirmed({ title: undefined }),
  },
  {
    says: 'a number input that does not say if decimals count',
    rule: 'required',
    at: '/blocks/0/element/is_decimal_allowed',
    surface: 'modal',
    payload: modal([input({ type: 'number_input' })]),
  },
  {
    says: 'a number input with numbers instead of strings',
    rule: 'format',
    at: '/blocks/0/element/min_value',
    surface: 'modal',
    payload: modal([input({ type: 'number_input', is_decimal_allowed: false, min_value: 1 })]),
  },
  {
    says: 'a text input whose least length is over its greatest',
    rule: 'range',
    at: '/blocks/0/element',
    surface: 'modal',
    payload: modal([input({ type: 'plain_text_input', min_length: 9, max_length: 8 })]),
  },
  {
    says: 'an input without a label',
    rule: 'required',
    at: '/blocks/0/label',
    surface: 'modal',
    payload: modal([{ type: 'input', element: { type: 'email_text_input' } }]),
  },
  {
    says: 'a modal without a title',
    rule: 'required',
    at: '/title',
    surface: 'modal',
    payload: { type: 'modal', blocks: [] },
  },
  {
    says: 'a modal with inputs and no submit',
    rule: 'required',
    at: '/submit',
    surface: 'modal',
    payload: { ...modal([input({ type: 'url_text_input' })]), submit: undefined },
  },
  {
    says: 'a modal with a mrkdwn title',
    rule: 'enum',
    at: '/title/type',
    surface: 'modal',
    payload: modal([], { title: mrkdwn(1) }),
  },
  {
    says: 'a home with a title',
    rule: 'unknown_field',
    at: '/title',
    surface: 'home',
    payload: { type: 'home', blocks: [], title: plain(1) },
  },
  {
    says: 'a markdown block in a modal',
    rule: 'surface',
    at: '/blocks/0',
    surface: 'modal',
    payload: modal([{ type: 'markdown', text: 'a' }]),
  },
  {
    says: 'a table in a home',
    rule: 'surface',
    at: '/blocks/0',
    surface: 'home',
    payload: { type: 'home', blocks: [{ type: 'table', rows: [cells(1)] }] },
  },
  {
    says: 'a table without rows',
    rule: 'min_items',
    at: '/blocks/0/rows',
    payload: message({ type: 'table', rows: [] }),
  },
  {
    says: 'a table cell that is mrkdwn',
    rule: 'unsupported_type',
    at: '/blocks/0/rows/0/0/type',
    payload: message({ type: 'table', rows: [[mrkdwn(1)]] }),
  },
  {
    says: 'an empty table cell',
    rule: 'min_length',
    at: '/blocks/0/rows/0/0/text',
    payload: message({ type: 'table', rows: [[{ type: 'raw_text', text: '' }]] }),
  },
  {
    says: 'a data table of uneven rows',
    rule: 'width',
    at: '/blocks/0',
    payload: message({ type: 'data_table', caption: 'c', rows: [cells(2), cells(1)] }),
  },
  {
    says: 'a data table with a rich header',
    rule: 'header',
    at: '/blocks/0',
    payload: message({ type: 'data_table', caption: 'c', rows: [[textRich('h')], cells(1)] }),
  },
  {
    says: 'an empty rich text run',
    rule: 'min_length',
    at: '/blocks/0/elements/0/elements/0/text',
    payload: message(textRich('')),
  },
  {
    says: 'a quote inside a preformatted text',
    rule: 'unsupported_type',
    at: '/blocks/0/elements/0/elements/0/type',
    payload: message({
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] }],
    }),
  },
  { says: 'a payload that is no object', rule: 'type', at: '', payload: [section()] },
];

describe('a payload is refused', () => {
  test.each(FAULTS)('for $says', ({ rule, at, surface = 'message', payload }) => {
    const found = validateBlocks(surface, payload).map((violation) => [violation.path, violation.rule]);
    expect(found).toContainEqual([at, rule]);
  });
});

describe('a payload is taken, but the finding is recorded', () => {
  test('when blocks come without a text for notifications', () => {
    expect(validateBlocks('message', { blocks: [section()] })).toMatchObject([
      { path: '/text', rule: 'fallback', refused: false },
    ]);
  });

  test('when an option value is longer than the published types allow', () => {
    const found = validateBlocks(
      'message',
      message(actions({ type: 'static_select', options: [option(1, 76)] })),
    );
    expect(found).toMatchObject([{ rule: 'max_length', refused: false }]);
  });
});

describe('a payload passes', () => {
  test('with every element that Slack lists for a section', () => {
    const accessories = [
      button({ value: 'v', style: 'danger' }),
      image(),
      { type: 'overflow', options: options(2) },
      { type: 'datepicker', initial_date: '2026-01-31' },
      { type: 'timepicker', initial_time: '09:30' },
      { type: 'users_select' },
      { type: 'multi_users_select', max_selected_items: 2 },
      { type: 'conversations_select', filter: { include: ['public'] } },
      { type: 'external_select', min_query_length: 0 },
      { type: 'multi_external_select', initial_options: options(1) },
      { type: 'multi_static_select', options: options(2), initial_options: options(1) },
      { type: 'radio_buttons', options: [{ text: mrkdwn(3), value: 'a' }] },
    ];
    expect(
      validateBlocks('message', message(...accessories.map((accessory) => section({ accessory })))),
    ).toEqual([]);
  });

  test('with every input that Slack lists for a modal', () => {
    const elements = [
      { type: 'plain_text_input', multiline: true, min_length: 0, max_length: 3000, placeholder: plain(3) },
      { type: 'email_text_input', initial_value: 'a@b.co' },
      { type: 'url_text_input' },
      {
        type: 'number_input',
        is_decimal_allowed: true,
        min_value: '0',
        max_value: '9.5',
        initial_value: '-1.25',
      },
      { type: 'rich_text_input', initial_value: textRich('a') },
      { type: 'file_input', max_files: 1 },
      { type: 'datetimepicker', initial_date_time: 1_628_633_820 },
      { type: 'checkboxes', options: options(2) },
    ];
    expect(validateBlocks('modal', modal(elements.map((element) => input(element))))).toEqual([]);
  });

  test('counts a flag emoji as its UTF-16 units', () => {
    const flag = '\u{1F1EC}\u{1F1E7}';
    const header = (text: string): Json => message({ type: 'header', text: { type: 'plain_text', text } });
    expect(validateBlocks('message', header(flag.repeat(37)))).toEqual([]);
    expect(validateBlocks('message', header(flag.repeat(38)))).toMatchObject([{ rule: 'max_length' }]);
  });
});

describe('the answer to a type-ahead', () => {
  test('holds 100 options and no more', () => {
    expect(validateOptions({ options: options(100) })).toEqual([]);
    expect(validateOptions({ options: options(101) })).toMatchObject([
      { path: '/options', rule: 'max_items' },
    ]);
  });

  test('may be empty or in groups, but must be one of the two', () => {
    expect(validateOptions({ options: [] })).toEqual([]);
    expect(validateOptions({ option_groups: [{ label: plain(1), options: options(1) }] })).toEqual([]);
    expect(validateOptions({})).toMatchObject([{ rule: 'required' }]);
  });
});
