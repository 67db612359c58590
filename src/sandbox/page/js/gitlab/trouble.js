import { get, post } from '../api.js';
import { h } from '../dom.js';
import { notify } from '../notify.js';
import { openSheet } from '../sheet.js';
import { store } from '../store.js';

const STANDING = {
  executable: 'in order',
  temporarily_disabled: 'disabled for a while',
  disabled: 'disabled for good',
};

function standing({ place, status, failures, disabledUntil }) {
  const until =
    status === 'temporarily_disabled' ? ` until ${new Date(disabledUntil).toLocaleTimeString()}` : '';
  const failed =
    failures === 0 ? '' : `, ${failures} ${failures === 1 ? 'failure' : 'failures'} one after the other`;
  return h('li', {}, h('strong', {}, place), `: ${STANDING[status]}${until}${failed}`);
}

/** A limit of the make-believe GitLab, whatever time it counts by, as comments in a minute. */
function perMinute(noteLimit) {
  return noteLimit ? Math.round((noteLimit.most * 60_000) / noteLimit.perMs) : 0;
}

/** A dialog for how this GitLab behaves, with what became of its webhooks. */
export async function setSwitches() {
  const { switches } = store.world.gitlab;
  const hooks = await get('/gitlab/hooks');
  const box = (name, text) =>
    h(
      'label',
      { class: 'check' },
      h('input', { type: 'checkbox', name, checked: switches[name] === true }),
      h('span', {}, text),
    );
  await openSheet({
    title: 'How this GitLab behaves',
    text: 'A real GitLab takes its own quick actions, such as /add_contacts, out of a comment before any webhook sees it. That is why Tieline is told with @tieline. Switched off, such lines stay in.',
    action: 'Save',
    fields: [
      box('stripQuickActions', 'Take GitLab’s own quick actions out of comments'),
      box('acceptSigningTokens', 'Sign webhooks (GitLab 19 and later)'),
      box('autoDisable', 'Disable webhooks that fail: 4 times one after the other, then longer and longer'),
      number(
        'Comments that one person may make by API in a minute (0: no limit; GitLab.com: 60)',
        'noteLimit',
        perMinute(switches.noteLimit),
        10_000,
      ),
      h('h3', {}, 'Webhooks'),
      h('ul', { class: 'hooks' }, hooks.map(standing)),
    ],
    submit: (form) =>
      post('/gitlab/switches', {
        stripQuickActions: form.has('stripQuickActions'),
        autoDisable: form.has('autoDisable'),
        acceptSigningTokens: form.has('acceptSigningTokens'),
        noteLimit: Number(form.get('noteLimit')),
      }),
  });
}

function number(label, name, value = 0, max = 1000) {
  const input = h('input', {
    type: 'number',
    name,
    min: 0,
    max,
    step: 1,
    value: String(value),
    required: true,
  });
  return h('label', {}, label, input);
}

/** A dialog for what is to go wrong next. */
export async function makeTrouble() {
  const made = await openSheet({
    title: 'Make trouble',
    text: 'What goes wrong next, in place of what was asked for before. With everything at 0 all is well again.',
    action: 'Make trouble',
    style: 'danger',
    fields: [
      number('Webhooks that get lost on the way', 'lost'),
      number('Answers of GitLab that come late', 'slow'),
      number('… by so many seconds', 'seconds', 5, 60),
      number('Answers of GitLab that are broken', 'broken'),
      h(
        'label',
        {},
        '… with',
        h(
          'select',
          { name: 'status' },
          [
            ['502', '502, a web page'],
            ['503', '503, a web page'],
            ['500', '500, a web page'],
            ['429', '429, too many requests'],
          ].map(([value, text]) => h('option', { value }, text)),
        ),
      ),
    ],
    submit: (form) => post('/gitlab/trouble', Object.fromEntries(form)),
  });
  if (!made) return;
  const { lost, slow, broken } = made;
  notify(lost + slow + broken === 0 ? 'All is well again' : 'Something will go wrong next');
}
