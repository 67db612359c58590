import { describe, expect, test } from 'vitest';
import { groupPlace, placeKey, projectPlace } from '../../src/domain/actor.ts';
import { hasCode } from '../../src/domain/errors.ts';
import { gitLabUserId, groupId, projectId } from '../../src/domain/ids.ts';
import { createGitLabClient } from '../../src/gitlab/client/client.ts';
import { createDirectory } from '../../src/gitlab/directory.ts';
import { readDirectoryHook } from '../../src/gitlab/directory-event.ts';
import { sample } from './hook-samples.ts';
import { keptLog } from './kept-log.ts';

const DEV = gitLabUserId(7);
const APP = projectPlace(projectId(5));
const ACME = groupPlace(groupId(2));
const group = (id: number, fullPath: string, parentId: number | null) => ({
  id,
  name: fullPath,
  full_path: fullPath,
  parent_id: parentId,
});
const member = (level: number, more: object = {}) => ({
  id: 7,
  state: 'active',
  access_level: level,
  ...more,
});
const user = (more: object = {}) => ({ id: 7, username: 'dev', name: 'Dev', state: 'active', ...more });

/** A GitLab that answers from a table by path, counts, and can be changed or held back while it runs. */
function gitLab() {
  const answers: Record<string, unknown> = {
    '/groups/2': group(2, 'acme', null),
    '/groups/3': group(3, 'acme/platform', 2),
    '/groups/4': group(4, 'acme/platform/core', 3),
    '/groups/acme%2Fplatform%2Fcore': group(4, 'acme/platform/core', 3),
    '/groups/9': group(9, 'hidden/child', 8),
    '/projects/5': {
      id: 5,
      name: 'App',
      path_with_namespace: 'acme/app',
      namespace: { id: 2, kind: 'group' },
    },
    '/projects/6': {
      id: 6,
      name: 'Own',
      path_with_namespace: 'dev/own',
      namespace: { id: 77, kind: 'user' },
    },
    '/users/7': user({ bot: false }),
    '/groups/2/members/all/7': member(30),
    '/projects/5/members/all/7': member(40),
  };
  const asked: string[] = [];
  let held: Promise<void> | null = null;
  const fetch = async (input: unknown): Promise<Response> => {
    const { pathname } = new URL(String(input));
    const path = pathname.replace('/api/v4', '');
    asked.push(path);
    const answer = answers[path];
    if (held !== null) await held;
    const status = answer === undefined ? 404 : typeof answer === 'number' ? answer : 200;
    const headers = { 'content-type': 'application/json' };
    return new Response(JSON.stringify(status === 200 ? answer : {}), { status, headers });
  };
  const hold = (): (() => void) => {
    let release = () => {};
    held = new Promise((resolve) => {
      release = () => {
        held = null;
        resolve();
      };
    });
    return () => release();
  };
  return { answers, asked, fetch: fetch as typeof globalThis.fetch, hold };
}

function setup(options: { adminToken?: string } = {}) {
  const lab = gitLab();
  let now = Date.parse('2026-05-28T12:00:00Z');
  const client = createGitLabClient({
    url: 'https://gitlab.test',
    token: 't',
    log: keptLog(),
    fetch: lab.fetch,
    ...options,
  });
  const directory = createDirectory({ client, clock: () => now });
  const roleAt = async (place = ACME, fresh = false) =>
    (await directory.roles(DEV, [place], { fresh })).get(placeKey(place));
  const pass = (ms: number) => {
    now += ms;
  };
  return { ...lab, directory, roleAt, pass };
}

describe('hierarchy', () => {
  test('climbs to the root, and each group is asked for once', async () => {
    const { directory, asked } = setup();
    const found = await directory.group('Acme/Platform/Core'.toLowerCase());
    expect(found?.chain.map((one) => one.fullPath)).toEqual(['acme/platform/core', 'acme/platform', 'acme']);
    await directory.group(groupId(3));
    expect(asked).toEqual(['/groups/acme%2Fplatform%2Fcore', '/groups/3', '/groups/2']);
  });

  test('is null when the bot does not see all of it', async () => {
    const { directory } = setup();
    expect(await directory.group(groupId(9))).toBeNull();
  });

  test('of groups that contain each other is no answer', async () => {
    const { directory, answers } = setup();
    answers['/groups/2'] = group(2, 'acme', 3);
    await expect(directory.group(groupId(3))).rejects.toSatisfy((error) =>
      hasCode(error, 'unavailable.gitlab'),
    );
  });

  test.each(['..', '.', 'acme/..', '', 'a//b', 'a b', '../admin', 'x'.repeat(2_000)])(
    'is not asked for by %j, which is no path',
    async (path) => {
      const { directory, asked } = setup();
      expect(await directory.group(path)).toBeNull();
      expect(await directory.project(path)).toBeNull();
      expect(asked).toEqual([]);
    },
  );

  test('is not that of group 2 when a path of digits is meant', async () => {
    const { directory } = setup();
    expect(await directory.group('2')).toBeNull();
  });

  test('of a project in a user namespace is none', async () => {
    const { directory } = setup();
    expect((await directory.project(projectId(6)))?.hierarchy).toBeNull();
    expect((await directory.project(projectId(5)))?.hierarchy?.chain[0].fullPath).toBe('acme');
  });
});

