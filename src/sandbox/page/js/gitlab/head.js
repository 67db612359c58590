import { fillWhen, h } from '../dom.js';
import { chevron, plus } from '../icons.js';
import { change, store } from '../store.js';
import { DEEDS, newIssue } from './deeds.js';

function picker() {
  const { projects, issues } = store.world.gitlab;
  const { project, iid } = store.issue;
  const known = projects.map((entry) => entry.path_with_namespace);
  const ofProject = issues.filter((issue) => issue.project === project);
  const chooseProject = ({ target }) => {
    const first = issues.find((issue) => issue.project === target.value);
    change('issue', { issue: { project: target.value, iid: first?.iid ?? 1 } });
  };
  const chooseIssue = ({ target }) => change('issue', { issue: { project, iid: Number(target.value) } });
  const mark = (issue) =>
    `${issue.confidential ? ' (confidential)' : ''}${issue.state === 'closed' ? ' (closed)' : ''}`;
  return [
    h(
      'select',
      { class: 'pick project', 'aria-label': 'Project', on: { change: chooseProject } },
      known.map((path) => h('option', { value: path, selected: path === project }, path)),
    ),
    h('span', { class: 'slash', 'aria-hidden': 'true' }, '/'),
    h(
      'select',
      { class: 'pick issue', 'aria-label': 'Issue', on: { change: chooseIssue } },
      ofProject.map((issue) =>
        h(
          'option',
          { value: String(issue.iid), selected: issue.iid === iid },
          `#${issue.iid} ${issue.title}${mark(issue)}`,
        ),
      ),
      ofProject.length === 0 ? h('option', { value: '' }, 'No issues yet') : null,
    ),
  ];
}

function menu() {
  const list = h(
    'div',
    { class: 'menu', role: 'menu', id: 'issue-menu', hidden: true },
    DEEDS.map(({ label, run }) =>
      h(
        'button',
        { type: 'button', role: 'menuitem', tabIndex: -1, on: { click: () => finish(run) } },
        label,
      ),
    ),
  );
  const opener = h(
    'button',
    {
      class: 'button compact',
      type: 'button',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-controls': 'issue-menu',
      on: { click: () => toggle(list.hidden) },
    },
    'Actions',
    chevron(),
  );
  const toggle = (open) => {
    list.hidden = !open;
    opener.setAttribute('aria-expanded', String(open));
    if (open) list.firstElementChild.focus();
  };
  const finish = (run) => {
    toggle(false);
    opener.focus();
    run();
  };
  const wrap = h('div', { class: 'menu-wrap' }, opener, list);
  wrap.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' && !list.hidden) {
      toggle(false);
      opener.focus();
    } else if (step !== undefined) {
      event.preventDefault();
      if (list.hidden) return toggle(true);
      const items = [...list.children];
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    }
  });
  wrap.addEventListener('focusout', ({ relatedTarget }) => {
    if (!wrap.contains(relatedTarget)) toggle(false);
  });
  return wrap;
}

/** The bar above the issue: which one is shown, a new one, and what else can be done. */
export function mountHead(root) {
  const place = h('div', { class: 'picker' });
  const create = h(
    'button',
    {
      class: 'button compact',
      type: 'button',
      'aria-label': 'New issue',
      title: 'New issue',
      on: { click: newIssue },
    },
    plus(),
  );
  root.append(h('strong', { class: 'gl-word' }, 'GitLab'), place, create, menu());
  return () => {
    const label = place.contains(document.activeElement) ? document.activeElement.ariaLabel : null;
    const { projects, issues } = store.world.gitlab;
    const drawn = fillWhen(place, [projects, issues, store.issue], picker);
    if (drawn && label) place.querySelector(`[aria-label="${label}"]`)?.focus();
  };
}
