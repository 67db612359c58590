import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestErrorBehind } from '../../../src/gitlab/client/request-error.ts';
import { createGitLabSetup, type GitLabSetup } from '../../../src/gitlab/client/setup-client.ts';
import { examineHooks } from '../../../src/gitlab/registration/examine-hooks.ts';
import { findPlace, type NamedPlace, type Scope } from '../../../src/gitlab/registration/places.ts';
import { registerHooks } from '../../../src/gitlab/registration/register-hooks.ts';
import { tryHook } from '../../../src/gitlab/registration/try-hook.ts';
import type { FakeGitLab } from '../../../src/sandbox/gitlab/server.ts';
import { type Platforms, startPlatforms } from '../../support/platforms.ts';
import { keptLog } from '../kept-log.ts';

const TOKEN = 'registered-secret-0123456789';
const SIGNING = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const ACME: Scope = { kind: 'group', path: 'acme' };
const APP: Scope = { kind: 'project', path: 'acme/app' };

let platforms: Platforms;
let gitlab: FakeGitLab;
let admin: GitLabSetup;
let receiver: Server;
let url: string;
let answer = 204;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(() => receiver.close());
beforeEach(async () => {
  platforms = await startPlatforms(() => '');
  gitlab = platforms.gitlab;
  admin = setup('GITLAB_ADMIN_TOKEN', gitlab.tokenOf('root'));
  answer = 204;
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/gitlab/webhooks`;
  return () => platforms.close();
});

const setup = (tokenName: GitLabSetup['tokenName'], token: string) =>
  createGitLabSetup({ url: gitlab.url, token, tokenName, log: keptLog() });

async function placeOf(scope: Scope): Promise<NamedPlace> {
  const place = await findPlace(admin, scope);
  return place ?? expect.fail(`there is no ${JSON.stringify(scope)}`);
}

async function register(scope: Scope, { as = admin, signingToken = null as string | null } = {}) {
  return registerHooks({ gitlab: as, url, secrets: { token: TOKEN, signingToken } }, await placeOf(scope));
}

const hooks = () => gitlab.state().hooks;
const onlyHook = () => hooks()[0] ?? expect.fail('there is no hook');
const eventsOn = () => Object.entries(onlyHook().events).flatMap(([name, on]) => (on ? [name] : []));

/** Makes GitLab disable the one hook: the receiver refuses until it gives up. */
async function disable(): Promise<void> {
  gitlab.switches.autoDisable = true;
  answer = 500;
  for (let failures = 0; failures < 4; failures += 1) {
    await gitlab.as('olga').comment('acme/app', 1, `comment ${failures}`);
    await gitlab.idle();
  }
  expect(gitlab.hookStatus()[0]?.status).toBe('temporarily_disabled');
}

describe('registering', () => {
  test('makes a hook on a group with the events that count, the secret and no pushes', async () => {
    const { onProjects, places } = await register(ACME);
    expect(onProjects).toBe(false);
    expect(places).toEqual([
      { kind: 'group', path: 'acme', outcome: 'created', hookId: onlyHook().id, detail: [], signed: false },
    ]);
    expect(onlyHook()).toMatchObject({ kind: 'group', url, token: TOKEN });
    expect(eventsOn().sort()).toEqual([
      'confidential_issues_events',
      'confidential_note_events',
      'emoji_events',
      'issues_events',
      'member_events',
      'note_events',
      'project_events',
      'subgroup_events',
    ]);
  });

  test('on a project asks for no events that only groups have', async () => {
    await register(APP);
    expect(eventsOn()).not.toContain('member_events');
    expect(eventsOn()).not.toContain('push_events');
  });

  test('of a system hook turns off what GitLab turns on by itself', async () => {
    await register({ kind: 'system' });
    expect(eventsOn()).toEqual([]);
  });

  test('twice leaves one hook, in order', async () => {
    await register(APP);
    const { places } = await register(APP);
    expect(places[0]).toMatchObject({ outcome: 'unchanged', detail: [] });
    expect(hooks()).toHaveLength(1);
  });

  test('leaves hooks to other addresses alone', async () => {
    const { place } = await placeOf(APP);
    await admin.addHook(place, { url: 'https://ci.example.com/hook', push_events: true });
    await register(APP);
    expect(hooks().map((hook) => [hook.url, hook.events['push_events']])).toEqual([
      ['https://ci.example.com/hook', true],
      [url, false],
    ]);
  });

  test('leaves one of several to the same address: one that GitLab has not disabled', async () => {
    await register(APP);
    await disable();
    const { place } = await placeOf(APP);
    const [, kept] = [onlyHook(), await admin.addHook(place, { url, token: 'old', note_events: true })];
    const { hooks: found } = await examineHooks(admin, await placeOf(APP), url);
    expect(found.map(({ hookId, faults }) => [hookId === kept.id, faults.join(', ')])).toEqual([
      [true, expect.not.stringContaining('another webhook')],
      [
        false,
        expect.stringContaining('another webhook leads to the same address, so this one is not needed'),
      ],
    ]);
    answer = 204;
    const { places } = await register(APP);
    expect(places).toMatchObject([{ outcome: 'repaired', hookId: kept.id }]);
    expect(places[0]?.detail).toContain('1 more to the same address: removed');
    expect(hooks().map(({ id }) => id)).toEqual([kept.id]);
    expect((await register(APP)).places[0]?.outcome).toBe('unchanged');
  });

  test('goes on where somebody else removed the other one meanwhile', async () => {
    await register(APP);
    const { place } = await placeOf(APP);
    await admin.addHook(place, { url });
    gitlab.faults.respond({ method: 'DELETE', path: /hooks/, status: 404, times: 1 });
    expect((await register(APP)).places).toMatchObject([{ outcome: 'repaired' }]);
    gitlab.faults.respond({ method: 'DELETE', path: /hooks/, status: 403, times: 1 });
    await expect(register(APP)).rejects.toMatchObject({ code: 'unavailable.gitlab' });
  });

  test('puts wrong events and a wrong secret right', async () => {
    const { place } = await placeOf(APP);
    await admin.addHook(place, {
      url,
      token: 'old',
      push_events: true,
      note_events: false,
      job_events: true,
    });
    const { places } = await register(APP, { signingToken: SIGNING });
    expect(places[0]).toMatchObject({ outcome: 'repaired', signed: true });
    expect(places[0]?.detail).toEqual(
      expect.arrayContaining(['note_events is off', 'push_events is on and not needed']),
    );
    expect(onlyHook()).toMatchObject({ token: TOKEN, signingToken: SIGNING });
    expect(eventsOn()).not.toContain('job_events');
    expect((await examineHooks(admin, await placeOf(APP), url)).hooks[0]?.faults).toEqual([]);
  });

  test('signs instead of showing a token, where there is only a key, and fails where GitLab does not', async () => {
    const secrets = { token: '', signingToken: SIGNING };
    const place = await placeOf(APP);
    expect((await registerHooks({ gitlab: admin, url, secrets }, place)).places).toMatchObject([
      { outcome: 'created', signed: true },
    ]);
    expect(onlyHook().token || null).toBeNull();
    await admin.removeHook(place.place, onlyHook().id);
    gitlab.switches.acceptSigningTokens = false;
    for (const _again of [false, true]) {
      const { places } = await registerHooks({ gitlab: admin, url, secrets }, place);
      expect(places).toMatchObject([{ outcome: 'failed', hookId: onlyHook().id }]);
      expect(places[0]?.detail.join()).toContain('set GITLAB_WEBHOOK_SECRET');
    }
  });

  test('says when this GitLab does not sign', async () => {
    gitlab.switches.acceptSigningTokens = false;
    const { places } = await register(APP, { signingToken: SIGNING });
    expect(places[0]?.signed).toBe(false);
  });

  test('has a disabled hook taken up again by a test delivery', async () => {
    await register(APP);
    const { id } = onlyHook();
    await disable();
    answer = 204;
    const { places } = await register(APP);
    expect(places[0]).toMatchObject({ outcome: 'repaired', hookId: id });
    expect(gitlab.hookStatus()).toMatchObject([{ id, status: 'executable' }]);
  });

  test('replaces a disabled hook while Tieline does not run', async () => {
    await register(APP);
    const { id } = onlyHook();
    await disable();
    const { places } = await register(APP);
    expect(places[0]).toMatchObject({ outcome: 'repaired' });
    expect(gitlab.hookStatus()).toMatchObject([{ status: 'executable', url }]);
    expect(onlyHook().id).not.toBe(id);
  });

  test('replaces a system hook where GitLab cannot edit one', async () => {
    await register({ kind: 'system' });
    const { id } = onlyHook();
    gitlab.faults.respond({ method: 'PUT', path: /\/hooks\/\d+$/, status: 404 });
    await register({ kind: 'system' });
    expect(hooks()).toHaveLength(1);
    expect(onlyHook().id).not.toBe(id);
  });
});

describe('a group without webhooks of its own', () => {
  test.each([403, 404])('gets them on each project below instead (GitLab answers %i)', async (status) => {
    gitlab.faults.respond({ path: /\/groups\/\d+\/hooks/, status, times: 2 });
    const { onProjects, places } = await register(ACME);
    expect(onProjects).toBe(true);
    expect(places.length).toBeGreaterThan(1);
    expect(new Set(places.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    expect(hooks().map(({ kind }) => kind)).not.toContain('group');
    const examined = await examineHooks(admin, await placeOf(ACME), url);
    expect(examined.onProjects).toBe(true);
    expect(examined.hooks.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test('goes on past a project that refuses, and says which', async () => {
    gitlab.faults.respond({ path: /\/groups\/\d+\/hooks/, status: 404 });
    gitlab.faults.respond({ path: /\/projects\/\d+\/hooks/, status: 403 });
    const { places } = await register(ACME);
    expect(places.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { detail: ['it takes the role Maintainer here'] },
    ]);
    expect(places.some(({ outcome }) => outcome === 'created')).toBe(true);
  });
});

describe('refusals', () => {
  test('a developer may not see or make hooks of a project', async () => {
    const dev = setup('GITLAB_TOKEN', gitlab.tokenOf('dev'));
    const error = await register(APP, { as: dev }).catch((failure: unknown) => failure);
    expect(requestErrorBehind(error)?.status).toBe(403);
    expect(hooks()).toEqual([]);
  });

  test('a write that got no answer is not sent again', async () => {
    gitlab.faults.cut({ method: 'POST', path: /\/hooks$/, when: 'after' });
    await expect(register(APP)).rejects.toMatchObject({ code: 'unavailable.gitlab' });
    expect(hooks()).toHaveLength(1);
    expect((await register(APP)).places[0]?.outcome).toBe('unchanged');
  });
});

describe('examining and trying', () => {
  test('tells of failed deliveries, newest first', async () => {
    await register(APP);
    answer = 500;
    await gitlab.as('olga').comment('acme/app', 1, 'lost');
    await gitlab.idle();
    const { hooks: found } = await examineHooks(admin, await placeOf(APP), url);
    expect(found[0]?.failures).toMatchObject([{ response_status: '500' }]);
  });

  test('names a place where no hook leads here', async () => {
    const { hooks: found } = await examineHooks(admin, await placeOf(APP), url);
    expect(found).toMatchObject([
      { path: 'acme/app', hookId: null, faults: ['no webhook leads to Tieline'] },
    ]);
  });

  test('an example that is refused is no success', async () => {
    await register(APP);
    const { place } = await placeOf(APP);
    const { id } = onlyHook();
    expect(await tryHook(admin, place, id)).toMatchObject({ ok: true });
    answer = 401;
    expect(await tryHook(admin, place, id)).toMatchObject({ ok: false });
  });
});
