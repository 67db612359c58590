import { post } from '../api.js';
import { h } from '../dom.js';
import { notify } from '../notify.js';
import { openSheet } from '../sheet.js';
import { actor, change, store } from '../store.js';
import { choice, groups, otherProjects, paths, projectsHereFirst } from './fields.js';
import { deletePlace, newProject, receiveMail, renamePlace } from './places.js';
import { makeTrouble, setSwitches } from './trouble.js';

/** Few may do this where they come from and where it goes; whoever administers GitLab may everywhere. */
function doneBy() {
  const administrator = store.world.gitlab.users.find((user) => user.role === 'admin');
  return choice('Done by', 'user', [
    { value: store.username, text: actor().name },
    { value: administrator.username, text: `${administrator.name}, who may do it anywhere` },
  ]);
}

/** A dialog for a new issue in the project that is shown. */
export async function newIssue() {
  const made = await openSheet({
    title: 'New issue',
    action: 'Create issue',
    fields: [
      choice('Project', 'project', paths(projectsHereFirst())),
      h('label', {}, 'Title', h('input', { type: 'text', name: 'title', required: true, maxLength: 255 })),
      h('label', {}, 'Description', h('textarea', { name: 'description' })),
      h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'confidential' }), 'Confidential'),
    ],
    submit: async (form) => {
      const issue = await post('/gitlab/issue', {
        user: store.username,
        project: form.get('project'),
        title: form.get('title'),
        description: form.get('description'),
        confidential: form.has('confidential'),
      });
      return { project: form.get('project'), iid: issue.iid };
    },
  });
  if (made) change('issue', { issue: made });
}

async function moveIssue() {
  const { project, iid } = store.issue;
  const moved = await openSheet({
    title: `Move ${project}#${iid}`,
    text: 'GitLab closes this issue and opens a copy. Contacts come along when both projects share their customers.',
    action: 'Move issue',
    fields: [choice('To project', 'to', paths(otherProjects()))],
    submit: async (form) => {
      const issue = await post('/gitlab/move', {
        user: store.username,
        project,
        iid,
        toProject: form.get('to'),
      });
      return { project: form.get('to'), iid: issue.iid };
    },
  });
  if (moved) change('issue', { issue: moved });
}

async function cloneIssue() {
  const { project, iid } = store.issue;
  const cloned = await openSheet({
    title: `Clone ${project}#${iid}`,
    text: 'GitLab opens a copy and leaves this issue as it is. Contacts are on both when the projects share their customers.',
    action: 'Clone issue',
    fields: [
      choice('To project', 'to', paths(projectsHereFirst())),
      h(
        'label',
        { class: 'check' },
        h('input', { type: 'checkbox', name: 'withNotes' }),
        'With its comments',
      ),
    ],
    submit: async (form) => {
      const toProject = form.get('to');
      const withNotes = form.has('withNotes');
      const issue = await post('/gitlab/clone', { user: store.username, project, iid, toProject, withNotes });
      return { project: toProject, iid: issue.iid };
    },
  });
  if (cloned) change('issue', { issue: cloned });
}

async function transferProject() {
  const { project, iid } = store.issue;
  const last = project.split('/').at(-1);
  const to = await openSheet({
    title: `Transfer project ${project}`,
    action: 'Transfer project',
    style: 'danger',
    text: 'Contacts stay behind when it leaves for a place with other customers.',
    fields: [choice('To namespace', 'to', paths([...groups(), store.username])), doneBy()],
    submit: async (form) => {
      await post('/gitlab/transfer-project', { user: form.get('user'), project, namespace: form.get('to') });
      return form.get('to');
    },
  });
  if (!to) return;
  notify(`${project} is ${to}/${last} now`);
  change('issue', { issue: { project: `${to}/${last}`, iid } });
}

async function transferGroup() {
  const { project, iid } = store.issue;
  const above = project.slice(0, project.lastIndexOf('/'));
  const none = { value: '', text: 'none: make it a root group' };
  const moved = await openSheet({
    title: 'Transfer a group',
    text: 'GitLab tells nobody. Tieline notices at the next comment or other event there, or when it sweeps.',
    action: 'Transfer group',
    style: 'danger',
    fields: [
      choice('Group', 'group', paths(groups()), { chosen: above }),
      choice('New parent', 'parent', [none, ...paths(groups())], { required: false }),
      doneBy(),
    ],
    submit: async (form) => {
      const group = form.get('group');
      const parent = form.get('parent');
      await post('/gitlab/transfer-group', { user: form.get('user'), group, parent: parent || null });
      return { group, path: [parent, group.split('/').at(-1)].filter(Boolean).join('/') };
    },
  });
  if (!moved) return;
  notify(`${moved.group} is ${moved.path} now`);
  if (project.startsWith(`${moved.group}/`)) {
    change('issue', { issue: { project: moved.path + project.slice(moved.group.length), iid } });
  }
}

/** What the menu of the issue offers. */
export const DEEDS = [
  { label: 'Move issue…', run: moveIssue },
  { label: 'Clone issue…', run: cloneIssue },
  { label: 'Transfer project…', run: transferProject },
  { label: 'Transfer a group…', run: transferGroup },
  { label: 'New project…', run: newProject },
  { label: 'Rename…', run: renamePlace },
  { label: 'Delete…', run: deletePlace },
  { label: 'Mail to Service Desk…', run: receiveMail },
  { label: 'How this GitLab behaves…', run: setSwitches },
  { label: 'Make trouble…', run: makeTrouble },
];
