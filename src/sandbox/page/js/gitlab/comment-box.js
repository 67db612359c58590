import { get, issuePath } from '../api.js';
import { h } from '../dom.js';
import { store } from '../store.js';
import { Suggestions } from '../suggest.js';

const SHOWN = 8;
const COMMANDS = [
  { label: 'add_contacts', detail: 'Link contacts to this issue', insert: 'add_contacts [contact:' },
  { label: 'remove_contacts', detail: 'Remove contacts', insert: 'remove_contacts [contact:' },
  { label: 'set_contacts', detail: 'Replace the contacts', insert: 'set_contacts [contact:' },
  { label: 'contacts', detail: 'List the contacts', insert: 'contacts' },
  { label: 'help', detail: 'What Tieline understands here', insert: 'help' },
];

/** The demo's contacts, and those that were seen on issues since. */
let known = [];

/** Asks which contacts may be suggested on this issue. */
export async function learnContacts() {
  try {
    known = await get(issuePath(store.issue, 'suggestions'), { user: store.username });
  } catch {
    known = [];
  }
}

/** Adds contacts that Tieline has told of. */
export function meetContacts(contacts) {
  for (const { name, email } of contacts) {
    if (email && !known.some((entry) => entry.email === email)) known = [...known, { name, email }];
  }
}

function contactItems(typed) {
  const words = typed.toLowerCase();
  return known
    .filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(words))
    .slice(0, SHOWN)
    .map(({ name, email, organization }) => ({
      label: email,
      detail: name,
      end: organization ?? '',
      insert: `[contact:${email}] `,
    }));
}

/** What to suggest: contacts after `[contact:`, commands after the bot's name, people after an `@`. */
export function findInComment(before) {
  const contact = /\[contact:([^\]\n]*)$/.exec(before);
  if (contact) return { from: contact.index, items: contactItems(contact[1]) };
  const { botUsername, users } = store.world.gitlab;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const command = new RegExp(`^@${botUsername} +([a-z_]*)$`, 'i').exec(line);
  if (command) {
    const typed = command[1].toLowerCase();
    const items = COMMANDS.filter(({ label }) => label.startsWith(typed) && label !== typed);
    return { from: before.length - typed.length, items };
  }
  const name = /(?:^|\s)@([a-z]*)$/i.exec(before);
  if (!name) return null;
  const typed = name[1].toLowerCase();
  const people = users.filter((user) => user.username.startsWith(typed) && user.role !== 'admin');
  return {
    from: before.length - typed.length - 1,
    items: people.map((user) => ({
      label: `@${user.username}`,
      detail: user.name,
      insert: `@${user.username} `,
    })),
  };
}

/** The box for a new comment. `say({ body, internal })` sends and tells whether it went through. */
export class CommentBox {
  #say;
  #box = h('textarea', {
    id: 'comment-input',
    rows: 2,
    placeholder: '@tieline add_contacts [contact:',
    'aria-label': 'Comment',
    spellcheck: false,
  });
  #internal = h('input', { type: 'checkbox', id: 'internal' });
  #button = h('button', { class: 'button go', type: 'submit', disabled: true }, 'Comment');
  #suggestions;

  /** `extra` stands beside the button. */
  constructor(say, extra) {
    this.#say = say;
    const foot = [
      h('label', { class: 'check', for: 'internal' }, this.#internal, 'Internal note'),
      h('span', { class: 'comment-keys' }, h('kbd', {}, 'Enter'), ' sends'),
      extra,
      this.#button,
    ];
    this.form = h(
      'form',
      { class: 'comment-form' },
      h('div', { class: 'comment-wrap' }, this.#box),
      h('div', { class: 'comment-foot' }, foot),
    );
    this.#suggestions = new Suggestions(this.#box, { find: findInComment, eager: true });
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#box.addEventListener('input', () => this.#changed());
    this.#internal.addEventListener('change', () => this.#changed());
    this.#box.addEventListener('keydown', (event) => this.#press(event));
  }

  /** Puts a text there, ready to be sent. */
  type(text) {
    this.#box.value = text;
    this.#box.focus();
    this.#box.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  #changed() {
    const internal = this.#internal.checked;
    this.#button.disabled = this.#box.value.trim() === '';
    this.form.classList.toggle('internal', internal);
    this.#button.textContent = internal ? 'Add internal note' : 'Comment';
  }

  async #submit() {
    if (this.#box.value.trim() === '') return;
    this.#suggestions.close();
    this.#button.disabled = true;
    if (await this.#say({ body: this.#box.value, internal: this.#internal.checked })) {
      this.#box.value = '';
      this.#internal.checked = false;
    }
    this.#changed();
  }

  #press(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'Escape') this.#box.blur();
  }
}
