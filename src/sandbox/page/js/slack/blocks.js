import { h } from '../dom.js';
import { openSheet } from '../sheet.js';
import { inputFor, isInput } from './inputs.js';
import { mrkdwn, plain } from './mrkdwn.js';
import { richText } from './rich-text.js';

const words = (object) => (object?.type === 'mrkdwn' ? mrkdwn(object.text) : plain(object?.text ?? ''));

/** Asks what a button's `confirm` asks; true when there is nothing to ask. */
function confirmed({ confirm }) {
  if (!confirm) return true;
  return openSheet({
    title: confirm.title.text,
    text: confirm.text.text,
    action: confirm.confirm.text,
    cancel: confirm.deny.text,
    style: confirm.style === 'danger' ? 'danger' : 'primary',
  });
}

function button(element, press) {
  const act = async (event) => {
    const pressed = event.currentTarget;
    if (element.url) window.open(element.url, '_blank', 'noopener');
    if (!(await confirmed(element))) return;
    pressed.disabled = true;
    pressed.dataset.busy = 'true';
    await press(element);
    pressed.disabled = false;
    delete pressed.dataset.busy;
  };
  return h(
    'button',
    {
      class: `button bk-button ${element.style ?? ''}`,
      type: 'button',
      'aria-label': element.accessibility_label,
      on: { click: act },
    },
    plain(element.text.text),
  );
}

function element(item, press, menus) {
  if (item.type === 'button') return button(item, press);
  if (isInput(item) && menus) {
    const label = item.placeholder?.text ?? 'Choose';
    const value = { selected_option: item.initial_option ?? null };
    return inputFor(item, { label, value, find: menus.find, chosen: (option) => menus.select(item, option) })
      .element;
  }
  if (item.type === 'image') return h('span', { class: 'bk-image' }, item.alt_text);
  return h('span', { class: 'bk-unknown' }, `${item.type}: not shown here`);
}

const SHOWN = {
  rich_text: richText,
  divider: () => h('hr', { class: 'bk-divider' }),
  header: (block) => h('h3', { class: 'bk-header' }, words(block.text)),
  context: (block) =>
    h(
      'div',
      { class: 'bk-context' },
      block.elements.map((item) => (item.type === 'image' ? element(item) : h('span', {}, words(item)))),
    ),
  actions: (block, press, menus) =>
    h(
      'div',
      { class: 'bk-actions' },
      block.elements.map((item) => element(item, press, menus)),
    ),
  image: (block) => h('span', { class: 'bk-image' }, block.alt_text),
  markdown: (block) => h('div', {}, plain(block.text)),
  section: (block, press, menus) =>
    h(
      'div',
      { class: 'bk-section' },
      h(
        'div',
        { class: 'bk-section-text' },
        block.text ? h('div', {}, words(block.text)) : null,
        block.fields
          ? h(
              'div',
              { class: 'bk-fields' },
              block.fields.map((field) => h('div', {}, words(field))),
            )
          : null,
      ),
      block.accessory ? h('div', { class: 'bk-accessory' }, element(block.accessory, press, menus)) : null,
    ),
};

/**
 * Blocks as Slack shows them. `press(element)` runs a button once it is confirmed; `menus` has `find(actionId, text)`
 * and `select(element, option)` for menus outside forms.
 */
export function blocksOf(blocks, press, menus) {
  return blocks.map((block) => {
    const show = SHOWN[block.type];
    return show
      ? show(block, press, menus)
      : h('span', { class: 'bk-unknown' }, `${block.type}: not shown here`);
  });
}
