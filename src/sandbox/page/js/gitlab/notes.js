import { avatar } from '../avatar.js';
import { h, reconcile } from '../dom.js';
import { emojiFor } from '../emoji.js';
import { gear, lock } from '../icons.js';
import { roleOn, store } from '../store.js';
import { ago, dateOf } from '../when.js';
import { markdown } from './markdown.js';
import { inline } from './markdown-inline.js';

function time(at) {
  const ms = Date.parse(at);
  return h('time', { dateTime: at, title: dateOf(ms), data: { ago: 'true' } }, ago(ms));
}

function badges({ author, internal }) {
  const role = roleOn(author.username, store.issue.project);
  const bot = author.username === store.world.gitlab.botUsername;
  return [
    internal ? h('span', { class: 'gl-badge internal' }, lock(), 'Internal note') : null,
    bot
      ? h('span', { class: 'gl-badge bot' }, 'Bot')
      : role
        ? h('span', { class: 'gl-badge role' }, role)
        : null,
  ];
}

function systemNote({ author, body, created_at: at }) {
  return h(
    'li',
    { class: 'system-note' },
    h('span', { class: 'system-icon' }, gear()),
    h('div', {}, h('strong', {}, author.name), ' ', inline(body), ' · ', time(at)),
  );
}

/** Reactions, each with how many gave it. */
function awards({ emojis = [] }) {
  if (emojis.length === 0) return null;
  const names = [...new Set(emojis)];
  return h(
    'p',
    { class: 'gl-awards' },
    names.map((name) =>
      h(
        'span',
        { title: `:${name}:` },
        emojiFor(name) ?? `:${name}:`,
        ' ',
        emojis.filter((other) => other === name).length,
      ),
    ),
  );
}

function note(entry, nested, answer = null) {
  const { author, body, created_at: at } = entry;
  return h(
    'article',
    { class: `note${entry.internal ? ' internal' : ''}`, id: `note_${entry.id}` },
    avatar(author.username, author.name, nested ? 'small round' : 'round'),
    h(
      'div',
      { class: 'note-box' },
      h(
        'header',
        {},
        h('strong', {}, author.name),
        h('span', { class: 'handle' }, `@${author.username}`),
        h('span', { class: 'dot-before' }, time(at)),
        h('span', { class: 'badges' }, badges(entry), answer),
      ),
      h('div', { class: 'md' }, markdown(body)),
      awards(entry),
    ),
  );
}

/** Answers to a comment, folded in under it, and a box to answer in. */
function thread([first, ...answers], reply) {
  const box = h('textarea', {
    rows: 1,
    placeholder: 'Reply…',
    'aria-label': `Reply to ${first.author.name}`,
  });
  const send = async () => {
    const body = box.value;
    if (body.trim() === '') return;
    box.disabled = true;
    const done = await reply(body, first.discussion_id);
    box.disabled = false;
    if (done) box.value = '';
  };
  box.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape') box.blur();
  });
  const place = h('div', { class: 'reply', hidden: answers.length === 0 }, box);
  const open = () => {
    place.hidden = false;
    box.focus();
  };
  box.addEventListener('blur', () => {
    place.hidden = answers.length === 0 && box.value === '';
  });
  const button = h('button', { type: 'button', class: 'reply-button', on: { click: open } }, 'Reply');
  return h(
    'li',
    { class: 'thread' },
    note(first, false, button),
    h(
      'div',
      { class: 'answers' },
      answers.map((answer) => note(answer, true)),
      place,
    ),
  );
}

function discussionsOf(notes) {
  const byId = new Map();
  for (const entry of notes) {
    const id = entry.system ? `system ${entry.id}` : (entry.discussion_id ?? String(entry.id));
    byId.set(id, [...(byId.get(id) ?? []), entry]);
  }
  return [...byId].map(([id, entries]) => ({ id, entries }));
}

/** Draws the discussions of an issue. `reply(body, discussionId)` answers in one and says whether it went through. */
export function drawNotes(list, notes, reply) {
  reconcile(list, discussionsOf(notes), {
    key: ({ id }) => id,
    signature: ({ entries }) =>
      entries.map((entry) => `${entry.id} ${entry.updated_at} ${entry.emojis}`).join(),
    render: ({ entries }) => (entries[0].system ? systemNote(entries[0]) : thread(entries, reply)),
  });
}
