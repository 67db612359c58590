import { append, fill, h } from './dom.js';

/**
 * A dialog with a form; Esc and Cancel give null. `submit` gets the form's data; what it throws is shown and the
 * dialog stays open. Resolves with what `submit` gave, or true without one.
 */
export function openSheet({ title, text, fields = [], action, cancel = 'Cancel', style = 'go', submit }) {
  return new Promise((resolve) => {
    let result = null;
    const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    const confirm = h('button', { class: `button ${style}`, type: 'submit' }, action);
    const form = h('form', { method: 'dialog' });
    const heading = h('h2', { id: 'sheet-title' }, title);
    const dialog = h('dialog', { class: 'sheet', 'aria-labelledby': 'sheet-title' }, form);
    append(form, [
      heading,
      text ? h('p', {}, text) : null,
      fields,
      problem,
      h(
        'div',
        { class: 'row' },
        h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, cancel),
        confirm,
      ),
    ]);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      confirm.disabled = true;
      try {
        result = submit ? await submit(new FormData(form)) : true;
        dialog.close();
      } catch (error) {
        fill(problem, error.message);
        problem.hidden = false;
        confirm.disabled = false;
      }
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
