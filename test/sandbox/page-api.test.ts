import { describe, expect, test } from 'vitest';
import { ROLES } from '../../src/domain/roles.ts';
import { startPage } from './page-server.ts';

const issue = '/sandbox/api/gitlab/issues/acme%2Fapp/1';

describe('GET /sandbox/api/state', () => {
  test('holds everything that a program needs to drive both platforms', async () => {
    const page = await startPage();
    const { json } = await page.get('/sandbox/api/state');
    expect(json.slack).toMatchObject({
      signingSecret: page.sandbox.platforms.slack.signingSecret,
      botToken: page.sandbox.platforms.slack.botToken,
      apiUrl: page.sandbox.platforms.slack.apiUrl,
      teamId: 'T0ACME001',
      eventsUrl: `${page.url}/slack/events`,
      channels: expect.arrayContaining([{ id: 'C0SUPPORT', name: 'support', topic: expect.any(String) }]),
    });
    expect(json.slack.users).toContainEqual({
      id: 'U0OLGA001',
      name: 'olga',
      realName: 'Olga Owens',
      email: 'olga@acme.example.com',
      isBot: false,
      gitlabUsername: 'olga',
      about: 'Owner of acme',
      role: 'owner',
    });
    expect(json.gitlab).toMatchObject({
      url: page.sandbox.gitlab.url,
      webhookSecret: page.sandbox.platforms.gitlab.webhookSecret,
      systemHookSecret: page.sandbox.platforms.gitlab.systemHookSecret,
      webhooksUrl: `${page.url}/gitlab/webhooks`,
      botUsername: 'tieline',
      switches: { stripQuickActions: false },
    });
    expect(json.gitlab.groups).toContainEqual({ id: 102, full_path: 'acme/support', parent_id: 101 });
    expect(json.gitlab.projects).toContainEqual({
      id: 201,
      path_with_namespace: 'acme/app',
      namespace: 'acme',
    });
    expect(json.gitlab.issues).toContainEqual({
      id: expect.any(Number),
      iid: 4,
      project: 'acme/app',
      project_id: 201,
      title: 'Attachment links can be guessed',
      state: 'opened',
      confidential: true,
    });
  });

  test('names somebody of every role and an outsider', async () => {
    const { json } = await (await startPage()).get('/sandbox/api/state');
    const roles = json.gitlab.users.map((user) => user.role);
    expect(roles).toEqual(expect.arrayContaining([...ROLES.slice(1), 'outsider', 'admin', 'bot']));
  });

  test('gives tokens that the make-believe GitLab takes', async () => {
    const page = await startPage();
    const { json } = await page.get('/sandbox/api/state');
    const token = json.gitlab.users.find((user) => user.username === 'dev')?.token ?? '';
    const headers = { 'private-token': token };
    const self = await fetch(`${json.gitlab.url}/api/v4/user`, { headers });
    expect(await self.json()).toMatchObject({ username: 'dev' });
  });
});

