import { avatar } from './avatar.js';
import { fillWhen, h } from './dom.js';
import { change, on, store } from './store.js';

const MAY = {
  owner: 'May do everything here: look up, create, edit, link, and change the settings of the group.',
  maintainer: 'May look up, create and edit contacts and organizations, and link them to issues.',
  developer: 'May look up, create and edit contacts and organizations, and link them to issues.',
  reporter: 'May look contacts up and link them to issues, but not create or edit them.',
  planner: 'May look contacts up and link them to issues, but not create or edit them.',
  guest: 'Sees issues that are not confidential, but no contacts at all.',
  outsider: 'Belongs to the other company: sees nothing of acme, and owns globex.',
};

const ORDER = ['owner', 'maintainer', 'developer', 'reporter', 'planner', 'guest', 'outsider'];

function cast() {
  return store.world.slack.users
    .filter((user) => ORDER.includes(user.role) && user.gitlabUsername !== null)
    .sort((left, right) => ORDER.indexOf(left.role) - ORDER.indexOf(right.role));
}

function personButton(user) {
  const chosen = user.gitlabUsername === store.username;
  const tipId = `tip-${user.gitlabUsername}`;
  return h(
    'button',
    {
      class: 'person',
      type: 'button',
      role: 'radio',
      'aria-checked': String(chosen),
      'aria-describedby': tipId,
      tabIndex: chosen ? 0 : -1,
      data: { username: user.gitlabUsername },
      on: { click: () => change('person', { username: user.gitlabUsername }) },
    },
    avatar(user.gitlabUsername, user.realName),
    h('span', {}, user.realName.split(' ')[0], h('span', { class: 'role' }, user.role)),
    h(
      'span',
      { class: 'tip', id: tipId, role: 'tooltip' },
      h('strong', {}, user.realName),
      h('span', {}, user.about),
      h('span', { class: 'can' }, MAY[user.role]),
    ),
  );
}

/** The row of people at the top: who is chosen acts in Slack and in GitLab. */
export function mountPeople(root) {
  root.setAttribute('role', 'radiogroup');
  root.setAttribute('aria-label', 'Act as');
  const draw = () => {
    const focused = root.contains(document.activeElement);
    fillWhen(root, [cast(), store.username], () => cast().map(personButton));
    if (focused) root.querySelector('[aria-checked="true"]')?.focus();
  };
  // Who was just chosen has been read about: the tip would only be in the way.
  root.addEventListener('click', () => {
    root.dataset.quiet = 'true';
  });
  root.addEventListener('pointerleave', () => delete root.dataset.quiet);
  root.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const names = cast().map((user) => user.gitlabUsername);
    const next = (names.indexOf(store.username) + step + names.length) % names.length;
    change('person', { username: names[next] });
  });
  on(['world', 'person'], draw);
}