describe('what is remembered', () => {
  test('serves for 60 s from the question', async () => {
    const { roleAt, answers, asked, pass } = setup();
    expect(await roleAt()).toBe('developer');
    answers['/groups/2/members/all/7'] = member(10);
    pass(59_999);
    expect(await roleAt()).toBe('developer');
    pass(1);
    expect(await roleAt()).toBe('guest');
    expect(asked).toHaveLength(2);
  });

  test('that somebody is no member serves for 30 s', async () => {
    const { roleAt, answers, pass } = setup();
    delete answers['/groups/2/members/all/7'];
    expect(await roleAt()).toBe('none');
    answers['/groups/2/members/all/7'] = member(30);
    pass(29_999);
    expect(await roleAt()).toBe('none');
    pass(1);
    expect(await roleAt()).toBe('developer');
  });

  test('is asked for once by many at a time', async () => {
    const { roleAt, asked, hold } = setup();
    const release = hold();
    const roles = Promise.all([roleAt(), roleAt(), roleAt()]);
    release();
    expect(await roles).toEqual(['developer', 'developer', 'developer']);
    expect(asked).toHaveLength(1);
  });

  test('is passed by when a fresh answer is wanted, which is then remembered', async () => {
    const { roleAt, answers, asked } = setup();
    await roleAt();
    answers['/groups/2/members/all/7'] = member(10);
    expect(await roleAt(ACME, true)).toBe('guest');
    expect(await roleAt()).toBe('guest');
    expect(asked).toHaveLength(2);
  });

  test('is never a failure, and a failure is never a right', async () => {
    const { roleAt, answers, pass } = setup();
    await roleAt();
    answers['/groups/2/members/all/7'] = 403;
    pass(60_000);
    await expect(roleAt()).rejects.toSatisfy((error) => hasCode(error, 'unavailable.gitlab'));
    answers['/groups/2/members/all/7'] = member(30);
    expect(await roleAt()).toBe('developer');
  });

  test('is dropped by a member hook, even while it is on its way', async () => {
    const { roleAt, directory, answers, hold } = setup();
    const event = readDirectoryHook(JSON.parse(sample('member-add').toString('utf8')))?.event;
    expect(event).toBeDefined();
    if (!event) return;
    await roleAt(APP);
    const release = hold();
    const early = roleAt();
    answers['/groups/2/members/all/7'] = member(10);
    answers['/projects/5/members/all/7'] = member(10);
    directory.forget(event);
    release();
    await early;
    expect([await roleAt(), await roleAt(APP)]).toEqual(['guest', 'guest']);
  });

  test('of places is dropped when a project was transferred', async () => {
    const { directory, answers } = setup();
    await directory.project(projectId(5));
    answers['/projects/5'] = {
      id: 5,
      name: 'App',
      path_with_namespace: 'x/app',
      namespace: { id: 3, kind: 'group' },
    };
    const event = readDirectoryHook(JSON.parse(sample('project-transfer').toString('utf8')))?.event;
    expect(event).toBeDefined();
    if (event) directory.forget(event);
    expect((await directory.project(projectId(5)))?.fullPath).toBe('x/app');
  });

  test('is not an issue, which may have become confidential', async () => {
    const { directory, answers } = setup();
    const issue = {
      id: 301,
      iid: 3,
      project_id: 5,
      title: 't',
      state: 'opened',
      created_at: '2026-05-28T06:14:44.830Z',
      updated_at: '2026-05-28T06:14:44.830Z',
    };
    answers['/projects/5/issues/3'] = { ...issue, confidential: false };
    expect((await directory.issue(projectId(5), 3))?.confidential).toBe(false);
    answers['/projects/5/issues/3'] = { ...issue, confidential: true };
    expect((await directory.issue(projectId(5), 3))?.confidential).toBe(true);
    expect(await directory.issue(projectId(5), 4)).toBeNull();
  });
});

describe('roles', () => {
  test.each([
    ['guest', member(10), 'guest'],
    ['planner', member(15), 'planner'],
    ['a level of a newer release', member(25), 'reporter'],
    ['minimal access', member(5), 'none'],
    ['a blocked owner', member(50, { state: 'blocked' }), 'none'],
    ['a membership not yet accepted', member(50, { membership_state: 'awaiting' }), 'none'],
    ['a membership that ended today', member(50, { expires_at: '2026-05-28' }), 'none'],
    ['a membership that ends tomorrow', member(50, { expires_at: '2026-05-29' }), 'owner'],
    ['a membership whose end cannot be read', member(50, { expires_at: 'soon' }), 'none'],
  ])('%s', async (_name, found, role) => {
    const { roleAt, answers } = setup();
    answers['/groups/2/members/all/7'] = found;
    expect(await roleAt()).toBe(role);
  });

  test('end with the membership, though it is remembered', async () => {
    const { roleAt, answers, pass } = setup();
    answers['/groups/2/members/all/7'] = member(50, { expires_at: '2026-05-28T12:00:30Z' });
    expect(await roleAt()).toBe('owner');
    pass(30_000);
    expect(await roleAt()).toBe('none');
  });
});

describe('a user by e-mail', () => {
  const found = (more: object) =>
    user({ email: 'Dev@Example.com', confirmed_at: '2026-01-01T00:00:00Z', ...more });

  test.each([
    ['an equal address, ignoring case', [found({})], 'dev'],
    ['an address not confirmed', [found({ confirmed_at: null })], undefined],
    ['part of an address', [found({ email: 'dev@example.com.evil.test' })], undefined],
    ['an address for a name', [found({ email: null, username: 'dev@example.com' })], undefined],
    ['a public address only', [found({ email: null, public_email: 'dev@example.com' })], undefined],
    ['the one of several that is equal', [found({ id: 8, email: 'x@example.com' }), found({})], 'dev'],
  ])('%s', async (_name, users, username) => {
    const { directory, answers } = setup({ adminToken: 'a' });
    answers['/users'] = users;
    expect((await directory.userByEmail('dev@example.com'))?.username).toBe(username);
  });

  test('is nobody without an admin token', async () => {
    const { directory, asked } = setup();
    expect(await directory.userByEmail('dev@example.com')).toBeNull();
    expect(asked).toEqual([]);
  });
});
