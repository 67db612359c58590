import { get, post } from './api.js';
import { append, fill, h, reconcile } from './dom.js';
import { chevron } from './icons.js';
import { attempt } from './notify.js';
import { store } from './store.js';
import { timeOf } from './when.js';

const SHOWN = 80;

function pretty(value) {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

function headerLines(headers) {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** GitLab's deliveries and Slack's requests in one shape, newest first. */
function rowsOf(deliveries, calls) {
  const hooks = deliveries.map((row) => ({
    key: `gitlab ${row.id}`,
    at: Date.parse(row.createdAt),
    from: 'GitLab',
    way: 'GitLab → Tieline',
    name: row.event,
    status: row.responseStatus ?? row.error ?? 'no answer',
    ok: row.responseStatus !== null && row.responseStatus < 300,
    ms: row.durationMs,
    delivery: row.id,
    details: {
      headers: headerLines(row.requestHeaders),
      sent: pretty(row.requestBody),
      answered: row.responseBody || row.error || '(nothing)',
    },
  }));
  const slack = calls.map((row) => ({
    key: `slack ${row.direction} ${row.id}`,
    at: row.at,
    from: 'Slack',
    way: row.direction === 'in' ? 'Slack → Tieline' : 'Tieline → Slack',
    name: row.name,
    status: row.error ?? row.status ?? 'no answer',
    ok: row.error === null,
    ms: row.ackMs ?? null,
    details: { sent: pretty(row.sent), answered: row.answered ? pretty(row.answered) : null },
  }));
  return [...hooks, ...slack]
    .sort((left, right) => right.at - left.at || (left.key < right.key ? 1 : -1))
    .slice(0, SHOWN);
}

/** GitLab sends nothing twice by itself; a success enables a webhook that was disabled. */
function again(delivery) {
  const send = () => attempt(() => post('/gitlab/resend', { delivery }));
  return h('button', { type: 'button', class: 'button compact', on: { click: send } }, 'Send again');
}

function drawDetails(place, row) {
  const { headers, sent, answered } = row.details;
  fill(
    place,
    h('h3', {}, row.way, ' ', h('code', {}, row.name)),
    headers === undefined ? null : [h('h4', {}, 'Headers'), h('pre', { tabIndex: 0 }, headers)],
    h('h4', {}, 'Sent'),
    h('pre', { tabIndex: 0 }, sent),
    answered === null ? null : [h('h4', {}, 'Answered'), h('pre', { tabIndex: 0 }, answered)],
    row.delivery === undefined ? null : again(row.delivery),
  );
}

function rowButton(row, choose) {
  return h(
    'li',
    {},
    h(
      'button',
      {
        type: 'button',
        class: 'pass',
        data: { from: row.from },
        on: { click: ({ currentTarget }) => choose(row, currentTarget) },
      },
      h('time', {}, timeOf(row.at)),
      h('span', { class: 'way' }, row.way),
      h('code', {}, row.name),
      h('span', { class: 'status', data: { ok: String(row.ok) } }, String(row.status)),
      h('span', { class: 'ms' }, row.ms === null ? '' : `${row.ms} ms`),
    ),
  );
}

/** The drawer at the bottom: every request between Tieline and the two, as it passes. */
export function mountDrawer(root) {
  const count = h('span', { class: 'count' });
  const latest = h('span', { class: 'latest' });
  const list = h('ol', { class: 'passes', 'aria-label': 'Requests, newest first' });
  const details = h(
    'div',
    { class: 'pass-details' },
    h('p', { class: 'faint' }, 'Choose one to see what it carried.'),
  );
  const inside = h('div', { class: 'drawer-inside', hidden: true }, list, details);
  const toggle = (open) => {
    inside.hidden = !open;
    opener.setAttribute('aria-expanded', String(open));
    if (open) refresh();
  };
  const opener = h(
    'button',
    {
      type: 'button',
      class: 'drawer-head',
      'aria-expanded': 'false',
      on: { click: () => toggle(inside.hidden) },
    },
    chevron(),
    h('strong', {}, 'Deliveries'),
    count,
    latest,
  );
  append(root, [opener, inside]);
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || inside.hidden) return;
    toggle(false);
    opener.focus();
  });
  const choose = (row, button) => {
    for (const other of list.querySelectorAll('[aria-current]')) other.removeAttribute('aria-current');
    button.setAttribute('aria-current', 'true');
    drawDetails(details, row);
  };
  const refresh = async () => {
    if (store.world === null) return;
    const found = await attempt(() => Promise.all([get('/gitlab/deliveries'), get('/slack/calls')]));
    if (found === undefined) return;
    const rows = rowsOf(...found);
    count.textContent = String(rows.length);
    const [newest] = rows;
    latest.textContent = newest
      ? `${newest.way}: ${newest.name}, ${newest.status}`
      : 'nothing has passed yet';
    if (inside.hidden) return;
    reconcile(list, rows, {
      key: (row) => row.key,
      signature: (row) => String(row.status),
      render: (row) => rowButton(row, choose),
    });
  };
  return { refresh };
}
