import { avatar } from '../avatar.js';
import { fillWhen, h } from '../dom.js';
import { lock } from '../icons.js';

function row(title, ...children) {
  return h('section', { class: 'aside-row' }, h('h3', {}, title), children);
}

function contactRows({ visible, contacts }, isNew) {
  if (!visible) return h('p', { class: 'faint' }, 'Guests and outsiders do not see contacts.');
  if (contacts.length === 0) return h('p', { class: 'faint' }, 'None yet');
  return h(
    'ul',
    { class: 'aside-contacts' },
    contacts.map(({ name, email }) =>
      h(
        'li',
        { class: isNew(email ?? name) ? 'fresh' : '' },
        avatar(null, name, 'small round'),
        h('span', {}, h('strong', {}, name), h('small', {}, email ?? 'no e-mail')),
      ),
    ),
  );
}

/** Whose contacts were shown last, and which. */
let shown = { issue: null, names: new Set() };

/** Tells which contacts came while one looks at the issue. */
function newcomers(issue, { contacts }) {
  const before = shown;
  shown = { issue: issue.id, names: new Set(contacts.map(({ name, email }) => email ?? name)) };
  return (name) => before.issue === issue.id && !before.names.has(name);
}

/** The issue's sidebar: contacts (where Tieline tells them), assignee, author and confidentiality. */
export function drawAside(root, issue, contacts, setConfidential) {
  const { id, assignee, confidential, author } = issue;
  fillWhen(root, [id, assignee, confidential, author, contacts], () =>
    rows(issue, contacts, setConfidential, newcomers(issue, contacts)),
  );
}

function rows({ assignee, confidential, author }, contacts, setConfidential, isNew) {
  const flip = () => setConfidential(!confidential);
  return [
    contacts.known ? row('Contacts', contactRows(contacts, isNew)) : null,
    row(
      'Assignee',
      assignee
        ? h('p', { class: 'who' }, avatar(assignee.username, assignee.name, 'small round'), assignee.name)
        : h('p', { class: 'faint' }, 'None'),
    ),
    row('Author', h('p', { class: 'who' }, avatar(author.username, author.name, 'small round'), author.name)),
    row(
      'Confidentiality',
      h(
        'p',
        { class: 'who' },
        confidential ? lock() : null,
        confidential ? 'Confidential' : 'Not confidential',
      ),
      h(
        'button',
        { type: 'button', class: 'link-button', on: { click: flip } },
        confidential ? 'Turn off' : 'Turn on',
      ),
    ),
  ];
}
