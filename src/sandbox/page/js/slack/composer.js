import { append, fill, h } from '../dom.js';
import { plus as plusIcon, send as sendIcon } from '../icons.js';
import { Suggestions } from '../suggest.js';
import { EXAMPLES, findCommands, SHORTCUTS } from './commands.js';
import { menuButton } from './menu.js';
import { mrkdwn } from './mrkdwn.js';

const KEPT = 50;
const MAX_HEIGHT = 160;

/**
 * The box at the bottom of the channel. `say(text, threadTs)` sends and resolves when it has gone out; `run(id)` is for
 * shortcuts.
 */
export class Composer {
  #root;
  #say;
  #box;
  #button;
  #suggestions;
  #said = [];
  #thread = h('p', { class: 'replying', hidden: true });
  /** The message that is answered, in a thread of its own; null for none. */
  #answers = null;
  /** How many sends back the shown text is; 0 for none of them. */
  #back = 0;

  constructor(root, { say, run }) {
    this.#root = root;
    this.#say = say;
    this.#box = h('textarea', {
      id: 'slack-input',
      rows: 1,
      spellcheck: false,
      autocomplete: 'off',
      'aria-label': 'Message or /crm command',
    });
    this.#button = h(
      'button',
      { class: 'send', type: 'submit', 'aria-label': 'Send', title: 'Send (Enter)', disabled: true },
      sendIcon(),
    );
    const shortcuts = menuButton({
      label: 'Shortcuts',
      face: plusIcon(),
      items: SHORTCUTS.map(({ id, label }) => ({ label, run: () => run(id) })),
    });
    const form = h(
      'form',
      { class: 'composer' },
      shortcuts,
      h('div', { class: 'box' }, this.#box),
      this.#button,
    );
    append(root, [this.#examples(), this.#thread, form, h('p', { class: 'keys' }, keyHints())]);
    this.#suggestions = new Suggestions(this.#box, { find: findCommands });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#box.addEventListener('input', () => this.#changed());
    this.#box.addEventListener('keydown', (event) => this.#press(event));
  }

  /** Puts a text there, ready to be sent. */
  type(text) {
    this.#box.value = text;
    this.#box.focus();
    this.#box.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  /** Says what is written to. */
  label(text) {
    this.#box.placeholder = text;
  }

  /** What is sent from now on answers this message (`{ ts, text }`) in its thread; null ends that. */
  answer(message) {
    this.#answers = message?.ts ?? null;
    this.#thread.hidden = message === null;
    if (message === null) return;
    const leave = () => {
      this.answer(null);
      this.#box.focus();
    };
    const end = h(
      'button',
      { type: 'button', class: 'link-button', on: { click: leave } },
      'Leave the thread',
    );
    fill(this.#thread, h('span', {}, 'In the thread of'), h('q', {}, mrkdwn(message.text)), end);
    this.#box.focus();
  }

  #examples() {
    const buttons = EXAMPLES.map((text) =>
      h('button', { type: 'button', class: 'example', on: { click: () => this.type(text) } }, text),
    );
    return h('div', { class: 'examples', role: 'group', 'aria-label': 'Examples' }, buttons);
  }

  #changed() {
    this.#button.disabled = this.#box.value.trim() === '';
    this.#box.style.height = 'auto';
    this.#box.style.height = `${Math.min(this.#box.scrollHeight, MAX_HEIGHT)}px`;
  }

  async #submit() {
    const text = this.#box.value;
    if (text.trim() === '') return;
    this.#said = [...this.#said, text].slice(-KEPT);
    this.#back = 0;
    this.type('');
    this.#suggestions.close();
    this.#root.dataset.busy = 'true';
    await this.#say(text, this.#answers);
    delete this.#root.dataset.busy;
  }

  #recall(step) {
    this.#back = Math.min(Math.max(this.#back + step, 0), this.#said.length);
    this.type(this.#back === 0 ? '' : (this.#said.at(-this.#back) ?? ''));
  }

  #press(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'Escape') this.#box.blur();
    else if (event.key === 'ArrowUp' && (this.#box.value === '' || this.#back > 0)) {
      event.preventDefault();
      this.#recall(1);
    } else if (event.key === 'ArrowDown' && this.#back > 0) {
      event.preventDefault();
      this.#recall(-1);
    }
  }
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
