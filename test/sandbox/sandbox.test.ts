import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startPage, stateDirectory } from './page-server.ts';

const comment = { user: 'olga', project: 'acme/app', iid: 1, body: 'Is anybody there?' };
const firstNotes = '/sandbox/api/gitlab/issues/acme%2Fapp/1/notes';

describe('a sandbox with a state directory', () => {
  test('is the same after a restart: notes, messages, secrets, tokens and ports', async () => {
    const stateDir = await stateDirectory();
    const before = await startPage({ stateDir });
    await before.post('/sandbox/api/gitlab/comment', comment);
    await before.post('/sandbox/api/slack/message', {
      user: 'olga',
      channel: 'support',
      text: 'Good morning',
    });
    const { platforms, slack, gitlab } = before.sandbox;
    const addresses = [slack.url, gitlab.url];
    await before.close();

    const after = await startPage({ stateDir });
    expect(after.sandbox.platforms).toEqual(platforms);
    expect([after.sandbox.slack.url, after.sandbox.gitlab.url]).toEqual(addresses);
    const notes = (await after.get(firstNotes)).rows;
    expect(notes.at(-1)).toMatchObject({ body: comment.body, author: { username: 'olga' } });
    const messages = (await after.get('/sandbox/api/slack/messages?channel=support&user=dev')).rows;
    expect(messages.at(-1)).toMatchObject({ text: 'Good morning', author: 'U0OLGA001' });
  });

  test('has a comment on disk before anybody hears of it', async () => {
    const stateDir = await stateDirectory();
    const page = await startPage({ stateDir });
    await page.post('/sandbox/api/gitlab/comment', comment);
    expect(await readFile(join(stateDir, 'gitlab.json'), 'utf8')).toContain(comment.body);
  });

  test('keeps its files to its owner and leaves nothing half-written', async () => {
    const stateDir = await stateDirectory();
    const page = await startPage({ stateDir });
    await page.post('/sandbox/api/gitlab/comment', comment);
    await page.close();
    const names = (await readdir(stateDir)).sort();
    expect(names).toEqual(['gitlab.json', 'keys.json', 'slack.json']);
    for (const name of names) {
      expect((await stat(join(stateDir, name))).mode & 0o777).toBe(0o600);
    }
  });

  test.each(['{"version":1,"users":[', '{"version":2}', '[]'])(
    'sets a file aside that holds %s, says so, and starts afresh',
    async (content) => {
      const stateDir = await stateDirectory();
      const before = await startPage({ stateDir });
      await before.post('/sandbox/api/gitlab/comment', comment);
      await before.close();
      await writeFile(join(stateDir, 'gitlab.json'), content);

      const after = await startPage({ stateDir });
      expect(after.log).toEqual([expect.stringContaining('gitlab.json.broken')]);
      expect(await readFile(join(stateDir, 'gitlab.json.broken'), 'utf8')).toBe(content);
      expect((await after.get(firstNotes)).text).not.toContain(comment.body);
    },
  );

  test('takes another port when the remembered one is taken', async () => {
    const stateDir = await stateDirectory();
    const before = await startPage({ stateDir });
    const { port } = new URL(before.sandbox.gitlab.url);
    await before.close();
    const squatter = createServer().listen(Number(port), '127.0.0.1');
    onTestFinished(() => void squatter.close());
    await new Promise((resolve) => squatter.once('listening', resolve));

    const after = await startPage({ stateDir });
    expect(new URL(after.sandbox.gitlab.url).port).not.toBe(port);
    expect((await after.get(firstNotes)).status).toBe(200);
  });
});

describe('two sandboxes', () => {
  test('share no secret and no token', async () => {
    const [one, other] = [await startPage(), await startPage()];
    const secrets = [one, other].map(({ sandbox: { platforms } }) => [
      platforms.slack.signingSecret,
      platforms.slack.botToken,
      platforms.gitlab.token,
      platforms.gitlab.adminToken,
      platforms.gitlab.webhookSecret,
      platforms.gitlab.systemHookSecret,
    ]);
    expect(new Set(secrets.flat()).size).toBe(12);
  });
});

describe('the hooks', () => {
  test('of both root groups and of the instance lead to Tieline, each with its own secret', async () => {
    const page = await startPage();
    const { gitlab, platforms } = page.sandbox;
    await page.post('/sandbox/api/gitlab/comment', comment);
    await page.post('/sandbox/api/gitlab/comment', { ...comment, user: 'nina', project: 'globex/portal' });
    await page.post('/sandbox/api/gitlab/transfer-project', {
      user: 'olga',
      project: 'acme/website',
      namespace: 'acme/support',
    });
    await gitlab.idle();
    const seen = page.taken.map(({ path, headers }) => [path, headers['x-gitlab-token']]);
    expect(seen.filter(([path]) => path === '/gitlab/webhooks')).toHaveLength(2);
    for (const [path, token] of seen) {
      const { webhookSecret, systemHookSecret } = platforms.gitlab;
      expect(token).toBe(path === '/gitlab/system-hooks' ? systemHookSecret : webhookSecret);
    }
    expect(seen.some(([path]) => path === '/gitlab/system-hooks')).toBe(true);
  });

  test('take out quick actions only when the switch is on', async () => {
    const page = await startPage({ stripQuickActions: () => ({ text: '', onlyCommands: true }) });
    const said = { ...comment, body: '/add_contacts ada@example.com' };
    expect((await page.post('/sandbox/api/gitlab/comment', said)).json.note.body).toBe(said.body);
    await page.post('/sandbox/api/gitlab/switches', { stripQuickActions: true });
    expect((await page.post('/sandbox/api/gitlab/comment', said)).json).toEqual({ note: null });
  });
});

test('an issue’s address in GitLab leads to the page', async () => {
  const page = await startPage();
  const response = await fetch(`${page.sandbox.gitlab.url}/acme/app/-/issues/1`, { redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe(`${page.url}/?project=acme%2Fapp&issue=1`);
});
