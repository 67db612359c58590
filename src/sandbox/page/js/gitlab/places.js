import { get, post } from '../api.js';
import { h } from '../dom.js';
import { notify } from '../notify.js';
import { openSheet } from '../sheet.js';
import { change, store } from '../store.js';
import { choice, groups, paths, projectsHereFirst } from './fields.js';

const text = (label, name, rest = {}) =>
  h('label', {}, label, h('input', { type: 'text', name, required: true, maxLength: 255, ...rest }));

/** Groups and projects in one menu, the project that is shown first. */
function placeChoice(label) {
  return choice(label, 'place', [
    ...projectsHereFirst().map((path) => ({ value: `project ${path}`, text: `${path} (project)` })),
    ...groups().map((path) => ({ value: `group ${path}`, text: `${path} (group)` })),
  ]);
}

const pathOf = (place) => place.slice(place.indexOf(' ') + 1);

/** Goes on with the issue that was shown, or with some other where it went away. */
function follow({ from, to }) {
  const { project, iid } = store.issue;
  const isBelow = project === from || project.startsWith(`${from}/`);
  if (!isBelow) return;
  if (to !== null) return change('issue', { issue: { project: to + project.slice(from.length), iid } });
  const left = store.world.gitlab.issues.find(
    (issue) => issue.project !== from && !issue.project.startsWith(`${from}/`),
  );
  if (left) change('issue', { issue: { project: left.project, iid: left.iid } });
}

/** A dialog for a new project, which has no issue yet. */
export async function newProject() {
  const made = await openSheet({
    title: 'New project',
    text: 'In a group that Tieline watches it gets its webhook by itself.',
    action: 'Create project',
    fields: [choice('Group', 'group', paths(groups())), text('Name in the address', 'path')],
    submit: (form) =>
      post('/gitlab/new-project', {
        user: store.username,
        group: form.get('group'),
        path: form.get('path'),
      }),
  });
  if (!made) return;
  notify(`${made.path} is there`);
  // It has nothing to show, which only the world tells.
  change('world', { world: await get('/state') });
  change('issue', { issue: { project: made.path, iid: 1 } });
}

/** A dialog that gives a group or project another path. */
export async function renamePlace() {
  const renamed = await openSheet({
    title: 'Rename a group or project',
    text: 'The administrator does it. The old address leads on to the new one until something else has it.',
    action: 'Rename',
    fields: [placeChoice('Which'), text('New name in the address', 'path')],
    submit: async (form) => {
      const place = form.get('place');
      const { path } = await post('/gitlab/rename', { place, path: form.get('path') });
      return { from: pathOf(place), to: path };
    },
  });
  if (!renamed) return;
  notify(`${renamed.from} is ${renamed.to} now`);
  follow(renamed);
}

/** A dialog that ends a group or project with all that is in it. */
export async function deletePlace() {
  const deleted = await openSheet({
    title: 'Delete a group or project',
    text: 'The administrator does it, and it cannot be taken back. All that is in it goes too.',
    action: 'Delete',
    style: 'danger',
    fields: [placeChoice('Which')],
    submit: async (form) => {
      const place = form.get('place');
      await post('/gitlab/delete', { place });
      return { from: pathOf(place), to: null };
    },
  });
  if (!deleted) return;
  notify(`${deleted.from} is deleted`);
  follow(deleted);
}

/** A dialog for a mail to a project's Service Desk, which becomes an issue. */
export async function receiveMail() {
  const received = await openSheet({
    title: 'Mail to Service Desk',
    text: 'A customer writes to the project. Whoever has one of the addresses is linked to the issue that comes of it.',
    action: 'Send mail',
    fields: [
      choice('To project', 'project', paths(projectsHereFirst())),
      text('From', 'from', { type: 'email', placeholder: 'ada@example.com' }),
      text('Copy to', 'cc', { type: 'email', required: false }),
      text('Subject', 'subject'),
      h('label', {}, 'Text', h('textarea', { name: 'body' })),
    ],
    submit: async (form) => {
      const fields = Object.fromEntries(form);
      const issue = await post('/gitlab/mail', fields);
      return { project: fields.project, iid: issue.iid };
    },
  });
  if (received) change('issue', { issue: received });
}
