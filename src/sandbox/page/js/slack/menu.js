import { h } from '../dom.js';

/** A button that opens a small menu; arrow keys move in it, Esc closes it. `items` have `label` and `run`. */
export function menuButton({ label, face, items }) {
  const entries = items.map((item) =>
    h(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        tabIndex: -1,
        on: {
          click: () => {
            close();
            item.run();
          },
        },
      },
      item.label,
    ),
  );
  const list = h('div', { class: 'menu', role: 'menu', 'aria-label': label, hidden: true }, entries);
  const button = h(
    'button',
    {
      type: 'button',
      class: 'menu-button',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-label': label,
      title: label,
      on: { click: () => (list.hidden ? open() : close()) },
    },
    face,
  );
  const root = h('div', { class: 'menu-root' }, button, list);
  function open() {
    list.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    entries[0]?.focus();
  }
  function close() {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    button.focus();
  }
  root.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' && !list.hidden) {
      event.stopPropagation();
      close();
    } else if (step !== undefined && !list.hidden) {
      event.preventDefault();
      const at = entries.indexOf(document.activeElement);
      entries[(at + step + entries.length) % entries.length].focus();
    }
  });
  root.addEventListener('focusout', (event) => {
    if (root.contains(event.relatedTarget)) return;
    list.hidden = true;
    button.setAttribute('aria-expanded', 'false');
  });
  return root;
}
