import { get, issuePath, post } from '../api.js';
import { append, fill, h } from '../dom.js';
import { check, dot, lock } from '../icons.js';
import { attempt, notify } from '../notify.js';
import { actor, listedIssue, on, store } from '../store.js';
import { tick } from '../tour.js';
import { ago } from '../when.js';
import { drawAside } from './aside.js';
import { CommentBox, learnContacts, meetContacts } from './comment-box.js';
import { mountHead } from './head.js';
import { markdown } from './markdown.js';
import { drawNotes } from './notes.js';

const here = () => ({ user: store.username, ...store.issue });

function stateBadge({ state }) {
  const open = state === 'opened';
  return h('span', { class: `gl-badge state ${state}` }, open ? dot() : check(), open ? 'Open' : 'Closed');
}

function headline(issue) {
  return [
    h('h2', { class: 'issue-title' }, issue.title),
    h(
      'p',
      { class: 'issue-meta' },
      stateBadge(issue),
      issue.confidential ? h('span', { class: 'gl-badge secret' }, lock(), 'Confidential') : null,
      h('span', {}, `Created ${ago(Date.parse(issue.created_at))} by `, h('strong', {}, issue.author.name)),
    ),
  ];
}

/** GitLab's list of issues where there is none. */
function empty() {
  return h(
    'div',
    { class: 'gl-missing' },
    h('h2', {}, 'No issues yet'),
    h('p', {}, `Make the first one of ${store.issue.project} with the plus sign above, or by a mail.`),
  );
}

/** Whether the project is known to have no issue at all, so that there is nothing to ask for. */
function isEmpty() {
  const { projects, issues } = store.world.gitlab;
  const { project } = store.issue;
  return (
    projects.some((entry) => entry.path_with_namespace === project) &&
    !issues.some((issue) => issue.project === project)
  );
}

function missing() {
  return h(
    'div',
    { class: 'gl-missing' },
    h('strong', {}, '404'),
    h('h2', {}, 'Page not found'),
    h('p', {}, `There is no such issue, or ${actor().name} may not see it.`),
    listedIssue(store.issue) ? h('p', {}, 'Somebody else may: choose who you are at the top.') : null,
  );
}

async function comment({ body, internal }, discussionId) {
  tick(body);
  const extra = discussionId ? { discussionId } : {};
  const done = await attempt(() => post('/gitlab/comment', { ...here(), body, internal, ...extra }));
  if (done === undefined) return false;
  if (done.note === null)
    notify('GitLab took the quick actions out of this comment, and nothing was left to save.');
  return true;
}

/** Draws what was loaded, so that nothing of another issue or person is left in between. */
function drawIssue(parts, { issue, notes, contacts }) {
  const { headBox, description, notesList, aside, toggle } = parts;
  fill(headBox, headline(issue));
  if (description.dataset.text !== issue.description) {
    fill(description, markdown(issue.description || '*No description*'));
    description.dataset.text = issue.description;
  }
  drawNotes(notesList, notes, (body, id) => comment({ body, internal: false }, id));
  meetContacts(contacts.contacts);
  drawAside(aside, issue, contacts, (confidential) =>
    attempt(() => post('/gitlab/confidential', { ...here(), confidential })),
  );
  const open = issue.state === 'opened';
  toggle.textContent = open ? 'Close issue' : 'Reopen issue';
  toggle.onclick = () => attempt(() => post(open ? '/gitlab/close' : '/gitlab/reopen', here()));
}

/** The part of the list that holds the latest note, which may be an answer further up. */
function newest(list, notes) {
  const { id } = notes.at(-1);
  return list.querySelector(`#note_${id}`) ?? list.lastElementChild;
}

/** Scrolls no further than needed for the element to be seen whole. */
function reveal(scroller, element) {
  const hidden = element.getBoundingClientRect().bottom - scroller.getBoundingClientRect().bottom;
  if (hidden > 0) scroller.scrollBy({ top: hidden + 16, behavior: 'smooth' });
}

async function load(issue, user) {
  const [shown, notes, contacts] = await Promise.all([
    get(issuePath(issue), { user }),
    get(issuePath(issue, 'notes'), { user }),
    get(issuePath(issue, 'contacts'), { user }).catch(() => ({ known: false })),
  ]);
  return { issue: shown, notes, contacts: { visible: false, contacts: [], ...contacts } };
}

/** The GitLab side: one issue with its discussions, its sidebar and the comment box. */
export class GitLabPane {
  #parts = {
    headBox: h('div'),
    description: h('div', { class: 'md description' }),
    notesList: h('ol', { class: 'notes', 'aria-label': 'Activity' }),
    aside: h('aside', { class: 'gl-aside', 'aria-label': 'Issue details' }),
    toggle: h('button', { class: 'button', type: 'button' }, 'Close issue'),
  };
  #scroller = h('div', { class: 'gl-scroller', tabIndex: 0, 'aria-label': 'Issue', role: 'region' });
  #lost = h('div', { class: 'gl-lost', hidden: true });
  #box = new CommentBox((said) => comment(said), this.#parts.toggle);
  #drawHead;
  #asked = 0;

  constructor(root) {
    const { headBox, description, notesList, aside } = this.#parts;
    const head = h('header', { class: 'gl-head' });
    this.#drawHead = mountHead(head);
    const activity = h('h3', { class: 'activity' }, 'Activity');
    const article = h('div', { class: 'gl-main' }, headBox, description, activity, notesList);
    this.#scroller.append(h('div', { class: 'gl-body' }, article, aside));
    append(root, [head, this.#lost, this.#scroller, this.#box.form]);
    on(['world'], () => {
      this.#drawHead();
      return this.#asked === 0 ? this.#enter() : this.refresh();
    });
    on(['person', 'issue'], () => this.#enter());
  }

  /** Puts a text into the comment box. */
  type(text) {
    this.#box.type(text);
  }

  /** Only the latest question's answer is shown: an earlier one may come in later. */
  async refresh() {
    if (store.world === null) return;
    this.#asked += 1;
    const asked = this.#asked;
    if (isEmpty()) return this.#show(empty());
    const loaded = await load(store.issue, store.username).catch((error) => error);
    if (asked !== this.#asked) return;
    if (loaded instanceof Error) return this.#show(missing());
    this.#show(null);
    const { notesList } = this.#parts;
    const known = notesList.querySelectorAll('.note, .system-note').length;
    drawIssue(this.#parts, loaded);
    if (known > 0 && loaded.notes.length > known) reveal(this.#scroller, newest(notesList, loaded.notes));
  }

  async #enter() {
    this.#drawHead();
    this.#parts.notesList.replaceChildren();
    await Promise.all([this.refresh(), isEmpty() ? null : learnContacts()]);
    this.#scroller.scrollTop = 0;
  }

  /** The issue, or what is there instead of it. */
  #show(instead) {
    this.#scroller.hidden = instead !== null;
    this.#box.form.hidden = instead !== null;
    this.#lost.hidden = instead === null;
    if (instead) fill(this.#lost, instead);
  }
}
