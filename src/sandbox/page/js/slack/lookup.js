import { fill, h } from '../dom.js';
import { plain } from './mrkdwn.js';

const PAUSE_MS = 120;
let made = 0;
let pressed = false;
addEventListener('pointerdown', () => (pressed = true), { capture: true });
for (const kind of ['pointerup', 'pointercancel']) {
  addEventListener(kind, () => (pressed = false), { capture: true });
}

/** After the click, when the pointer is down: a list that closes under it moves what is pressed away. */
function whenReleased(act) {
  if (!pressed) return act();
  const soon = () => setTimeout(act);
  addEventListener('pointerup', soon, { once: true });
}

const words = (option) => option.text.text;

/** Options in the order they are shown, with the heading that stands before each of a group. */
function rowsOf(options) {
  return options.map((option) => ({ option }));
}

/**
 * A menu whose choices are looked up as one types. `find(text)` gives options; `chosen` is told of each choice.
 * `many` keeps several, shown as chips. `read()` gives what is chosen.
 */
export class Lookup {
  #find;
  #chosen;
  #many;
  #most;
  #values;
  #box;
  #list;
  #chips = h('span', { class: 'chips' });
  #rows = [];
  #active = -1;
  #asked = 0;
  #timer = null;

  constructor({
    find,
    chosen = () => {},
    many = false,
    most = 100,
    values = [],
    placeholder,
    label,
    id,
    focus,
  }) {
    made += 1;
    this.#find = find;
    this.#chosen = chosen;
    this.#many = many;
    this.#most = most;
    this.#values = [...values];
    this.#list = h('ul', {
      class: 'lookup-list',
      id: `lookup-${made}`,
      role: 'listbox',
      'aria-label': label,
      hidden: true,
    });
    this.#box = h('input', {
      id,
      type: 'text',
      role: 'combobox',
      autocomplete: 'off',
      spellcheck: false,
      placeholder,
      'aria-label': id ? undefined : label,
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': this.#list.id,
      autofocus: focus,
      on: {
        input: () => this.#soon(),
        focus: () => this.#look(),
        click: () => this.#look(),
        blur: () => this.#left(),
        keydown: (event) => this.#press(event),
      },
    });
    this.element = h(
      'div',
      { class: 'lookup' },
      h('div', { class: 'lookup-box' }, this.#chips, this.#box),
      this.#list,
    );
    this.#show();
  }

  read() {
    return this.#many ? this.#values : (this.#values[0] ?? null);
  }

  #show() {
    if (!this.#many) {
      this.#box.value = this.#values[0] ? words(this.#values[0]) : '';
      return;
    }
    fill(
      this.#chips,
      this.#values.map((option) => this.#chip(option)),
    );
  }

  #chip(option) {
    const remove = () => {
      this.#values = this.#values.filter((value) => value !== option);
      this.#show();
      this.#box.focus();
    };
    return h(
      'span',
      { class: 'chip' },
      words(option),
      h('button', { type: 'button', 'aria-label': `Remove ${words(option)}`, on: { click: remove } }, '×'),
    );
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), PAUSE_MS);
  }

  async #look() {
    this.#asked += 1;
    const asked = this.#asked;
    const shown = this.#values[0] ? words(this.#values[0]) : null;
    const text = !this.#many && this.#box.value === shown ? '' : this.#box.value.trim();
    const options = await this.#find(text);
    if (asked !== this.#asked || document.activeElement !== this.#box) return;
    this.#rows = rowsOf(options ?? []);
    this.#active = this.#rows.length > 0 && text !== '' ? 0 : -1;
    this.#draw(true);
  }

  #draw(open) {
    this.#list.hidden = !open;
    this.#box.setAttribute('aria-expanded', String(open));
    if (!open) return this.#box.removeAttribute('aria-activedescendant');
    fill(
      this.#list,
      this.#rows.length === 0
        ? h('li', { class: 'nothing', role: 'presentation' }, 'No match')
        : this.#rows.map((row, index) => this.#option(row, index)),
    );
    const active = this.#active < 0 ? null : this.#list.children[this.#active];
    if (active === null) return this.#box.removeAttribute('aria-activedescendant');
    active.scrollIntoView({ block: 'nearest' });
    this.#box.setAttribute('aria-activedescendant', active.id);
  }

  #option({ option }, index) {
    const take = (event) => {
      event.preventDefault();
      this.#take(option);
    };
    return h(
      'li',
      {
        id: `${this.#list.id}-${index}`,
        role: 'option',
        'aria-selected': String(index === this.#active),
        on: { mousedown: take },
      },
      plain(words(option)),
      option.description ? h('small', {}, plain(option.description.text)) : null,
    );
  }

  #take(option) {
    const again = this.#values.some((value) => value.value === option.value);
    if (!this.#many) this.#values = [option];
    else if (!again && this.#values.length < this.#most) this.#values = [...this.#values, option];
    if (this.#many) this.#box.value = '';
    this.#draw(false);
    this.#show();
    this.#chosen(option);
  }

  /** What was typed and not chosen does not count; an emptied box is an empty field. */
  #left() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    if (!this.#many && this.#box.value.trim() === '') this.#values = [];
    whenReleased(() => {
      if (document.activeElement !== this.#box) this.#draw(false);
    });
    if (!this.#many) this.#show();
    else this.#box.value = '';
  }

  #press(event) {
    const { key } = event;
    const open = !this.#list.hidden;
    if (key === 'Backspace' && this.#many && this.#box.value === '') {
      this.#values = this.#values.slice(0, -1);
      this.#show();
    } else if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return void this.#look();
      const { length } = this.#rows;
      if (length === 0) return;
      const step = key === 'ArrowDown' ? 1 : -1;
      this.#active = this.#active < 0 && step < 0 ? length - 1 : (this.#active + step + length) % length;
      this.#draw(true);
    } else if (key === 'Enter') {
      event.preventDefault();
      const row = this.#rows[this.#active];
      if (open && row) this.#take(row.option);
    } else if (key === 'Escape' && open) {
      // The list closes, the dialog around it stays.
      event.preventDefault();
      event.stopPropagation();
      this.#draw(false);
    }
  }
}
