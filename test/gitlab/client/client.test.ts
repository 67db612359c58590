import { createServer, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { groupPlace, projectPlace } from '../../../src/domain/actor.ts';
import { hasCode } from '../../../src/domain/errors.ts';
import { gitLabUserId, groupId, projectId } from '../../../src/domain/ids.ts';
import { createGitLabClient, type GitLabClientOptions } from '../../../src/gitlab/client/client.ts';
import { GitLabRequestError, requestErrorBehind } from '../../../src/gitlab/client/request-error.ts';
import type { CallReport } from '../../../src/gitlab/client/transport.ts';
import { useNock } from '../../support/nock.ts';
import { keptLog } from '../kept-log.ts';

const URL_ = 'https://gitlab.test';
const ADA = { id: 7, username: 'ada', name: 'Ada', state: 'active' };
const ISSUE = { project: projectId(5), iid: 3 };
const NOTE_URL = '/api/v4/projects/5/issues/3/notes';
const WORDS = { body: 'hello', internal: false };

const client = (options: Partial<GitLabClientOptions> = {}) =>
  createGitLabClient({ url: URL_, token: 'bot-token', log: keptLog(), ...options });

/** What a promise rejects with; the test fails when it does not. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

useNock();
beforeAll(() => nock.disableNetConnect());
afterEach(() => expect(nock.pendingMocks()).toEqual([]));

describe('reads', () => {
  test('send the token as a bearer and give typed ids', async () => {
    nock(URL_, { reqheaders: { authorization: 'Bearer bot-token' } })
      .get('/api/v4/user')
      .reply(200, ADA);
    expect((await client().currentUser()).id).toBe(gitLabUserId(7));
  });

  test('ask below the path of an instance that has one', async () => {
    nock(URL_).get('/gitlab/api/v4/user').reply(200, ADA);
    expect((await client({ url: `${URL_}/gitlab/` }).currentUser()).username).toBe('ada');
  });

  test('give null for 404', async () => {
    nock(URL_).get('/api/v4/users/7').reply(404, { message: '404 User Not Found' });
    expect(await client().user(gitLabUserId(7))).toBeNull();
  });

  test('ask for effective memberships of groups and projects', async () => {
    const member = { id: 7, state: 'active', access_level: 15, expires_at: null };
    nock(URL_).get('/api/v4/groups/2/members/all/7').reply(200, member);
    nock(URL_).get('/api/v4/projects/5/members/all/7').reply(200, member);
    const ada = gitLabUserId(7);
    expect((await client().member(groupPlace(groupId(2)), ada))?.access_level).toBe(15);
    expect((await client().member(projectPlace(projectId(5)), ada))?.access_level).toBe(15);
  });

  test('follow the pages of root groups', async () => {
    const group = (id: number) => ({ id, name: `g${id}`, full_path: `g${id}`, parent_id: null });
    const query = { top_level_only: 'true', min_access_level: '10', per_page: '100' };
    nock(URL_)
      .get('/api/v4/groups')
      .query(query)
      .reply(200, [group(1)], { link: `<${URL_}/api/v4/groups?page=2&per_page=100>; rel="next"` });
    nock(URL_)
      .get('/api/v4/groups')
      .query({ page: '2', per_page: '100' })
      .reply(200, [group(2)]);
    expect((await client().rootGroups()).map((found) => found.full_path)).toEqual(['g1', 'g2']);
  });

  test('use the admin token for e-mail addresses, and nothing without one', async () => {
    expect(await client().usersByEmail('ada@example.com')).toBeNull();
    nock(URL_, { reqheaders: { authorization: 'Bearer root-token' } })
      .get('/api/v4/users')
      .query({ search: 'ada@example.com', per_page: '20' })
      .reply(200, [{ ...ADA, email: 'ada@example.com', confirmed_at: '2026-01-01T00:00:00Z' }]);
    const found = await client({ adminToken: 'root-token' }).usersByEmail('ada@example.com');
    expect(found?.map((user) => user.username)).toEqual(['ada']);
  });

  test('report each try by route, without ids and names', async () => {
    const calls: CallReport[] = [];
    nock(URL_).get('/api/v4/groups/acme%2Fsecret').query(true).reply(502);
    nock(URL_).get('/api/v4/groups/acme%2Fsecret').query(true).reply(404, {});
    await client({ onCall: (call) => calls.push(call) }).group('acme/secret');
    expect(calls.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      'GET groups/:id 502',
      'GET groups/:id 404',
    ]);
  });
});

describe('tries again', () => {
  test.each([502, 503, 504])('a read that was answered %i', async (status) => {
    nock(URL_).get('/api/v4/user').reply(status, 'down');
    nock(URL_).get('/api/v4/user').reply(200, ADA);
    expect((await client().currentUser()).username).toBe('ada');
  });

  test('a read whose connection broke', async () => {
    nock(URL_)
      .get('/api/v4/user')
      .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    nock(URL_).get('/api/v4/user').reply(200, ADA);
    expect((await client().currentUser()).username).toBe('ada');
  });

  test('a read that was limited, no sooner than GitLab allows', async () => {
    nock(URL_).get('/api/v4/user').reply(429, {}, { 'retry-after': '1' });
    nock(URL_).get('/api/v4/user').reply(200, ADA);
    const startedAt = performance.now();
    await client().currentUser();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  test('at most three times', async () => {
    nock(URL_).get('/api/v4/user').times(4).reply(503, '');
    const error = await failureOf(client().currentUser());
    expect(hasCode(error, 'unavailable.gitlab')).toBe(true);
  });

  test('not at all when GitLab wants to be left alone for long', async () => {
    nock(URL_).get('/api/v4/user').reply(429, {}, { 'retry-after': '90' });
    const error = await failureOf(client().currentUser());
    expect(requestErrorBehind(error)?.retryAfterMs).toBe(90_000);
  });

  test('not at all for a limit that names no time, which counts as a minute', async () => {
    nock(URL_)
      .get('/api/v4/user')
      .reply(429, { message: { error: 'This endpoint has been requested too many times' } });
    const error = await failureOf(client().currentUser());
    expect(requestErrorBehind(error)?.retryAfterMs).toBe(60_000);
  });

  test.each([
    ['create', 'post', NOTE_URL, (c: ReturnType<typeof client>) => c.createNote(ISSUE, WORDS)],
    ['edit', 'put', `${NOTE_URL}/9`, (c: ReturnType<typeof client>) => c.updateNote(ISSUE, 9n, 'x')],
  ] as const)('never a write: to %s a note', async (_name, method, path, write) => {
    nock(URL_)[method](path).reply(502, '');
    const error = await failureOf(write(client()));
    expect(hasCode(error, 'unavailable.gitlab')).toBe(true);
  });

  test('never a write whose connection broke', async () => {
    nock(URL_).post(NOTE_URL).replyWithError('broken');
    const error = await failureOf(client().createNote(ISSUE, WORDS));
    expect(requestErrorBehind(error)?.failure).toBe('network');
  });
});

describe('writes', () => {
  test('a note, and gives its id', async () => {
    nock(URL_).post(NOTE_URL, { body: 'hello', internal: true }).reply(201, { id: 12, body: 'hello' });
    expect(await client().createNote(ISSUE, { body: 'hello', internal: true })).toBe(12n);
  });

  test('gives null when GitLab took the text for quick actions', async () => {
    nock(URL_)
      .post(NOTE_URL)
      .reply(202, { commands_changes: {}, summary: ['Closed.'] });
    expect(await client().createNote(ISSUE, WORDS)).toBeNull();
  });

  test('a reply into its discussion', async () => {
    nock(URL_).post('/api/v4/projects/5/issues/3/discussions/abc/notes').reply(201, { id: 13 });
    expect(await client().replyInDiscussion(ISSUE, 'abc', WORDS)).toBe(13n);
  });

  test('an emoji on a note and on an issue', async () => {
    nock(URL_).post(`${NOTE_URL}/9/award_emoji`, { name: 'eyes' }).reply(201, { id: 1 });
    nock(URL_).post('/api/v4/projects/5/issues/3/award_emoji', { name: 'eyes' }).reply(201, { id: 2 });
    await client().awardEmoji(ISSUE, 9n, 'eyes');
    await client().awardEmoji(ISSUE, null, 'eyes');
  });

  test('lets a refusal through as it is', async () => {
    nock(URL_).post(NOTE_URL).reply(404, { message: '404 Issue Not Found' });
    const error = await failureOf(client().createNote(ISSUE, WORDS));
    expect(error).toBeInstanceOf(GitLabRequestError);
    expect(String(error)).toContain('404 Issue Not Found');
  });
});

describe('whether somebody changed a note', () => {
  const GRAPHQL = '/api/graphql';
  const asked = (body: { query?: string; variables?: unknown }) =>
    body.query?.includes('lastEditedBy') === true &&
    JSON.stringify(body.variables) === '{"id":"gid://gitlab/Note/9"}';

  test.each<[string, object, boolean | null]>([
    ['is told by who did', { data: { note: { lastEditedBy: { id: 'gid://gitlab/User/7' } } } }, true],
    ['is no where nobody did', { data: { note: { lastEditedBy: null } } }, false],
    ['is not known of a note that is not to be seen', { data: { note: null } }, null],
    ['is not known by a GitLab without it', { errors: [{ message: "Field 'note' doesn't exist" }] }, null],
    [
      'is not known where half the answer is an error',
      { data: { note: { lastEditedBy: null } }, errors: [{ message: 'Timeout' }] },
      null,
    ],
  ])('%s', async (_, answer, expected) => {
    const scope = nock(URL_, { reqheaders: { authorization: 'Bearer bot-token' } });
    scope.post(GRAPHQL, asked).reply(200, answer);
    expect(await client().wasNoteEdited(9n)).toBe(expected);
  });

  test.each([401, 403, 404])('is not known where something on the way says %i', async (status) => {
    nock(URL_).post(GRAPHQL).reply(status, { message: 'No' });
    expect(await client().wasNoteEdited(9n)).toBeNull();
  });

  test.each([429, 502])('is asked again later when GitLab says %i', async (status) => {
    nock(URL_).post(GRAPHQL).reply(status, {});
    expect(hasCode(await failureOf(client().wasNoteEdited(9n)), 'unavailable.gitlab')).toBe(true);
  });

  test('is asked below the path of an instance that has one, and reported by its route', async () => {
    const calls: CallReport[] = [];
    nock(URL_)
      .post('/gitlab/api/graphql')
      .reply(200, { data: { note: { lastEditedBy: null } } });
    const asking = client({ url: `${URL_}/gitlab/`, onCall: (call) => calls.push(call) });
    expect(await asking.wasNoteEdited(9n)).toBe(false);
    expect(calls).toMatchObject([{ method: 'POST', route: 'graphql', status: 200 }]);
  });
});

describe('says what is wrong', () => {
  test('with a token that is no longer good', async () => {
    nock(URL_)
      .get('/api/v4/user')
      .reply(401, { error: 'invalid_token', error_description: 'Token was revoked.' });
    const error = await failureOf(client().currentUser());
    expect(hasCode(error, 'unavailable.gitlab') && error.data.detail).toMatch(/revoked.*GITLAB_TOKEN/);
  });

  test('with a token that lacks a scope', async () => {
    nock(URL_).post(NOTE_URL).reply(403, { error: 'insufficient_scope', scope: 'api' });
    const error = await failureOf(client().createNote(ISSUE, WORDS));
    expect(hasCode(error, 'unavailable.gitlab') && error.data.detail).toMatch(
      /insufficient_scope.*scope api/,
    );
  });

  test('with an admin token that is none', async () => {
    nock(URL_).get('/api/v4/users').query(true).reply(403, { message: '403 Forbidden' });
    const error = await failureOf(client({ adminToken: 'x' }).usersByEmail('a@b.c'));
    expect(hasCode(error, 'unavailable.gitlab') && error.data.detail).toContain('GITLAB_ADMIN_TOKEN');
  });

  test('with a web page that says 200', async () => {
    nock(URL_).get('/api/v4/user').reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' });
    const error = await failureOf(client().currentUser());
    expect(hasCode(error, 'unavailable.gitlab') && error.data.detail).toContain('text/html instead of JSON');
  });

  test('with JSON of another shape', async () => {
    nock(URL_).get('/api/v4/user').reply(200, { id: 'seven' });
    const error = await failureOf(client().currentUser());
    expect(hasCode(error, 'unavailable.gitlab') && error.data.detail).toContain('not understood (id)');
  });

  test('with an answer of more than 10 MB', async () => {
    const big = JSON.stringify({ ...ADA, bio: 'x'.repeat(10 * 1024 * 1024) });
    nock(URL_).get('/api/v4/user').reply(200, big, { 'content-type': 'application/json' });
    const error = await failureOf(client().currentUser());
    expect(hasCode(error, 'unavailable.gitlab') && error.data.detail).toContain('more than 10 MB');
  });

  test('and no token is in any of it', async () => {
    nock(URL_).get('/api/v4/user').reply(401, { message: '401 Unauthorized' });
    const error = await failureOf(client().currentUser());
    expect(JSON.stringify(error) + String(requestErrorBehind(error))).not.toContain('bot-token');
  });
});

describe('redirects', () => {
  test('within the instance are followed for reads, as for a renamed project', async () => {
    nock(URL_)
      .get('/api/v4/projects/old%2Fname')
      .reply(301, '', { location: `${URL_}/api/v4/projects/5` });
    const project = {
      id: 5,
      name: 'n',
      path_with_namespace: 'new/name',
      namespace: { id: 1, kind: 'group' },
    };
    nock(URL_).get('/api/v4/projects/5').reply(200, project);
    expect((await client().project('old/name'))?.path_with_namespace).toBe('new/name');
  });

  test('to another host are not followed, so that the token stays here', async () => {
    nock(URL_).get('/api/v4/user').reply(302, '', { location: 'https://evil.test/api/v4/user' });
    const seen: unknown[] = [];
    nock('https://evil.test')
      .get('/api/v4/user')
      .optionally()
      .reply(200, function () {
        seen.push(this.req.headers);
        return ADA;
      });
    const error = await failureOf(client().currentUser());
    expect(hasCode(error, 'unavailable.gitlab') && error.data.detail).toContain('https://evil.test');
    expect(seen).toEqual([]);
  });

  test('of writes are not followed', async () => {
    nock(URL_)
      .post(NOTE_URL)
      .reply(307, '', { location: `${URL_}/elsewhere` });
    const error = await failureOf(client().createNote(ISSUE, WORDS));
    expect(hasCode(error, 'unavailable.gitlab')).toBe(true);
  });

  test('in circles come to an end', async () => {
    nock(URL_).get('/api/v4/user').times(6).reply(302, '', { location: '/api/v4/user' });
    expect(hasCode(await failureOf(client().currentUser()), 'unavailable.gitlab')).toBe(true);
  });
});

describe('a server that never answers', () => {
  let silent: Server;
  let asked = 0;

  beforeAll(async () => {
    silent = createServer(() => {
      asked += 1;
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    nock.enableNetConnect('127.0.0.1');
  });
  afterAll(async () => {
    nock.disableNetConnect();
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  test('is given up for a write after one try, for a read after four', async () => {
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const hasty = client({ url, timeoutMs: 50 });
    const written = await failureOf(hasty.createNote(ISSUE, WORDS));
    expect(requestErrorBehind(written)?.failure).toBe('timeout');
    expect(asked).toBe(1);
    await failureOf(hasty.currentUser());
    expect(asked).toBe(5);
  });
});

describe('a server that stops', () => {
  let server: Server;
  let plain: NetServer;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"id": 7, "username": "a');
    });
    // Takes the connection and says nothing of TLS.
    plain = createNetServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    for (const each of [server, plain]) {
      await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', () => resolve()));
    }
    nock.enableNetConnect('127.0.0.1');
  });
  afterAll(async () => {
    nock.disableNetConnect();
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    await Promise.all([server, plain].map((each) => new Promise((resolve) => each.close(resolve))));
  });

  const portOf = (each: NetServer) => (each.address() as AddressInfo).port;

  test.each<[string, () => string]>([
    ['while the connection is made secure', () => `https://127.0.0.1:${portOf(plain)}`],
    ['in the middle of its answer', () => `http://127.0.0.1:${portOf(server)}`],
  ])('%s is given up in time', async (_, url) => {
    const hasty = client({ url: url(), timeoutMs: 100 });
    const error = await failureOf(hasty.createNote(ISSUE, WORDS));
    expect(requestErrorBehind(error)?.failure).toBe('timeout');
    expect(hasCode(error, 'unavailable.gitlab') && error.data.detail).toContain('did not answer in time');
  });
});

describe('an answer with an ETag', () => {
  test('is asked for anew and whole each time, since GitLab counts a 304 all the same', async () => {
    for (const name of ['Ada', 'Ada L.']) {
      nock(URL_, { badheaders: ['if-none-match'] })
        .get('/api/v4/user')
        .reply(200, { ...ADA, name }, { etag: 'W/"abc"' });
    }
    const one = client();
    expect([(await one.currentUser()).name, (await one.currentUser()).name]).toEqual(['Ada', 'Ada L.']);
  });

  test('that something on the way answers with 304 is no answer', async () => {
    nock(URL_).get('/api/v4/user').reply(304, '', { etag: 'W/"abc"' });
    const error = await failureOf(client().currentUser());
    expect(requestErrorBehind(error)?.status).toBe(304);
  });
});
