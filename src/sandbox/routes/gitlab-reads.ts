import type { FastifyInstance } from 'fastify';
import { ROLE_LEVELS } from '../../domain/roles.ts';
import { canReadIssue, canReadNote, projectLevel } from '../gitlab/access.ts';
import { findIssue, findProject, projectPath } from '../gitlab/paths.ts';
import { notFound } from '../gitlab/refusal.ts';
import type { GitLabState, IssueRow, ProjectRow, UserRow } from '../gitlab/state.ts';
import { personNamed, type RouteContext } from './context.ts';
import { Fields } from './input.ts';

interface IssueRoute {
  Params: { project: string; iid: string };
}

const MAX_DELIVERIES = 200;

/** Who looks: the `user` of the query, else the administrator, who sees everything. */
function viewer(context: RouteContext, query: unknown): string {
  const user = new Fields(query).optional('user');
  return user === undefined ? 'root' : personNamed(context, user).username;
}

interface Sight {
  state: GitLabState;
  user: UserRow;
  project: ProjectRow;
  issue: IssueRow;
}

/** An issue as one person finds it; throws GitLab's 404 where they may not see it. */
function look(context: RouteContext, params: IssueRoute['Params'], query: unknown): Sight {
  const state = context.gitlab.state();
  const name = viewer(context, query);
  const user = state.users.find((row) => row.username === name);
  const project = findProject(state, params.project);
  const issue = project === null ? null : findIssue(state, project, Number(params.iid));
  if (user === undefined || project === null || issue === null || !canReadIssue(state, issue, user)) {
    throw notFound('Issue');
  }
  return { state, user, project, issue };
}

/** The notes as GitLab's API shows them, each with the discussion it belongs to. */
function notesOf(context: RouteContext, params: IssueRoute['Params'], query: unknown) {
  const { state, user, issue } = look(context, params, query);
  const rows = state.notes.filter((note) => note.issueId === issue.id && canReadNote(state, note, user));
  const discussions = new Map(rows.map((note) => [note.id, note.discussionId]));
  return context.gitlab
    .as(user.username)
    .notes(params.project, Number(params.iid))
    .map((note) => ({
      ...note,
      discussion_id: discussions.get(note.id) ?? null,
      emojis: state.awards
        .filter(({ on, onId }) => on === 'Note' && onId === note.id)
        .map(({ name }) => name),
    }));
}

/** Contacts are for Planners and above, as in GitLab. */
function seesContacts({ state, user, project }: Sight): boolean {
  return projectLevel(state, project, user) >= ROLE_LEVELS.planner;
}

async function contactsOf(context: RouteContext, params: IssueRoute['Params'], query: unknown) {
  const { issueContacts } = context;
  if (issueContacts === null) return { known: false, visible: false, contacts: [] };
  const sight = look(context, params, query);
  if (!seesContacts(sight)) return { known: true, visible: false, contacts: [] };
  const contacts = await issueContacts(projectPath(sight.state, sight.project), sight.issue.iid);
  return { known: true, visible: true, contacts };
}

/** What the comment box offers after `[contact:`: the demo's contacts of the issue's company. */
function suggestionsFor(context: RouteContext, params: IssueRoute['Params'], query: unknown) {
  const sight = look(context, params, query);
  if (!seesContacts(sight)) return [];
  const [root] = projectPath(sight.state, sight.project).split('/');
  return context.world.contacts
    .filter((contact) => contact.group === root && contact.active && contact.email !== null)
    .map(({ firstName, lastName, email, organization }) => ({
      name: `${firstName} ${lastName}`,
      email,
      organization,
    }));
}

function deliveries({ gitlab }: RouteContext) {
  return gitlab
    .deliveries()
    .slice(-MAX_DELIVERIES)
    .map(({ requestHeaders, ...row }) => ({
      ...row,
      event: requestHeaders['X-Gitlab-Event'] ?? requestHeaders['x-gitlab-event'] ?? row.trigger,
      requestHeaders,
    }));
}

/** `/sandbox/api/gitlab/*`, looking only. */
export function addGitLabReads(app: FastifyInstance, context: RouteContext): void {
  const issue = '/sandbox/api/gitlab/issues/:project/:iid';
  app.get('/sandbox/api/gitlab/deliveries', async () => deliveries(context));
  app.get<IssueRoute>(issue, async ({ params, query }) => {
    const { user } = look(context, params, query);
    return context.gitlab.as(user.username).issue(params.project, Number(params.iid));
  });
  app.get<IssueRoute>(`${issue}/notes`, async ({ params, query }) => notesOf(context, params, query));
  app.get<IssueRoute>(`${issue}/contacts`, async ({ params, query }) => contactsOf(context, params, query));
  app.get<IssueRoute>(`${issue}/suggestions`, async ({ params, query }) =>
    suggestionsFor(context, params, query),
  );
}
