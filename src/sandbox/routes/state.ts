import type { FastifyInstance } from 'fastify';
import { type Role, roleFromAccessLevel } from '../../domain/roles.ts';
import { groupLevel } from '../gitlab/access.ts';
import { findToken, groupPath, namespacePath, projectPath } from '../gitlab/paths.ts';
import type { GitLabState, UserRow } from '../gitlab/state.ts';
import type { RouteContext } from './context.ts';

/** A role, or what else somebody is to the first company of the demo. */
type CastRole = Exclude<Role, 'none'> | 'outsider' | 'admin' | 'bot';

/** What somebody is to the demo's first company. */
function castRole(state: GitLabState, user: UserRow): CastRole {
  if (user.bot) return 'bot';
  if (user.admin) return 'admin';
  const [first] = state.groups;
  const role = first === undefined ? 'none' : roleFromAccessLevel(groupLevel(state, first, user));
  return role === 'none' ? 'outsider' : role;
}

/** The role of somebody on each root group. */
function rolesOf(state: GitLabState, user: UserRow): Record<string, Role> {
  const roots = state.groups.filter((group) => group.parentId === null);
  return Object.fromEntries(
    roots.map((group) => [groupPath(state, group), roleFromAccessLevel(groupLevel(state, group, user))]),
  );
}

function slackPart({ slack, world, platforms, tielineUrl }: RouteContext, state: GitLabState) {
  const { signingSecret, botToken, apiUrl } = platforms.slack;
  return {
    signingSecret,
    teamId: slack.team.id,
    teamName: slack.team.name,
    apiUrl,
    eventsUrl: `${tielineUrl()}/slack/events`,
    botToken,
    botUserId: world.slack.botUserId,
    channels: slack
      .channels()
      .filter((channel) => channel.kind !== 'im')
      .map(({ id, name, topic }) => ({ id, name, topic })),
    users: slack.users().map(({ id, name, realName, email, isBot }) => {
      const person = world.people.find((entry) => entry.slackUserId === id);
      const user = state.users.find((entry) => entry.id === person?.id);
      return {
        id,
        name,
        realName,
        email,
        isBot,
        gitlabUsername: person?.username ?? null,
        about: person?.about ?? '',
        role: user === undefined ? 'outsider' : castRole(state, user),
      };
    }),
  };
}

function gitlabPart({ gitlab, world, platforms, botUsername, tielineUrl }: RouteContext, state: GitLabState) {
  const { url, webhookSecret, systemHookSecret } = platforms.gitlab;
  return {
    url,
    webhookSecret,
    systemHookSecret,
    webhooksUrl: `${tielineUrl()}/gitlab/webhooks`,
    systemHooksUrl: `${tielineUrl()}/gitlab/system-hooks`,
    botUsername,
    users: state.users.map((user) => ({
      id: user.id,
      username: user.username,
      name: user.name,
      token: findToken(state, user),
      role: castRole(state, user),
      roles: rolesOf(state, user),
      slackUserId: world.people.find((person) => person.id === user.id)?.slackUserId ?? null,
    })),
    groups: state.groups.map((group) => ({
      id: group.id,
      full_path: groupPath(state, group),
      parent_id: group.parentId,
    })),
    projects: state.projects.map((project) => ({
      id: project.id,
      path_with_namespace: projectPath(state, project),
      namespace: namespacePath(state, project),
    })),
    ...issuesPart(state),
    switches: { ...gitlab.switches },
  };
}

function issuesPart(state: GitLabState) {
  const paths = new Map(state.projects.map((project) => [project.id, projectPath(state, project)]));
  return {
    issues: state.issues.map((issue) => ({
      id: issue.id,
      iid: issue.iid,
      project: paths.get(issue.projectId) ?? '',
      project_id: issue.projectId,
      title: issue.title,
      state: issue.state,
      confidential: issue.confidential,
    })),
  };
}

/** `GET /sandbox/api/state`: everything that a program needs to drive the sandbox from outside. */
export function addStateRoute(app: FastifyInstance, context: RouteContext): void {
  app.get('/sandbox/api/state', async () => {
    const state = context.gitlab.state();
    return { slack: slackPart(context, state), gitlab: gitlabPart(context, state) };
  });
}
