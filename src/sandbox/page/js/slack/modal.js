import { append, fill, h } from '../dom.js';
import { blocksOf } from './blocks.js';
import { inputFor } from './inputs.js';
import { plain } from './mrkdwn.js';

/** What Slack says while it waits for the app. */
const stateOf = (view, block) => Object.values(view.state.values[block.block_id] ?? {})[0];

function field(view, block, { id, focus, find }) {
  const label = block.label.text;
  const input = inputFor(block.element, { id, value: stateOf(view, block), focus, find, label });
  const error = view.errors[block.block_id];
  const about = `${id}-about`;
  const box = input.element.matches('input, textarea') ? input.element : input.element.querySelector('input');
  if (error || block.hint) box?.setAttribute('aria-describedby', about);
  if (error) box?.setAttribute('aria-invalid', 'true');
  const row = h(
    'div',
    { class: `bk-input${error ? ' wrong' : ''}`, data: { block: block.block_id } },
    h(
      'label',
      { htmlFor: id },
      plain(label),
      block.optional ? h('span', { class: 'optional' }, ' (optional)') : null,
    ),
    input.element,
    error
      ? h('p', { class: 'bk-error', id: about, role: 'alert' }, error)
      : block.hint
        ? h('p', { class: 'bk-hint', id: about }, plain(block.hint.text))
        : null,
  );
  return { row, read: () => input.read(), box };
}

/**
 * The modals of one person, the top one shown. `deeds` are `press(view, element)`, `select(view, element, option)`,
 * `submit(view, values)`, `close(view)` and `find(view, actionId, text)`.
 */
export class Modals {
  #deeds;
  #dialog = null;
  #shown = null;
  #signed = '';

  constructor(deeds) {
    this.#deeds = deeds;
  }

  /** Shows the top one of a stack. What is typed stays while the view is the same. */
  show(stack) {
    const view = stack.at(-1) ?? null;
    const sign = view === null ? '' : JSON.stringify([view.id, view.hash, view.errors, view.failure]);
    if (sign === this.#signed) return;
    this.#signed = sign;
    this.#shown = view;
    if (view === null) return this.#gone();
    if (this.#dialog === null) this.#open();
    this.#draw(view, stack.length);
  }

  #gone() {
    this.#dialog?.remove();
    this.#dialog = null;
    document.querySelector('#slack-input')?.focus();
  }

  #open() {
    this.#dialog = h('dialog', { class: 'bk-modal', 'aria-labelledby': 'modal-title' });
    this.#dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#close();
    });
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  #close() {
    const view = this.#shown;
    if (view) this.#deeds.close(view);
  }

  #draw(view, depth) {
    const fields = new Map();
    const make = {
      press: (element) => this.#deeds.press(view, element),
      select: (element, option) => this.#deeds.select(view, element, option),
      find: (actionId, text) => this.#deeds.find(view, actionId, text),
    };
    const firstWrong = view.blocks.find((block) => view.errors[block.block_id])?.block_id;
    const nodes = view.blocks.map((block, index) => {
      if (block.type !== 'input') return blocksOf([block], make.press, make);
      const focus = firstWrong ? block.block_id === firstWrong : block.element.focus_on_load === true;
      const made = field(view, block, { id: `modal-${index}`, focus, find: make.find });
      fields.set(block.block_id, made);
      return made.row;
    });
    const submit = view.submit
      ? h('button', { class: 'button primary', type: 'submit' }, plain(view.submit.text))
      : null;
    const form = h('form', { class: 'bk-form', novalidate: true });
    append(form, [
      h(
        'header',
        {},
        h('img', { src: '/sandbox/assets/icon.svg', alt: '', width: 26, height: 26 }),
        h('h2', { id: 'modal-title' }, plain(view.title?.text ?? '')),
        h(
          'button',
          { class: 'modal-x', type: 'button', 'aria-label': 'Close', on: { click: () => this.#close() } },
          '×',
        ),
      ),
      h(
        'div',
        { class: 'bk-modal-body' },
        view.failure ? h('p', { class: 'bk-error', role: 'alert' }, view.failure) : null,
        nodes,
      ),
      h(
        'footer',
        {},
        h('span', { class: 'from' }, depth > 1 ? 'Esc goes back' : ''),
        h(
          'button',
          { class: 'button', type: 'button', on: { click: () => this.#close() } },
          plain(view.close?.text ?? 'Close'),
        ),
        submit,
      ),
    ]);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send(view, fields, submit);
    });
    fill(this.#dialog, form);
    this.#focus(fields, view, firstWrong);
  }

  #focus(fields, view, firstWrong) {
    const focused = view.blocks.find((block) => block.element?.focus_on_load === true)?.block_id;
    const wanted = fields.get(firstWrong ?? focused)?.box;
    const first = wanted ?? this.#dialog.querySelector('.bk-modal-body button, footer .button');
    first?.focus();
  }

  async #send(view, fields, submit) {
    submit.disabled = true;
    submit.dataset.busy = 'true';
    const values = Object.fromEntries([...fields].map(([block, { read }]) => [block, read()]));
    await this.#deeds.submit(view, values);
    submit.disabled = false;
    delete submit.dataset.busy;
  }
}
