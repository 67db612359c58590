/** An answer that was not a success, with the server's own words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function read(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Refused(response.status, body.error ?? `The server answers ${response.status}.`);
  return body;
}

function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return given.length === 0 ? `/sandbox/api${path}` : `/sandbox/api${path}?${new URLSearchParams(given)}`;
}

/** Asks below `/sandbox/api`. */
export async function get(path, query) {
  return read(await fetch(address(path, query)));
}

/** Does something below `/sandbox/api`. */
export async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  return read(await fetch(address(path), { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** Path of an issue's part: `issuePath(issue, 'notes')`. */
export function issuePath({ project, iid }, part) {
  return `/gitlab/issues/${encodeURIComponent(project)}/${iid}${part ? `/${part}` : ''}`;
}

const TOPICS = ['slack', 'calls', 'gitlab', 'deliveries'];

/** Calls back for each topic that changed, for all of them after a break, and tells whether the line is up. */
export function listen({ changed, connected }) {
  const source = new EventSource('/sandbox/api/events');
  for (const topic of TOPICS) source.addEventListener(topic, () => changed(topic));
  source.addEventListener('open', () => {
    connected(true);
    for (const topic of TOPICS) changed(topic);
  });
  source.addEventListener('error', () => connected(false));
  addEventListener('pagehide', () => source.close());
}
