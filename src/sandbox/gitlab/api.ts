/** The frame of every REST route: who calls, with which scope, and what they find under a path. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canReadGroup, canReadIssue, canReadProject } from './access.ts';
import type { Actor, Lab } from './lab.ts';
import { type PageRequest, paginate } from './pages.ts';
import { type Params, readParams } from './params.ts';
import { findGroup, findIssue, findProject, findRedirect } from './paths.ts';
import { notFound, Refusal } from './refusal.ts';
import type { GroupRow, IssueRow, ProjectRow, UserRow } from './state.ts';

/** One request of a known person. What they may not see throws the 404 that it would be for anybody. */
export interface Call {
  readonly actor: Actor;
  readonly user: UserRow;
  readonly token: string;
  readonly params: Params;
  readonly reply: FastifyReply;
  /** A named part of the path, decoded. */
  part(name: string): string;
  group(): GroupRow;
  project(): ProjectRow;
  issue(): IssueRow;
  page<Row>(rows: readonly Row[], key: (row: Row) => number): Row[];
}

/** Gives the body; undefined answers 204. */
export type Handler = (call: Call) => unknown;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
/** A method and a path, `GET /groups/:id`. */
export type Route = `${Method} ${string}`;

/** Where routes are hung up. */
export interface Api {
  readonly lab: Lab;
  readonly app: FastifyInstance;
  /** `route` is a method and a path, below `/api/v4` unless it begins with `/api`. `scopes` are those of which a token needs one: `api`, and for GET also `read_api`. */
  on(route: Route, handler: Handler, scopes?: readonly string[]): void;
}

const PREFIX = '/api/v4';

function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function tokenOf(request: FastifyRequest, params: Params): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headerText(request, 'authorization') ?? '')?.[1];
  return (
    headerText(request, 'private-token') ??
    bearer ??
    params.text('private_token') ??
    params.text('access_token')
  );
}

function insufficient(scopes: readonly string[]): Refusal {
  return new Refusal(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: scopes.join(' '),
  });
}

/** The owner of the request's token; throws GitLab's 401 or 403. */
function authenticate(lab: Lab, token: string | undefined, scopes: readonly string[]): UserRow {
  const row = lab.state.tokens.find((candidate) => candidate.token === token);
  const user = lab.state.users.find((candidate) => candidate.id === row?.userId);
  if (row === undefined || user === undefined) throw new Refusal(401, { message: '401 Unauthorized' });
  if (row.revoked) {
    const description = 'Token was revoked. You have to re-authorize from the user.';
    throw new Refusal(401, { error: 'invalid_token', error_description: description });
  }
  if (user.state === 'blocked') {
    throw new Refusal(403, { message: '403 Forbidden - Your account has been blocked.' });
  }
  if (!scopes.some((scope) => row.scopes.includes(scope))) throw insufficient(scopes);
  return user;
}

/** GitLab leads a GET by an old path to the id and refuses every other method. */
function moved(lab: Lab, request: FastifyRequest, old: { kind: 'group' | 'project'; path: string }): Refusal {
  const id = findRedirect(lab.state, old.kind, old.path);
  if (id === null) return notFound(old.kind === 'group' ? 'Group' : 'Project');
  if (request.method !== 'GET') {
    return new Refusal(405, { message: '405 Non GET methods are not allowed for moved projects' });
  }
  const location = lab.baseUrl() + request.url.replace(/^(\/api\/v4\/\w+\/)[^/?]+/, `$1${id}`);
  return new Refusal(
    301,
    { message: `This resource has been moved permanently to ${location}` },
    { location },
  );
}

function makeCall(actor: Actor, request: FastifyRequest, reply: FastifyReply): Call {
  const { lab, user } = actor;
  const params = readParams(request.query, request.body);
  const parts = readParams(request.params);
  const part = (name: string) => parts.text(name) ?? '';
  const page: PageRequest = { params, reply, address: lab.baseUrl() + request.url };
  const project = (): ProjectRow => {
    const row = findProject(lab.state, part('id'));
    if (row === null) throw moved(lab, request, { kind: 'project', path: part('id') });
    if (!canReadProject(lab.state, row, user)) throw notFound('Project');
    return row;
  };
  return {
    actor,
    user,
    token: tokenOf(request, params) ?? '',
    params,
    reply,
    part,
    group: () => {
      const row = findGroup(lab.state, part('id'));
      if (row === null) throw moved(lab, request, { kind: 'group', path: part('id') });
      if (!canReadGroup(lab.state, row, user)) throw notFound('Group');
      return row;
    },
    project,
    issue: () => {
      const row = findIssue(lab.state, project(), Number(part('iid')));
      if (row === null || !canReadIssue(lab.state, row, user)) throw notFound();
      return row;
    },
    page: (rows, key) => paginate(page, rows, key),
  };
}

/** `onCaller` hears who made a request, for the request log. */
export function createApi(
  app: FastifyInstance,
  lab: Lab,
  onCaller: (request: FastifyRequest, user: UserRow) => void,
): Api {
  return {
    lab,
    app,
    on: (route, handler, scopes = route.startsWith('GET ') ? ['api', 'read_api'] : ['api']) => {
      const [method = '', path = ''] = route.split(' ');
      app.route({
        method,
        url: path.startsWith('/api/') ? path : PREFIX + path,
        handler: async (request, reply) => {
          const user = authenticate(lab, tokenOf(request, readParams(request.query)), scopes);
          onCaller(request, user);
          const chain = headerText(request, 'x-gitlab-event-uuid') ?? null;
          const body = await handler(makeCall({ lab, user, chain }, request, reply));
          return body === undefined ? reply.code(204).send() : body;
        },
      });
    },
  };
}
