import { describe, expect, test } from 'vitest';
import { type PageServer, startPage } from './page-server.ts';

const ISSUE = { user: 'olga', project: 'acme/app', iid: 1 };
const api = (name: string) => `/sandbox/api/gitlab/${name}`;

/** The webhooks as the page lists them: place, standing and failures. */
async function hooks(page: PageServer): Promise<string[]> {
  const { rows } = await page.get(api('hooks'));
  const known = rows as unknown as { place: string; status: string; failures: number }[];
  return known.map(({ place, status, failures }) => `${place}: ${status}, ${failures}`);
}

async function comments(page: PageServer, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await page.post(api('comment'), { ...ISSUE, body: `comment ${index}` });
    await page.sandbox.gitlab.idle();
  }
}

const hookPosts = (page: PageServer) => page.taken.filter(({ path }) => path === '/gitlab/webhooks');

describe('what can be made to go wrong from the page', () => {
  test('lost deliveries disable a webhook at the fourth, and sending one again enables it', async () => {
    const page = await startPage();
    await page.post(api('switches'), { autoDisable: true });
    await page.post(api('trouble'), { lost: 4 });
    await comments(page, 3);
    expect(await hooks(page)).toContain('group acme: executable, 3');
    await comments(page, 1);
    expect(await hooks(page)).toContain('group acme: temporarily_disabled, 4');
    await comments(page, 1);
    expect(hookPosts(page)).toHaveLength(0);
    const last = page.sandbox.gitlab.deliveries().at(-1);
    expect((await page.post(api('resend'), { delivery: last?.id })).json).toEqual({
      responseStatus: 200,
      error: null,
    });
    expect(await hooks(page)).toContain('group acme: executable, 0');
    await comments(page, 1);
    expect(hookPosts(page)).toHaveLength(2);
  });

  test('after forty failures it is disabled for good, the whole instance never', async () => {
    const page = await startPage();
    await page.post(api('switches'), { autoDisable: true });
    await page.post(api('trouble'), { lost: 100 });
    const hook = page.sandbox.gitlab.state().hooks.find(({ kind }) => kind === 'group');
    await comments(page, 1);
    const [first] = page.sandbox.gitlab.deliveries();
    expect(first?.hookId).toBe(hook?.id);
    for (let failures = 1; failures < 40; failures += 1) {
      await page.post(api('resend'), { delivery: first?.id });
    }
    expect(await hooks(page)).toContain('group acme: disabled, 40');
    await page.post(api('transfer-project'), { user: 'root', project: 'acme/website', namespace: 'globex' });
    await page.sandbox.gitlab.idle();
    expect(await hooks(page)).toContain('the whole instance: executable, 1');
  });

  test.each([
    [{ broken: 1, status: 502 }, 502],
    [{ broken: 1, status: 429 }, 429],
  ])('an answer is broken as asked for (%o), and the next one is whole', async (trouble, status) => {
    const page = await startPage();
    await page.post(api('trouble'), trouble);
    const ask = () =>
      fetch(`${page.sandbox.gitlab.url}/api/v4/user`, {
        headers: { 'private-token': page.sandbox.gitlab.tokenOf('dev') },
      });
    expect([(await ask()).status, (await ask()).status]).toEqual([status, 200]);
  });

  test('an answer comes late, until all is well again', async () => {
    const page = await startPage();
    await page.post(api('trouble'), { slow: 1, seconds: 60 });
    const headers = { 'private-token': page.sandbox.gitlab.tokenOf('dev') };
    const ask = () =>
      fetch(`${page.sandbox.gitlab.url}/api/v4/user`, { headers, signal: AbortSignal.timeout(200) });
    await expect(ask()).rejects.toThrow(/timeout/i);
    await page.post(api('trouble'), {});
    expect((await ask()).status).toBe(200);
  });

  test('nonsense is refused in words', async () => {
    const page = await startPage();
    expect((await page.post(api('trouble'), { broken: 1, status: 200 })).json).toEqual({
      error: 'GitLab breaks with one of 429, 500, 502, 503.',
    });
    expect((await page.post(api('trouble'), { lost: 5000 })).status).toBe(400);
  });
});

describe('what else can be done from the page', () => {
  test('webhooks are signed while the switch is on, and not while it is off', async () => {
    const page = await startPage();
    await comments(page, 1);
    await page.post(api('switches'), { acceptSigningTokens: false });
    await comments(page, 1);
    expect(hookPosts(page).map(({ headers }) => typeof headers['webhook-signature'])).toEqual([
      'string',
      'undefined',
    ]);
    expect(hookPosts(page).every(({ headers }) => typeof headers['x-gitlab-token'] === 'string')).toBe(true);
  });

  test('a limit of comments refuses what is over it, by API alone, until it is switched off', async () => {
    const page = await startPage();
    const { gitlab } = page.sandbox;
    const byApi = async () => {
      const answer = await fetch(`${gitlab.url}/api/v4/projects/acme%2Fapp/issues/1/notes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'private-token': gitlab.tokenOf('olga') },
        body: JSON.stringify({ body: 'by API' }),
      });
      return answer.status;
    };
    const { json } = await page.post(api('switches'), { noteLimit: 1 });
    expect(json).toMatchObject({ noteLimit: { most: 1, perMs: 60_000 } });
    // A minute may end in between, after which there is one more.
    const statuses = [await byApi(), await byApi(), await byApi()];
    expect(statuses[0]).toBe(201);
    expect(statuses).toContain(429);
    await comments(page, 1);
    expect((await page.post(api('switches'), { noteLimit: 0 })).json).toMatchObject({ noteLimit: null });
    expect([await byApi(), await byApi()]).toEqual([201, 201]);
    expect((await page.post(api('switches'), { noteLimit: 10_001, autoDisable: true })).status).toBe(400);
    expect(gitlab.switches.autoDisable).toBe(false);
  });

  test('an issue is cloned, with its comments when that is asked for', async () => {
    const page = await startPage();
    await comments(page, 1);
    const clone = async (withNotes: boolean) => {
      const asked = { ...ISSUE, toProject: 'acme/website', withNotes };
      const { iid } = (await page.post(api('clone'), asked)).json;
      const { rows } = await page.get(`/sandbox/api/gitlab/issues/acme%2Fwebsite/${iid}/notes`);
      return rows.map(({ body }) => body).filter((body) => body === 'comment 0');
    };
    expect([await clone(true), await clone(false)]).toEqual([['comment 0'], []]);
    expect((await page.get('/sandbox/api/gitlab/issues/acme%2Fapp/1')).json).toMatchObject({
      state: 'opened',
    });
  });

  test('a comment shows who reacted to it', async () => {
    const page = await startPage();
    const { note } = (await page.post(api('comment'), { ...ISSUE, body: 'hello' })).json;
    await page.sandbox.gitlab.as('tieline').award(note.id, 'eyes');
    const { rows } = await page.get('/sandbox/api/gitlab/issues/acme%2Fapp/1/notes');
    expect(rows.at(-1)).toMatchObject({ body: 'hello', emojis: ['eyes'] });
  });
});
