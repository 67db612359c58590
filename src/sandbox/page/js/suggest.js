import { fill, h } from './dom.js';

let made = 0;

/**
 * Suggestions for a text box. `find(before)` gives `{ from, items }` for the text before the cursor, or null; an item
 * has `label`, `insert`, and perhaps `detail` and `end`. With `eager` the first is chosen at once, so that Enter takes
 * it; else Enter is left to the box until an arrow key has chosen one. Tab always takes, Esc closes.
 */
export class Suggestions {
  #box;
  #find;
  #eager;
  #list;
  #found = null;
  #chosen = -1;

  constructor(box, { find, eager = false }) {
    made += 1;
    this.#box = box;
    this.#find = find;
    this.#eager = eager;
    const id = `suggestions-${made}`;
    this.#list = h('ul', {
      class: 'suggestions',
      id,
      role: 'listbox',
      'aria-label': 'Suggestions',
      hidden: true,
    });
    box.after(this.#list);
    box.setAttribute('aria-autocomplete', 'list');
    box.setAttribute('aria-haspopup', 'listbox');
    box.setAttribute('aria-controls', id);
    box.addEventListener('input', () => this.#look());
    box.addEventListener('click', () => this.#look());
    box.addEventListener('blur', () => this.close());
    // Before the box's own listeners: a key that is used here must not also send.
    box.addEventListener('keydown', (event) => this.#press(event), { capture: true });
  }

  close() {
    this.#found = null;
    this.#show();
  }

  #look() {
    const at = this.#box.selectionStart;
    const found = at === this.#box.selectionEnd ? this.#find(this.#box.value.slice(0, at)) : null;
    this.#found = found?.items.length > 0 ? found : null;
    this.#chosen = this.#eager ? 0 : -1;
    this.#show();
  }

  #show() {
    this.#list.hidden = this.#found === null;
    fill(
      this.#list,
      (this.#found?.items ?? []).map((item, index) => this.#option(item, index)),
    );
    const active = this.#list.children[this.#chosen];
    if (active === undefined) return this.#box.removeAttribute('aria-activedescendant');
    active.scrollIntoView({ block: 'nearest' });
    this.#box.setAttribute('aria-activedescendant', active.id);
  }

  #option({ label, detail, end }, index) {
    const take = (event) => {
      event.preventDefault();
      this.#take(index);
    };
    return h(
      'li',
      {
        id: `${this.#list.id}-${index}`,
        role: 'option',
        'aria-selected': String(index === this.#chosen),
        on: { mousedown: take },
      },
      h('code', {}, label),
      detail ? h('small', {}, detail) : null,
      end ? h('small', { class: 'end' }, end) : null,
    );
  }

  #take(index) {
    const item = this.#found?.items[index];
    if (item === undefined) return;
    this.#box.setRangeText(item.insert, this.#found.from, this.#box.selectionStart, 'end');
    this.#box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  #move(step) {
    const { length } = this.#found.items;
    this.#chosen = this.#chosen < 0 && step < 0 ? length - 1 : (this.#chosen + step + length) % length;
    this.#show();
  }

  #press(event) {
    if (this.#found === null || event.isComposing || event.shiftKey) return;
    const act = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      Tab: () => this.#take(Math.max(this.#chosen, 0)),
      Enter: () => this.#take(this.#chosen),
      Escape: () => this.close(),
    }[event.key];
    if (act === undefined) return;
    if (event.key === 'Enter' && this.#chosen < 0) return this.close();
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }
}
