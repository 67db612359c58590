import { avatar } from '../avatar.js';
import { fill, h } from '../dom.js';
import { lock } from '../icons.js';

function row(title, ...children) {
  return h('section', { class: 'aside-row' }, h('h3', {}, title), children);
}

function contactRows({ visible, contacts }) {
  if (!visible) return h('p', { class: 'faint' }, 'Guests and outsiders do not see contacts.');
  if (contacts.length === 0) return h('p', { class: 'faint' }, 'None yet');
  return h(
    'ul',
    { class: 'aside-contacts' },
    contacts.map(({ name, email }) =>
      h(
        'li',
        {},
        avatar(null, name, 'small round'),
        h('span', {}, h('strong', {}, name), h('small', {}, email ?? 'no e-mail')),
      ),
    ),
  );
}

/** The issue's sidebar: contacts (where Tieline tells them), assignee, confidentiality, labels. */
export function drawAside(root, issue, contacts, setConfidential) {
  const { assignee, confidential, author } = issue;
  const flip = () => setConfidential(!confidential);
  fill(
    root,
    contacts.known ? row('Contacts', contactRows(contacts)) : null,
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
  );
}
