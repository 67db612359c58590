import { canReadIssue } from './access.ts';
import type { Api, Call } from './api.ts';
import { cloneIssue, moveIssue } from './move-issue.ts';
import type { Params } from './params.ts';
import { byId, findProject, findUser, selfAndDescendants } from './paths.ts';
import { presentIssue } from './present-issues.ts';
import { badRequest, forbidden, missing, notFound } from './refusal.ts';
import type { IssueRow, ProjectRow } from './state.ts';
import { createIssue, type IssueEdit, updateIssue } from './write-issues.ts';

type Filter = (issue: IssueRow) => boolean;

function timeFilter(
  params: Params,
  name: string,
  passes: (issue: IssueRow, bound: number) => boolean,
): Filter {
  const text = params.text(name);
  if (text === undefined) return () => true;
  const bound = Date.parse(text);
  if (Number.isNaN(bound)) throw badRequest(`${name} is invalid`);
  return (issue) => passes(issue, bound);
}

function filters(api: Api, call: Call): Filter[] {
  const { params } = call;
  const state = params.text('state') ?? 'all';
  const iids = params.integers('iids');
  const search = params.text('search')?.toLowerCase();
  const confidential = params.flag('confidential');
  const authorName = params.text('author_username');
  const authorId =
    authorName === undefined ? params.integer('author_id') : (findUser(api.lab.state, authorName)?.id ?? 0);
  const assigneeId = params.integer('assignee_id');
  const updated = (issue: IssueRow) => Date.parse(issue.updatedAt);
  const created = (issue: IssueRow) => Date.parse(issue.createdAt);
  return [
    (issue) => canReadIssue(api.lab.state, issue, call.user),
    (issue) => state === 'all' || issue.state === state,
    (issue) => iids === undefined || iids.includes(issue.iid),
    (issue) => search === undefined || `${issue.title}\n${issue.description}`.toLowerCase().includes(search),
    (issue) => confidential === undefined || issue.confidential === confidential,
    (issue) => authorId === undefined || issue.authorId === authorId,
    (issue) => assigneeId === undefined || issue.assigneeIds.includes(assigneeId),
    timeFilter(params, 'updated_after', (issue, bound) => updated(issue) >= bound),
    timeFilter(params, 'updated_before', (issue, bound) => updated(issue) <= bound),
    timeFilter(params, 'created_after', (issue, bound) => created(issue) >= bound),
    timeFilter(params, 'created_before', (issue, bound) => created(issue) <= bound),
  ];
}

function listIssues(api: Api, call: Call, projects: readonly ProjectRow[]) {
  const ids = new Set(projects.map((project) => project.id));
  const tests = filters(api, call);
  const issues = api.lab.state.issues.filter(
    (issue) => ids.has(issue.projectId) && tests.every((test) => test(issue)),
  );
  const field = call.params.text('order_by') === 'updated_at' ? 'updatedAt' : 'createdAt';
  const sign = call.params.text('sort') === 'asc' ? 1 : -1;
  issues.sort((left, right) => sign * (left[field].localeCompare(right[field]) || left.id - right.id));
  return call.page(issues, (issue) => issue.id).map((issue) => presentIssue(api.lab, issue));
}

function readEdit(params: Params): IssueEdit {
  const stateEvent = params.text('state_event');
  if (stateEvent !== undefined && stateEvent !== 'close' && stateEvent !== 'reopen') {
    throw badRequest('state_event does not have a valid value');
  }
  return {
    title: params.text('title'),
    description: params.text('description'),
    confidential: params.flag('confidential'),
    assigneeIds: params.integers('assignee_ids'),
    labels: params.words('labels'),
    stateEvent,
  };
}

function putIssue(api: Api, call: Call) {
  const issue = call.issue();
  const edit = readEdit(call.params);
  if (Object.values(edit).every((value) => value === undefined)) {
    throw badRequest('assignee_ids, confidential, description, labels, state_event, title are missing');
  }
  updateIssue(call.actor, issue, edit);
  return presentIssue(api.lab, issue);
}

function targetProject(api: Api, call: Call): ProjectRow {
  const id = call.params.integer('to_project_id');
  if (id === undefined) throw missing('to_project_id');
  const target = findProject(api.lab.state, String(id));
  if (target === null) throw notFound('Project');
  return target;
}

function writeRoutes(api: Api): void {
  api.on('POST /projects/:id/issues', (call) => {
    const title = call.params.text('title');
    if (title === undefined) throw missing('title');
    const { description, confidential, assigneeIds, labels } = readEdit(call.params);
    const input = { title, description, confidential, assigneeIds, labels };
    const issue = createIssue(call.actor, call.project(), input);
    void call.reply.code(201);
    return presentIssue(api.lab, issue);
  });
  api.on('PUT /projects/:id/issues/:iid', (call) => putIssue(api, call));
  api.on('POST /projects/:id/issues/:iid/move', (call) => {
    const copy = moveIssue(call.actor, call.issue(), targetProject(api, call));
    void call.reply.code(201);
    return presentIssue(api.lab, copy);
  });
  api.on('POST /projects/:id/issues/:iid/clone', (call) => {
    const to = { target: targetProject(api, call), withNotes: call.params.flag('with_notes') ?? false };
    const copy = cloneIssue(call.actor, call.issue(), to);
    void call.reply.code(201);
    return presentIssue(api.lab, copy);
  });
}

/** Issues of projects, of groups with all below them, and of the instance. */
export function issueRoutes(api: Api): void {
  const { state } = api.lab;
  api.on('GET /issues', (call) => {
    const scope = call.params.text('scope') ?? 'created_by_me';
    if (scope !== 'all') throw badRequest(`scope ${scope} is not kept here; ask with scope=all`);
    return listIssues(api, call, state.projects);
  });
  api.on('GET /issues/:issue_id', (call) => {
    if (!call.user.admin) throw forbidden();
    const issue = state.issues.find((row) => row.id === Number(call.part('issue_id')));
    if (issue === undefined) throw notFound('Issue');
    return presentIssue(api.lab, byId(state.issues, issue.id));
  });
  api.on('GET /groups/:id/issues', (call) => {
    const ids = new Set(selfAndDescendants(state, call.group()).map((group) => group.id));
    return listIssues(
      api,
      call,
      state.projects.filter((project) => project.groupId !== null && ids.has(project.groupId)),
    );
  });
  api.on('GET /projects/:id/issues', (call) => listIssues(api, call, [call.project()]));
  api.on('GET /projects/:id/issues/:iid', (call) => presentIssue(api.lab, call.issue()));
  writeRoutes(api);
}
