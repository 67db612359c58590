import { get, listen } from './api.js';
import { mountDrawer } from './drawer.js';
import { GitLabPane } from './gitlab/pane.js';
import { attempt } from './notify.js';
import { mountPeople } from './people.js';
import { SlackPane } from './slack/pane.js';
import { change, store } from './store.js';
import { mountTour } from './tour.js';
import { keepTime } from './when.js';

const SOON_MS = 40;
/** By then a webhook is handled. */
const HANDLED_MS = 1_500;

const part = (id) => document.getElementById(id);

/** Runs something soon, once for several calls that come together. */
function soon(work) {
  let timer = null;
  return () => {
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      work();
    }, SOON_MS);
  };
}

/** An address like `/?project=acme/app&issue=1` opens that issue. */
function readAddress() {
  const query = new URLSearchParams(location.search);
  const project = query.get('project');
  const iid = Number(query.get('issue'));
  if (project === null || !Number.isInteger(iid) || iid < 1) return;
  store.issue = { project, iid };
  history.replaceState(null, '', '/');
}

async function start() {
  readAddress();
  keepTime();
  mountPeople(part('people'));
  const slack = new SlackPane(part('slack'));
  const gitlab = new GitLabPane(part('gitlab'));
  const drawer = mountDrawer(part('drawer'));
  mountTour(part('tour'), part('tour-again'), (step) => {
    if (step.issue) change('issue', { issue: step.issue });
    (step.in === 'slack' ? slack : gitlab).type(step.text);
  });
  const reload = async () => {
    const world = await attempt(() => get('/state'));
    if (world !== undefined) change('world', { world });
  };
  await reload();
  const live = part('live');
  let handled = null;
  const topics = {
    // What was said may have changed who is linked to the issue; that is in Tieline alone, so GitLab tells nothing.
    slack: soon(() => {
      slack.refresh();
      gitlab.refresh();
    }),
    calls: soon(() => {
      slack.refresh();
      drawer.refresh();
    }),
    gitlab: soon(reload),
    deliveries: soon(() => {
      drawer.refresh();
      // What Tieline makes of a webhook may change links alone, which nobody tells.
      clearTimeout(handled);
      handled = setTimeout(() => gitlab.refresh(), HANDLED_MS);
    }),
  };
  listen({
    changed: (topic) => topics[topic](),
    connected: (up) => {
      live.dataset.on = String(up);
      live.textContent = up ? 'live' : 'reconnecting';
    },
  });
}

start();