describe('Slack', () => {
  test('a command reaches Tieline signed, and what it acknowledges is seen by the person alone', async () => {
    const page = await startPage();
    page.ack = { text: 'Nobody found.' };
    const sent = { user: 'U0OLGA001', channel: 'C0SUPPORT', text: 'find nobody' };
    expect((await page.post('/sandbox/api/slack/command', sent)).json).toMatchObject({
      ok: true,
      status: 200,
    });
    const [taken] = page.taken;
    expect(new URLSearchParams(taken?.body).get('command')).toBe('/crm');
    expect(new URLSearchParams(taken?.body).get('text')).toBe('find nobody');
    expect(taken?.headers['x-slack-signature']).toMatch(/^v0=/);
    const seenBy = async (user: string) =>
      (await page.get(`/sandbox/api/slack/messages?channel=support&user=${user}`)).json;
    expect(await seenBy('olga')).toMatchObject([{ text: 'Nobody found.', visibility: 'ephemeral' }]);
    expect(await seenBy('max')).toEqual([]);
  });

  test('a button is pressed as the person, with its value', async () => {
    const page = await startPage();
    const element = (value: string) => ({
      type: 'button',
      action_id: `crm:${value}`,
      value,
      text: { type: 'plain_text', text: value },
    });
    page.ack = { text: 'Choose', blocks: [{ type: 'actions', elements: [element('a'), element('b')] }] };
    await page.post('/sandbox/api/slack/command', { user: 'dev', channel: 'support', text: '/crm x' });
    page.ack = {};
    const [message] = (await page.get('/sandbox/api/slack/messages?user=dev')).rows;
    const press = { messageTs: message?.ts, actionId: 'crm:b' };
    const pressed = await page.post('/sandbox/api/slack/click', { user: 'dev', ...press });
    expect(pressed.json).toMatchObject({ ok: true });
    const payload = JSON.parse(new URLSearchParams(page.taken.at(-1)?.body).get('payload') ?? '{}');
    expect(payload).toMatchObject({
      user: { id: 'U0DEV0001' },
      actions: [{ action_id: 'crm:b', value: 'b' }],
    });
    const other = await page.post('/sandbox/api/slack/click', { user: 'max', ...press });
    expect(other).toMatchObject({ status: 400, json: { error: 'This message is not there any more.' } });
  });

  test('somebody talks with the bot alone, where nobody else looks', async () => {
    const page = await startPage();
    const botUserId = 'U0TIELINE';
    const alone = `/sandbox/api/slack/messages?channel=${botUserId}`;
    expect((await page.get(`${alone}&user=dev`)).json).toEqual([]);
    page.ack = { text: 'You are Dev.' };
    await page.post('/sandbox/api/slack/command', { user: 'dev', channel: botUserId, text: '/crm whoami' });
    expect((await page.get(`${alone}&user=dev`)).json).toMatchObject([{ text: 'You are Dev.' }]);
    expect((await page.get(`${alone}&user=max`)).json).toEqual([]);
    expect((await page.get('/sandbox/api/slack/messages?channel=support&user=dev')).json).toEqual([]);
    expect((await page.get(alone)).status).toBe(400);
  });

  test('a message answers another in its thread', async () => {
    const page = await startPage();
    const said = { user: 'dev', channel: 'support', text: 'Who is on it?' };
    const { ts } = (await page.post('/sandbox/api/slack/message', said)).json;
    const answer = { user: 'max', channel: 'support', text: 'Me', threadTs: ts };
    expect((await page.post('/sandbox/api/slack/message', answer)).json).toMatchObject({ thread_ts: ts });
  });

  test('what passed is in the log of calls', async () => {
    const page = await startPage();
    await page.post('/sandbox/api/slack/command', { user: 'dev', channel: 'support', text: 'whoami' });
    expect((await page.get('/sandbox/api/slack/calls')).json).toMatchObject([
      { direction: 'in', name: 'slash_command', user: 'U0DEV0001', status: 200, error: null },
    ]);
  });
});

