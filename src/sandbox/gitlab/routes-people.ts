import { groupMemberRows, projectMemberRows } from './access.ts';
import type { Api, Call } from './api.ts';
import { GITLAB_VERSION } from './hook-headers.ts';
import { byId } from './paths.ts';
import { presentMember, presentSelf, presentToken, presentUser, presentUserFor } from './present-people.ts';
import { forbidden, notFound } from './refusal.ts';
import type { MemberRow, UserRow } from './state.ts';

const READ_USER = ['api', 'read_api', 'read_user'];

/** One row a person, the highest level winning; `direct` leaves inherited ones out. */
function effective(rows: readonly MemberRow[]): MemberRow[] {
  const best = new Map<number, MemberRow>();
  for (const row of rows) {
    if (row.level > (best.get(row.userId)?.level ?? 0)) best.set(row.userId, row);
  }
  return [...best.values()].sort((left, right) => left.userId - right.userId);
}

function listMembers(api: Api, call: Call, rows: readonly MemberRow[]) {
  const query = call.params.text('query')?.toLowerCase() ?? '';
  const ids = call.params.integers('user_ids');
  const members = effective(rows).filter((row) => {
    const { name, username } = byId(api.lab.state.users, row.userId);
    const named = name.toLowerCase().includes(query) || username.toLowerCase().includes(query);
    return named && (ids === undefined || ids.includes(row.userId));
  });
  return call.page(members, (row) => row.userId).map((row) => presentMember(api.lab, row));
}

function showMember(api: Api, call: Call, rows: readonly MemberRow[]) {
  const row = effective(rows).find((candidate) => candidate.userId === Number(call.part('user_id')));
  if (row === undefined) throw notFound();
  return presentMember(api.lab, row);
}

function memberRoutes(api: Api): void {
  const { state } = api.lab;
  const direct = (rows: readonly MemberRow[], on: MemberRow['on'], onId: number) =>
    rows.filter((row) => row.on === on && row.onId === onId);
  const group = (call: Call) => groupMemberRows(state, call.group());
  const project = (call: Call) => projectMemberRows(state, call.project());
  const ownGroup = (call: Call) => direct(group(call), 'group', call.group().id);
  const ownProject = (call: Call) => direct(project(call), 'project', call.project().id);
  api.on('GET /groups/:id/members', (call) => listMembers(api, call, ownGroup(call)));
  api.on('GET /groups/:id/members/all', (call) => listMembers(api, call, group(call)));
  api.on('GET /groups/:id/members/:user_id', (call) => showMember(api, call, ownGroup(call)));
  api.on('GET /groups/:id/members/all/:user_id', (call) => showMember(api, call, group(call)));
  api.on('GET /projects/:id/members', (call) => listMembers(api, call, ownProject(call)));
  api.on('GET /projects/:id/members/all', (call) => listMembers(api, call, project(call)));
  api.on('GET /projects/:id/members/:user_id', (call) => showMember(api, call, ownProject(call)));
  api.on('GET /projects/:id/members/all/:user_id', (call) => showMember(api, call, project(call)));
}

/** Private addresses are found by an administrator only, and only in full. */
function listUsers(api: Api, call: Call) {
  const username = call.params.text('username')?.toLowerCase();
  const search = call.params.text('search')?.toLowerCase();
  const fits = (user: UserRow) => {
    if (username !== undefined && user.username.toLowerCase() !== username) return false;
    if (search === undefined) return true;
    if (call.user.admin && user.email.toLowerCase() === search) return true;
    return user.name.toLowerCase().includes(search) || user.username.toLowerCase().includes(search);
  };
  const users = api.lab.state.users.filter(fits).sort((left, right) => right.id - left.id);
  return call
    .page(users, (user) => user.id)
    .map((user) => (call.user.admin ? presentUserFor(api.lab, user, call.user) : presentUser(api.lab, user)));
}

/** The settings of the instance that say where it sends requests. */
function outboundSettings({ lab }: Api, { user }: Call) {
  if (!user.admin) throw forbidden();
  const { denyLocalWebhooks = false, allowedAddresses = [] } = lab.state.switches;
  return {
    allow_local_requests_from_web_hooks_and_services: !denyLocalWebhooks,
    allow_local_requests_from_system_hooks: true,
    outbound_local_requests_whitelist: allowedAddresses,
    deny_all_requests_except_allowed: false,
  };
}

/** Users, members, tokens, the version and some settings. */
export function peopleRoutes(api: Api): void {
  const { lab } = api;
  const version = { version: `${GITLAB_VERSION}-ee`, revision: '5a6b7c8d9e0' };
  api.on('GET /user', (call) => presentSelf(lab, call.user), READ_USER);
  api.on('GET /users', (call) => listUsers(api, call), READ_USER);
  api.on(
    'GET /users/:id',
    (call) => {
      const user = lab.state.users.find((row) => row.id === Number(call.part('id')));
      if (user === undefined) throw notFound('User');
      return presentUserFor(lab, user, call.user);
    },
    READ_USER,
  );
  api.on(
    'GET /personal_access_tokens/self',
    (call) => {
      const row = lab.state.tokens.find((token) => token.token === call.token);
      if (row === undefined) throw notFound();
      return presentToken(row);
    },
    READ_USER,
  );
  api.on('GET /version', () => version, READ_USER);
  const kas = { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null };
  api.on('GET /metadata', () => ({ ...version, kas, enterprise: true }), READ_USER);
  api.on('GET /application/settings', (call) => outboundSettings(api, call), ['api']);
  memberRoutes(api);
}
