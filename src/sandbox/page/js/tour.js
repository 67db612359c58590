import { fillWhen, h } from './dom.js';
import { change, on, store } from './store.js';

const STEPS = [
  { in: 'slack', text: '/crm find ada', like: /^\/crm +find /i },
  {
    in: 'slack',
    text: '/crm new contact Grace Hopper grace@example.com org="Navy"',
    like: /^\/crm +new +contact /i,
  },
  { in: 'slack', text: '/crm link acme/app#1 grace@example.com', like: /^\/crm +link /i },
  {
    in: 'gitlab',
    like: /add_contacts /i,
    issue: { project: 'acme/app', iid: 1 },
    text: '@tieline add_contacts [contact:ada@example.com] [contact:grace@example.com]',
    short: '@tieline add_contacts …',
  },
];

/** Ticks off the steps that a sent text is one of. */
export function tick(text) {
  const index = STEPS.findIndex((step) => step.like.test(text));
  if (index < 0 || store.tour.done.includes(index)) return;
  change('tour', { tour: { ...store.tour, done: [...store.tour.done, index] } });
}

function stepButton(step, index, type) {
  const done = store.tour.done.includes(index);
  return h(
    'li',
    {},
    h(
      'button',
      {
        class: 'step',
        type: 'button',
        data: { done: String(done) },
        title: `Puts this into the ${step.in === 'slack' ? 'Slack composer' : 'GitLab comment box'}`,
        on: { click: () => type(step) },
      },
      h('span', { class: 'number', 'aria-hidden': 'true' }, done ? '✓' : String(index + 1)),
      h('code', {}, step.short ?? step.text),
      done ? h('span', { class: 'sr-only' }, '(done)') : null,
    ),
  );
}

/** The line of first steps. `type(step)` puts a step's text where it belongs. */
export function mountTour(root, again, type) {
  const draw = () => {
    const { open, done } = store.tour;
    root.hidden = !open;
    again.hidden = open;
    const all = done.length === STEPS.length;
    fillWhen(root, store.tour, () => [
      h('strong', {}, all ? 'Well done' : 'Try this'),
      h(
        'ol',
        {},
        STEPS.map((step, index) => stepButton(step, index, type)),
      ),
      h(
        'button',
        {
          class: 'tour-close',
          type: 'button',
          'aria-label': 'Close the first steps',
          on: { click: () => change('tour', { tour: { ...store.tour, open: false } }) },
        },
        '×',
      ),
    ]);
  };
  again.addEventListener('click', () => change('tour', { tour: { open: true, done: [] } }));
  on(['world', 'tour'], draw);
}
