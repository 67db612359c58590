import { avatar } from '../avatar.js';
import { h, reconcile } from '../dom.js';
import { eye } from '../icons.js';
import { store } from '../store.js';
import { dateOf, dayOf, timeOf } from '../when.js';
import { blocksOf } from './blocks.js';
import { MESSAGE_SHORTCUTS } from './commands.js';
import { menuButton } from './menu.js';
import { mrkdwn } from './mrkdwn.js';

const TOGETHER_MS = 5 * 60_000;

const msOf = (ts) => Number(ts) * 1000;

function authorOf(id) {
  if (id === 'USLACKBOT') return { name: 'slackbot', realName: 'Slackbot', isBot: true };
  return store.world.slack.users.find((user) => user.id === id) ?? { name: id, realName: id, isBot: false };
}

/** Messages with their place in time; an answer in a thread stands below what it answers, whenever it was said. */
function placed(messages) {
  const known = new Set(messages.map(({ ts }) => ts));
  return messages.map((message) => {
    const { ts, thread_ts: root } = message;
    const answers = root !== undefined && root !== ts && known.has(root);
    return { kind: 'message', ms: msOf(ts), message, answers, place: msOf(answers ? root : ts) };
  });
}

/** What the list shows: dividers between days, commands as they were typed, and messages. */
function rowsOf(messages, commands) {
  const entries = [
    ...placed(messages),
    ...commands.map((call) => ({ kind: 'command', ms: call.at, place: call.at, call })),
  ].sort((left, right) => left.place - right.place || left.ms - right.ms);
  const rows = [];
  let day = null;
  let before = null;
  for (const entry of entries) {
    if (dayOf(entry.place) !== day) {
      day = dayOf(entry.place);
      rows.push({ kind: 'day', day });
      before = null;
    }
    rows.push({ ...entry, follows: follows(before, entry) });
    before = entry;
  }
  return rows;
}

function follows(before, { kind, ms, message, answers }) {
  if (kind !== 'message' || before?.kind !== 'message' || message.visibility === 'ephemeral') return false;
  if (answers !== before.answers) return false;
  const last = before.message;
  return last.author === message.author && last.user === message.user && ms - before.ms < TOGETHER_MS;
}

function commandRow({ call }) {
  const { command, text } = call.sent;
  const typed = String(text)
    .replace(/<(?:mailto:|https?:\/\/)?[^<>|]*\|([^<>]*)>/g, '$1')
    .replace(/<([^<>|]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return h(
    'li',
    { class: 'row command' },
    h('span', { class: 'said' }, `${authorOf(call.user).realName.split(' ')[0]} typed `),
    h('code', {}, `${command} ${typed}`.trim()),
    h('span', { class: 'sr-only' }, ` at ${timeOf(call.at)}`),
  );
}

function content(message, press) {
  if (message.blocks.length === 0) return h('div', { class: 'text' }, mrkdwn(message.text));
  return h(
    'div',
    { class: 'text' },
    blocksOf(message.blocks, (element) => press(message, element)),
  );
}

/** The cards below the links of a message. */
function unfurled({ unfurls = {} }, press) {
  return Object.values(unfurls).map(({ blocks = [] }) =>
    h('div', { class: 'unfurl' }, blocksOf(blocks, press)),
  );
}

function messageRow({ message, follows: small, ms, answers }, { press, run, reply }) {
  const author = authorOf(message.author);
  const hidden = message.visibility === 'ephemeral';
  const time = h('time', { dateTime: new Date(ms).toISOString(), title: dateOf(ms) }, timeOf(ms));
  return h(
    'li',
    {
      class: `row message${small ? ' follows' : ''}${hidden ? ' private' : ''}${answers ? ' answer' : ''}`,
      data: { ts: message.ts },
    },
    hidden ? null : more(message, run, reply),
    hidden ? h('div', { class: 'only-you' }, eye(), 'Only visible to you') : null,
    h('div', { class: 'gutter' }, small ? time : avatar(author.name, author.realName)),
    h(
      'div',
      { class: 'body' },
      small
        ? h('span', { class: 'sr-only' }, author.realName)
        : h(
            'div',
            { class: 'head' },
            h('strong', {}, author.realName),
            author.isBot ? h('span', { class: 'app-badge' }, 'APP') : null,
            time,
          ),
      content(message, press),
      unfurled(message, (element) => press(message, element)),
      message.edited ? h('span', { class: 'edited' }, '(edited)') : null,
    ),
  );
}

/** What can be done with a message. */
function more(message, run, reply) {
  const shortcuts = MESSAGE_SHORTCUTS.map(({ id, label }) => ({ label, run: () => run(message, id) }));
  return h(
    'div',
    { class: 'more' },
    menuButton({
      label: 'More actions',
      face: '⋮',
      items: [...shortcuts, { label: 'Reply in thread', run: () => reply(message) }],
    }),
  );
}

const KEYS = {
  day: (row) => `day ${row.day}`,
  command: (row) => `command ${row.call.id}`,
  message: (row) => `message ${row.message.ts}`,
};

function signature({ kind, message, follows: small, answers }) {
  if (kind !== 'message') return kind;
  return `${message.edited ?? ''} ${small} ${answers} ${Object.keys(message.unfurls ?? {})}`;
}

const isAtEnd = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;

/** Keeps a reader who is at the end there when the window changes its size. */
export function staysAtEnd(scroller) {
  let atEnd = true;
  scroller.addEventListener('scroll', () => {
    atEnd = isAtEnd(scroller);
  });
  new ResizeObserver(() => {
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
  }).observe(scroller);
}

/** Draws the messages of one channel as one person sees them, and stays at the end where the reader was there. */
export function drawTimeline(list, { messages, commands, press, run, reply, toEnd }) {
  const scroller = list.parentElement;
  const atEnd = toEnd || isAtEnd(scroller);
  reconcile(list, rowsOf(messages, commands), {
    key: (row) => KEYS[row.kind](row),
    signature,
    render: (row) => {
      if (row.kind === 'day') return h('li', { class: 'day' }, h('span', {}, row.day));
      return row.kind === 'command' ? commandRow(row) : messageRow(row, { press, run, reply });
    },
  });
  if (atEnd) scroller.scrollTop = scroller.scrollHeight;
}
