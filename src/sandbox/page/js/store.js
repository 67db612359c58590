/** What the page shows: who acts, in which channel, on which issue, and what the server last said of the world. */
const KEPT = 'tieline-sandbox';
const listeners = new Map();

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '{}');
  } catch {
    return {};
  }
}

const kept = remembered();

export const store = {
  /** The answer of /sandbox/api/state. */
  world: null,
  username: kept.username ?? 'olga',
  channel: kept.channel ?? null,
  /** Whether the app's home is shown in place of a channel. */
  home: false,
  issue: kept.issue ?? { project: 'acme/app', iid: 1 },
  tour: kept.tour ?? { open: true, done: [] },
};

/** Hears `world`, `person`, `channel`, `issue` or `tour` when that changed. */
export function on(names, listener) {
  for (const name of names) listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

/** Changes what the page shows, remembers it, and tells who listens. */
export function change(name, values) {
  Object.assign(store, values);
  const { username, channel, issue, tour } = store;
  try {
    localStorage.setItem(KEPT, JSON.stringify({ username, channel, issue, tour }));
  } catch {
    // Without storage the page starts from the beginning next time.
  }
  for (const listener of listeners.get(name) ?? []) listener();
}

/** Who acts, as GitLab knows them. */
export function actor() {
  const { users } = store.world.gitlab;
  return users.find((user) => user.username === store.username) ?? users[0];
}

/** The role of a GitLab user on an issue's root group, in words; null when there is none. */
export function roleOn(username, project) {
  const user = store.world.gitlab.users.find((entry) => entry.username === username);
  const role = user?.roles[project.split('/')[0]];
  return role && role !== 'none' ? role : null;
}

/** The issue as the world lists it; undefined when it is not there. */
export function listedIssue({ project, iid }) {
  return store.world.gitlab.issues.find((issue) => issue.project === project && issue.iid === iid);
}

/** The issue that a link leads to when it is one of this GitLab's, else null. */
export function issueBehind(href) {
  const { url } = store.world.gitlab;
  if (!href.startsWith(`${url}/`)) return null;
  const match = /^\/(.+?)(?:\/-)?\/(?:issues|work_items)\/(\d+)/.exec(new URL(href).pathname);
  return match ? { project: decodeURIComponent(match[1]), iid: Number(match[2]) } : null;
}
