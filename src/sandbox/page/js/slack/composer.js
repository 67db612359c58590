import { append, h } from '../dom.js';
import { send as sendIcon } from '../icons.js';
import { store } from '../store.js';
import { suggest } from '../suggest.js';
import { EXAMPLES, findCommands } from './commands.js';

const KEPT = 50;

function grow(box) {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
}

/** The box at the bottom of the channel. `say(text)` sends; gives the function that types something into it. */
export function mountComposer(root, say) {
  const said = [];
  let back = 0;
  const box = h('textarea', {
    id: 'slack-input',
    rows: 1,
    spellcheck: false,
    autocomplete: 'off',
    'aria-label': 'Message or /crm command',
  });
  const button = h(
    'button',
    { class: 'send', type: 'submit', 'aria-label': 'Send', title: 'Send (Enter)', disabled: true },
    sendIcon(),
  );
  const type = (text) => {
    box.value = text;
    box.focus();
    box.setSelectionRange(text.length, text.length);
    grow(box);
    button.disabled = text.trim() === '';
  };
  const submit = async () => {
    const text = box.value;
    if (text.trim() === '') return;
    said.push(text);
    if (said.length > KEPT) said.shift();
    back = 0;
    type('');
    suggestions.close();
    root.dataset.busy = 'true';
    await say(text);
    delete root.dataset.busy;
  };
  const recall = (step) => {
    back = Math.min(Math.max(back + step, 0), said.length);
    type(back === 0 ? '' : (said[said.length - back] ?? ''));
  };
  const form = h('form', { class: 'composer' }, h('div', { class: 'box' }, box), button);
  const examples = h(
    'div',
    { class: 'examples', role: 'group', 'aria-label': 'Examples' },
    EXAMPLES.map((text) =>
      h('button', { type: 'button', class: 'example', on: { click: () => type(text) } }, text),
    ),
  );
  append(root, [examples, form, h('p', { class: 'keys' }, keyHints())]);
  const suggestions = suggest(box, { find: findCommands });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener('input', () => {
    grow(box);
    button.disabled = box.value.trim() === '';
  });
  box.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape') box.blur();
    else if (event.key === 'ArrowUp' && (box.value === '' || back > 0)) {
      event.preventDefault();
      recall(1);
    } else if (event.key === 'ArrowDown' && back > 0) {
      event.preventDefault();
      recall(-1);
    }
  });
  const label = () => {
    const channel = store.world.slack.channels.find((entry) => entry.id === store.channel);
    box.placeholder = `Message #${channel?.name ?? ''}, or /crm …`;
  };
  return { type, label };
}

function keyHints() {
  return [
    h('kbd', {}, 'Enter'),
    ' sends · ',
    h('kbd', {}, '↑'),
    ' brings back · ',
    h('kbd', {}, 'Tab'),
    ' completes',
  ];
}