describe('GitLab', () => {
  test('a comment is on the issue with its author and discussion, and is delivered', async () => {
    const page = await startPage();
    const said = { user: 'rita', project: 'acme/app', iid: 1, body: 'Any news?', internal: true };
    const { note } = (await page.post('/sandbox/api/gitlab/comment', said)).json;
    const notes = (await page.get(`${issue}/notes`)).rows;
    expect(notes.at(-1)).toMatchObject({ id: note.id, internal: true, author: { username: 'rita' } });
    expect(notes.at(-1)?.discussion_id).toMatch(/^[0-9a-f]{40}$/);
    expect((await page.get(`${issue}/notes?user=gus`)).text).not.toContain('Any news?');
    await page.sandbox.gitlab.idle();
    const deliveries = (await page.get('/sandbox/api/gitlab/deliveries')).rows;
    expect(deliveries.at(-1)).toMatchObject({ event: expect.stringContaining('Note'), responseStatus: 200 });
  });

  test('an answer goes into the discussion that it names', async () => {
    const page = await startPage();
    const [first] = (await page.get(`${issue}/notes`)).rows;
    const said = { user: 'dev', project: '201', iid: 1, body: 'Done', discussionId: first?.discussion_id };
    await page.post('/sandbox/api/gitlab/comment', said);
    const notes = (await page.get(`${issue}/notes`)).rows;
    expect(notes.at(-1)).toMatchObject({ type: 'DiscussionNote', discussion_id: first?.discussion_id });
  });

  test('an issue is made, closed, reopened, made confidential and moved', async () => {
    const page = await startPage();
    const made = await page.post('/sandbox/api/gitlab/issue', {
      user: 'dev',
      project: 'acme/app',
      title: 'A new one',
      description: '',
      confidential: false,
    });
    const where = { user: 'dev', project: 'acme/app', iid: made.json.iid };
    const shown = async () => (await page.get(`/sandbox/api/gitlab/issues/201/${where.iid}`)).json;
    await page.post('/sandbox/api/gitlab/close', where);
    expect(await shown()).toMatchObject({ state: 'closed' });
    await page.post('/sandbox/api/gitlab/reopen', where);
    await page.post('/sandbox/api/gitlab/confidential', { ...where, confidential: true });
    expect(await shown()).toMatchObject({ state: 'opened', confidential: true });
    const moved = await page.post('/sandbox/api/gitlab/move', { ...where, toProject: 'acme/support/desk' });
    expect(moved.json).toMatchObject({ title: 'A new one', project_id: 203 });
    expect(await shown()).toMatchObject({ state: 'closed', moved_to_id: moved.json.id });
  });

  test('a group is put under another and made a root group again', async () => {
    const page = await startPage();
    const paths = async () =>
      (await page.get('/sandbox/api/state')).json.gitlab.groups.map((group) => group.full_path);
    const support = { user: 'olga', group: 'acme/support' };
    await page.post('/sandbox/api/gitlab/transfer-group', { ...support, parent: 'acme/platform' });
    expect(await paths()).toContain('acme/platform/support');
    await page.post('/sandbox/api/gitlab/transfer-group', {
      user: 'olga',
      group: 'acme/platform/support',
      parent: null,
    });
    expect(await paths()).toContain('support');
  });

  test('projects are made, renamed and deleted, and groups with all below them', async () => {
    const page = await startPage();
    const { groups } = page.sandbox.gitlab.state();
    const paths = async () => JSON.stringify((await page.get('/sandbox/api/state')).json.gitlab.projects);
    const post = (name: string, body: object) => page.post(`/sandbox/api/gitlab/${name}`, body);
    await post('new-project', { user: 'olga', group: 'acme/support', path: 'inbox' });
    expect(await paths()).toContain('acme/support/inbox');
    await post('rename', { place: 'project acme/support/inbox', path: 'letters' });
    await post('rename', { place: 'group acme/support', path: 'help' });
    expect(await paths()).toContain('acme/help/letters');
    await post('delete', { place: 'project acme/help/letters' });
    expect(await paths()).not.toContain('acme/help/letters');
    await post('delete', { place: 'group acme/help' });
    expect(await paths()).not.toContain('acme/help');
    expect(page.sandbox.gitlab.state().groups).toHaveLength(groups.length - 1);
  });

  test('a mail becomes a confidential issue of its sender', async () => {
    const page = await startPage();
    const mail = { project: 'acme/app', from: 'ada@example.com', cc: '', subject: 'It is broken' };
    const made = await page.post('/sandbox/api/gitlab/mail', mail);
    expect(made.json).toMatchObject({ title: 'It is broken', confidential: true });
    expect(made.text).toContain('ada@example.com');
    const { users } = (await page.get('/sandbox/api/state')).json.gitlab;
    expect(users.find(({ username }) => username === 'support-bot')).toMatchObject({ token: null });
  });

  test('contacts are for those who may see them', async () => {
    const asked: unknown[] = [];
    const page = await startPage({
      issueContacts: async (project, iid) => {
        asked.push([project, iid]);
        return [{ name: 'Ada Lovelace', email: 'ada@example.com' }];
      },
    });
    const seenBy = async (user: string) => (await page.get(`${issue}/contacts?user=${user}`)).json;
    expect(await seenBy('pia')).toMatchObject({ visible: true, contacts: [{ email: 'ada@example.com' }] });
    expect(await seenBy('gus')).toEqual({ known: true, visible: false, contacts: [] });
    expect(asked).toEqual([['acme/app', 1]]);
    expect((await page.get(`${issue}/suggestions?user=pia`)).text).toContain('rosa@harbour.example.com');
    expect((await page.get(`${issue}/suggestions?user=gus`)).json).toEqual([]);
  });
});

describe('bad input is answered in plain words', () => {
  const rows: [what: string, path: string, body: unknown, status: number, error: RegExp][] = [
    ['a body that is no JSON', 'slack/command', '{', 400, /not JSON/],
    ['a body that is a list', 'slack/command', [], 400, /JSON object/],
    ['no body fields', 'slack/command', {}, 400, /user is missing/],
    ['somebody unknown', 'slack/command', { user: 'eve' }, 400, /nobody called eve/],
    ['somebody outside Slack', 'slack/command', { user: 'root' }, 400, /not in the Slack workspace/],
    [
      'an unknown channel',
      'slack/command',
      { user: 'olga', channel: 'x', text: 'y' },
      400,
      /no channel x.*#support/,
    ],
    ['an empty text', 'slack/message', { user: 'olga', channel: 'support', text: ' ' }, 400, /text is empty/],
    [
      'a number that is none',
      'gitlab/close',
      { user: 'olga', project: 'acme/app', iid: 'x' },
      400,
      /whole number/,
    ],
    ['an unknown issue', 'gitlab/close', { user: 'olga', project: 'acme/app', iid: 99 }, 404, /Not Found/i],
    ['what the role forbids', 'gitlab/close', { user: 'gus', project: 'acme/app', iid: 1 }, 403, /may not/],
    [
      'a name that is taken',
      'gitlab/rename',
      { place: 'project acme/app', path: 'website' },
      400,
      /path has already been taken/,
    ],
    [
      'a name that is none',
      'gitlab/rename',
      { place: 'group acme', path: 'a b' },
      400,
      /can contain only letters/,
    ],
    ['a place of no kind', 'gitlab/delete', { place: 'acme/app' }, 400, /has to be “group” or “project”/],
    ['a place that is not there', 'gitlab/delete', { place: 'project acme/none' }, 404, /Not Found/i],
    [
      'a mail of nobody',
      'gitlab/mail',
      { project: 'acme/app', from: 'Ada', subject: 'Hi' },
      400,
      /one e-mail address/,
    ],
    ['an unknown switch', 'gitlab/switches', { magic: true }, 400, /no switch magic/],
    ['a switch that is no switch', 'gitlab/switches', { autoDisable: 'yes' }, 400, /true or false/],
  ];
  test.each(rows)('%s', async (_what, path, body, status, error) => {
    const page = await startPage();
    const answer = await page.post(`/sandbox/api/${path}`, body);
    expect(answer).toMatchObject({ status, json: { error: expect.stringMatching(error) } });
  });
});

