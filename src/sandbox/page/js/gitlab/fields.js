import { h } from '../dom.js';
import { store } from '../store.js';

/** A menu of a dialog. */
export function choice(label, name, options, { chosen, required = true } = {}) {
  return h(
    'label',
    {},
    label,
    h(
      'select',
      { name, required },
      options.map(({ value, text }) => h('option', { value, selected: value === chosen }, text)),
    ),
  );
}

/** Options that say what they are. */
export const paths = (names) => names.map((name) => ({ value: name, text: name }));
export const projects = () => store.world.gitlab.projects.map((project) => project.path_with_namespace);
export const groups = () => store.world.gitlab.groups.map((group) => group.full_path);

/** The projects besides the one that is shown, and all with it at their head. */
export const otherProjects = () => projects().filter((path) => path !== store.issue.project);
export const projectsHereFirst = () => [store.issue.project, ...otherProjects()];
