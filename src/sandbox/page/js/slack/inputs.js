import { h } from '../dom.js';
import { Lookup } from './lookup.js';
import { plain } from './mrkdwn.js';

const text = (element, { id, value, focus }) => {
  const props = {
    id,
    placeholder: element.placeholder?.text,
    value: value?.value ?? '',
    autofocus: focus,
    spellcheck: false,
    autocomplete: 'off',
  };
  const box = element.multiline
    ? h('textarea', { ...props, rows: 3 })
    : h('input', { ...props, type: element.type === 'email_text_input' ? 'email' : 'text' });
  return { element: box, read: () => box.value };
};

function boxes(element, { id, value }, kind) {
  const chosen = [value?.selected_options ?? value?.selected_option ?? []]
    .flat()
    .map((option) => option.value);
  const inputs = element.options.map((option, index) =>
    h('input', {
      type: kind,
      name: id,
      id: index === 0 ? id : undefined,
      value: option.value,
      checked: chosen.includes(option.value),
    }),
  );
  const read = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const rows = element.options.map((option, index) =>
    h(
      'label',
      { class: 'bk-choice' },
      inputs[index],
      h(
        'span',
        {},
        plain(option.text.text),
        option.description ? h('small', {}, option.description.text) : null,
      ),
    ),
  );
  return {
    element: h('div', { class: 'bk-choices', role: kind === 'radio' ? 'radiogroup' : 'group' }, rows),
    read: kind === 'radio' ? () => read()[0] ?? null : read,
  };
}

/** Options of the element itself, or those that the app gives for what is typed. */
const finder = (element, find) =>
  element.options
    ? async (typed) =>
        element.options.filter((option) => option.text.text.toLowerCase().includes(typed.toLowerCase()))
    : (typed) => find(element.action_id, typed);

function menu(element, { id, value, focus, find, label, chosen }) {
  const many = element.type.startsWith('multi_');
  const values = [value?.selected_options ?? value?.selected_option ?? []].flat();
  return new Lookup({
    id,
    label,
    many,
    values,
    most: element.max_selected_items ?? 100,
    placeholder: element.placeholder?.text,
    focus,
    chosen,
    find: finder(element, find),
  });
}

const KINDS = {
  plain_text_input: text,
  email_text_input: text,
  url_text_input: text,
  number_input: text,
  radio_buttons: (element, given) => boxes(element, given, 'radio'),
  checkboxes: (element, given) => boxes(element, given, 'checkbox'),
  static_select: menu,
  external_select: menu,
  multi_static_select: menu,
  multi_external_select: menu,
};

/** Whether an element is one that takes a value. */
export const isInput = (element) => element.type in KINDS;

/**
 * Something to type into or choose from: `{ element, read }`. `given` has the id for its label, the state it starts
 * with, and `find(actionId, text)` for menus whose options the app loads.
 */
export const inputFor = (element, given) => KINDS[element.type](element, given);
