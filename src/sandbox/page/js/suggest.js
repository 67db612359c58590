import { fill, h } from './dom.js';

let made = 0;

/**
 * Suggestions under a text box, after the combobox pattern. `find(before, after)` gives `{ from, items }` for the text
 * before the cursor, or null; an item has `label`, `insert`, and perhaps `detail` and `end`. With `eager` the first is
 * chosen at once, so that Enter takes it; else Enter is left to the box until an arrow key has chosen one.
 */
export function suggest(box, { find, eager = false, place = '' }) {
  made += 1;
  const list = h('ul', {
    class: `suggestions ${place}`,
    id: `suggestions-${made}`,
    role: 'listbox',
    hidden: true,
  });
  list.setAttribute('aria-label', 'Suggestions');
  box.after(list);
  for (const [name, value] of [
    ['role', 'combobox'],
    ['aria-autocomplete', 'list'],
    ['aria-expanded', 'false'],
    ['aria-controls', list.id],
  ]) {
    box.setAttribute(name, value);
  }
  let found = null;
  let chosen = -1;

  const show = () => {
    list.hidden = found === null;
    box.setAttribute('aria-expanded', String(found !== null));
    if (found === null) return void box.removeAttribute('aria-activedescendant');
    fill(list, found.items.map(option));
    const active = list.children[chosen];
    if (active === undefined) return void box.removeAttribute('aria-activedescendant');
    active.scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', active.id);
  };
  const option = (item, index) =>
    h(
      'li',
      {
        id: `${list.id}-${index}`,
        role: 'option',
        'aria-selected': String(index === chosen),
        on: {
          mousedown: (event) => {
            event.preventDefault();
            take(index);
          },
        },
      },
      h('code', {}, item.label),
      item.detail ? h('small', {}, item.detail) : null,
      item.end ? h('small', { class: 'end' }, item.end) : null,
    );
  const close = () => {
    found = null;
    show();
  };
  const take = (index) => {
    const item = found?.items[index];
    if (item === undefined) return;
    box.setRangeText(item.insert, found.from, box.selectionStart, 'end');
    box.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const look = () => {
    const at = box.selectionStart;
    const next = at === box.selectionEnd ? find(box.value.slice(0, at), box.value.slice(at)) : null;
    found = next && next.items.length > 0 ? next : null;
    chosen = eager ? 0 : -1;
    show();
  };
  const keys = {
    ArrowDown: () => {
      chosen = (chosen + 1) % found.items.length;
      show();
    },
    ArrowUp: () => {
      chosen = (chosen <= 0 ? found.items.length : chosen) - 1;
      show();
    },
    Tab: () => take(Math.max(chosen, 0)),
    Enter: () => take(chosen),
    Escape: close,
  };
  box.addEventListener('input', look);
  box.addEventListener('click', look);
  box.addEventListener('blur', close);
  // Before the box's own listeners: a key that is used here must not also send.
  box.addEventListener(
    'keydown',
    (event) => {
      const key = keys[event.key];
      if (found === null || key === undefined || event.isComposing || event.shiftKey) return;
      if (event.key === 'Enter' && chosen < 0) return close();
      event.preventDefault();
      event.stopImmediatePropagation();
      key();
    },
    { capture: true },
  );
  return { close };
}