describe('only this server’s own page may drive it', () => {
  const body = { user: 'olga', project: 'acme/app', iid: 1, body: 'From elsewhere' };
  test.each([
    ['another site’s page', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page on another port', { origin: 'http://127.0.0.1:1' }],
    ['a browser that says cross-site', { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused', async (_who, headers: Record<string, string>) => {
    const page = await startPage();
    expect((await page.post('/sandbox/api/gitlab/comment', body, headers)).status).toBe(403);
    expect((await page.get(`${issue}/notes`)).text).not.toContain('From elsewhere');
  });

  test('a host name that was pointed here is refused, also for the page and for looking', async () => {
    const page = await startPage();
    const status = async (path: string, host: string) => {
      const { request } = await import('node:http');
      return new Promise<number | undefined>((resolve, reject) => {
        request(`${page.url}${path}`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    };
    const { port } = new URL(page.url);
    expect(await status('/', `evil.example:${port}`)).toBe(403);
    expect(await status('/sandbox/api/state', `evil.example:${port}`)).toBe(403);
    expect(await status('/sandbox/api/state', '10.1.2.3')).toBe(403);
    expect(await status('/sandbox/api/state', `localhost:${port}`)).toBe(200);
  });

  test('its own page is let in', async () => {
    const page = await startPage();
    const headers = { origin: page.url, 'sec-fetch-site': 'same-origin' };
    expect((await page.post('/sandbox/api/gitlab/comment', body, headers)).status).toBe(200);
  });

  test('a form is not read', async () => {
    const page = await startPage();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await page.post('/sandbox/api/gitlab/comment', 'user=olga', headers)).status).toBe(415);
  });
});

describe('the page', () => {
  test('is served with all it names, under a policy that lets in nothing else', async () => {
    const page = await startPage();
    const { status, text, headers } = await page.get('/');
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(text).not.toMatch(/https?:\/\//);
    const seen = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const asset = await page.get(path);
      expect([path, asset.status]).toEqual([path, 200]);
      for (const [, found = ''] of asset.text.matchAll(/from '(\.[^']+)'/g)) {
        await visit(new URL(found, `http://x${path}`).pathname);
      }
    };
    for (const [, path = ''] of text.matchAll(/(?:href|src)="(\/sandbox\/assets\/[^"]+)"/g))
      await visit(path);
    expect(seen.size).toBeGreaterThan(25);
  });

  test('is not sent again when it did not change, and leaves nothing else of the disk', async () => {
    const page = await startPage();
    const { headers } = await page.get('/');
    expect((await page.get('/', { 'if-none-match': headers.get('etag') ?? '' })).status).toBe(304);
    expect((await page.get('/sandbox/assets/..%2Fsandbox.ts')).status).toBe(404);
    expect((await page.get('/sandbox/assets/nothing.js')).status).toBe(404);
  });
});

test('GET /sandbox/api/events tells what changed, and ends when the server does', async () => {
  const page = await startPage();
  const response = await fetch(`${page.url}/sandbox/api/events`);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const hear = async (word: string): Promise<void> => {
    while (!heard.includes(word)) {
      const next = await reader?.read();
      if (!next || next.done) throw new Error(`the stream ended before ${word}`);
      heard += next.value;
    }
  };
  await hear('retry');
  await page.post('/sandbox/api/slack/message', { user: 'olga', channel: 'support', text: 'Hello' });
  await hear('event: slack');
  await page.post('/sandbox/api/gitlab/comment', { user: 'olga', project: 'acme/app', iid: 1, body: 'Hi' });
  await hear('event: gitlab');
  await hear('event: deliveries');
  await page.close();
  while (!(await reader?.read())?.done) heard = '';
});
