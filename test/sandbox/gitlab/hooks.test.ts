import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { gitLab, receiver, request } from './harness.ts';

const SIGNING_TOKEN = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('note hooks', () => {
  it('a comment reaches the hook of the root group with GitLab’s headers and fields', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url, token: 'secret' }] });
    const note = await lab.as('rita').comment('acme/support/desk', 2, '@tieline contacts');
    await lab.idle();
    expect(target.received).toHaveLength(1);
    const { headers, body } = target.received[0] ?? expect.fail();
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitLab\/18\./),
      'x-gitlab-event': 'Note Hook',
      'x-gitlab-token': 'secret',
      'x-gitlab-instance': lab.url,
      'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-gitlab-event-uuid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-gitlab-webhook-uuid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers).not.toHaveProperty('webhook-signature');
    expect(body).toMatchObject({
      object_kind: 'note',
      event_type: 'note',
      user: { id: 5, username: 'rita', name: 'Rita Reyes', email: '[REDACTED]' },
      project_id: 203,
      project: { id: 203, path_with_namespace: 'acme/support/desk', namespace: 'Support' },
      object_attributes: {
        id: note?.id,
        note: '@tieline contacts',
        action: 'create',
        noteable_type: 'Issue',
        author_id: 5,
        system: false,
        internal: false,
        discussion_id: expect.stringMatching(/^[0-9a-f]{40}$/),
        url: expect.stringContaining(`/acme/support/desk/-/issues/2#note_${note?.id}`),
      },
      issue: { iid: 2, project_id: 203, state: 'opened', confidential: false, moved_to_id: null },
    });
    expect(body.object_attributes.noteable_id).toBe(body.issue.id);
  });

  it('an internal note and a note on a confidential issue are confidential', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }] });
    await lab.as('dev').comment('acme/app', 1, 'psst', { internal: true });
    await lab.as('dev').comment('acme/app', 4, 'here all is secret');
    await lab.idle();
    expect(target.received.map(({ headers }) => headers['x-gitlab-event'])).toEqual([
      'Confidential Note Hook',
      'Confidential Note Hook',
    ]);
    expect(target.received.map(({ body }) => body.event_type)).toEqual([
      'confidential_note',
      'confidential_note',
    ]);
  });

  it('a hook without the confidential flag hears nothing of them', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url, events: { confidential_note_events: false } }] });
    await lab.as('dev').comment('acme/app', 4, 'secret');
    await lab.idle();
    expect(target.received).toEqual([]);
  });

  it('an edit by somebody else names the author as user and the editor by id', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }] });
    const note = await lab.as('rita').comment('acme/app', 1, 'mine');
    await lab.as('max').editNote(note?.id ?? 0, 'not mine');
    await lab.as('max').editNote(note?.id ?? 0, 'not mine');
    await lab.idle();
    expect(target.received).toHaveLength(2);
    const edit = target.received.find(({ body }) => body.object_attributes.action === 'update');
    expect(edit?.body).toMatchObject({
      user: { username: 'rita' },
      object_attributes: { note: 'not mine', author_id: 5, updated_by_id: 3 },
    });
  });

  it('a reply stays in its discussion and inherits that it is internal', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }] });
    const first = await lab.as('dev').comment('acme/app', 1, 'psst', { internal: true });
    const threads = '/projects/acme%2Fapp/issues/1/discussions';
    const all = (await request(lab, 'dev', `${threads}?per_page=100`)).rows;
    const thread = all.find((row) => row.notes[0]?.id === first?.id);
    expect(thread?.individual_note).toBe(true);
    const reply = await request(lab, 'tieline', `${threads}/${thread?.id}/notes`, {
      method: 'POST',
      body: { body: 'answer' },
    });
    expect(reply).toMatchObject({
      status: 201,
      body: { internal: true, type: 'DiscussionNote', body: 'answer' },
    });
    expect((await request(lab, 'dev', `${threads}/${thread?.id}`)).body.notes).toHaveLength(2);
    await lab.idle();
    const ids = target.received.map(({ body }) => body.object_attributes.discussion_id);
    expect(ids).toEqual([thread?.id, thread?.id]);
  });

  it('a request that passes the event id on does not set the same hook off again', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }] });
    await lab.as('dev').comment('acme/app', 1, 'question');
    await lab.idle();
    const chain = String(target.received[0]?.headers['x-gitlab-event-uuid']);
    await request(lab, 'tieline', '/projects/acme%2Fapp/issues/1/notes', {
      method: 'POST',
      body: { body: 'answer' },
      headers: { 'x-gitlab-event-uuid': chain },
    });
    await lab.idle();
    expect(target.received).toHaveLength(1);
  });
});

describe('signatures', () => {
  it('a signing token signs as Standard Webhooks says, under the idempotency key', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url, signingToken: SIGNING_TOKEN }] });
    await lab.as('dev').comment('acme/app', 1, 'signed');
    await lab.idle();
    const { headers, raw } = target.received[0] ?? expect.fail();
    expect(headers['webhook-id']).toBe(headers['idempotency-key']);
    const verified = new Webhook(SIGNING_TOKEN).verify(raw, {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    });
    expect(verified).toMatchObject({ object_kind: 'note' });
  });

  it('an older GitLab ignores the signing token, and the hook tells', async () => {
    const lab = await gitLab();
    const add = () =>
      request(lab, 'max', '/projects/acme%2Fapp/hooks', {
        method: 'POST',
        body: { url: 'http://127.0.0.1:9/x', token: 't', signing_token: SIGNING_TOKEN, note_events: true },
      });
    expect((await add()).body).toMatchObject({ signing_token_present: true, token_present: true });
    lab.switches.acceptSigningTokens = false;
    const older = await add();
    expect(older.body).toMatchObject({ signing_token_present: false, note_events: true, push_events: true });
    expect(older.body).not.toHaveProperty('token');
  });
});

describe('issue hooks', () => {
  it('opening, changing, closing and reopening each fire once, with what changed', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }] });
    const { iid } = await lab.as('dev').createIssue('acme/app', { title: 'New', description: 'text' });
    await lab.as('dev').updateIssue('acme/app', iid, { title: 'Newer' });
    await lab.as('dev').closeIssue('acme/app', iid);
    await lab.as('dev').closeIssue('acme/app', iid);
    await lab.as('dev').reopenIssue('acme/app', iid);
    await lab.idle();
    const byAction = new Map(target.received.map(({ body }) => [body.object_attributes.action, body]));
    expect(target.received.every(({ headers }) => headers['x-gitlab-event'] === 'Issue Hook')).toBe(true);
    expect([...byAction.keys()].sort()).toEqual(['close', 'open', 'reopen', 'update']);
    expect(target.received).toHaveLength(4);
    expect(byAction.get('open')).toMatchObject({
      object_kind: 'issue',
      object_attributes: { iid, title: 'New', description: 'text', state: 'opened', moved_to_id: null },
    });
    expect(byAction.get('update')?.changes.title).toEqual({ previous: 'New', current: 'Newer' });
    expect(byAction.get('close')?.changes.state_id).toEqual({ previous: 1, current: 2 });
  });

  it('a move opens a copy and closes the original with moved_to_id; system notes fire nothing', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }] });
    const moved = await request(lab, 'dev', '/projects/acme%2Fapp/issues/1/move', {
      method: 'POST',
      body: { to_project_id: 203 },
    });
    await lab.idle();
    expect(moved).toMatchObject({ status: 201, body: { project_id: 203, iid: 4, state: 'opened' } });
    expect(target.received).toHaveLength(2);
    const close = target.received.find(({ body }) => body.object_attributes.action === 'close');
    expect(close?.body).toMatchObject({
      project: { id: 201 },
      object_attributes: { iid: 1, moved_to_id: moved.body.id, state: 'closed' },
    });
    expect(close?.body.changes).not.toHaveProperty('moved_to_id');
    const original = (await request(lab, 'dev', '/projects/acme%2Fapp/issues/1')).body;
    expect(original).toMatchObject({ state: 'closed', moved_to_id: moved.body.id });
    const copied = lab.notes('acme/support/desk', 4);
    expect(copied.filter((note) => !note.system)).toHaveLength(2);
    expect(copied.at(-1)).toMatchObject({ system: true, body: 'moved from acme/app#1' });
  });

  it('a move into a project that one may not change is refused', async () => {
    const lab = await gitLab();
    await lab.setRole('dev', 'globex', 'guest');
    const refused = await request(lab, 'dev', '/projects/acme%2Fapp/issues/1/move', {
      method: 'POST',
      body: { to_project_id: 205 },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('Cannot move issue') },
    });
    expect(lab.issue('acme/app', 1).moved_to_id).toBeNull();
  });

  it('a clone leaves the original open and brings the notes when asked', async () => {
    const lab = await gitLab();
    const clone = await lab.as('dev').cloneIssue('acme/app', 1, { project: 'acme/website', withNotes: true });
    expect(lab.issue('acme/app', 1)).toMatchObject({ state: 'opened', moved_to_id: null });
    expect(lab.notes('acme/website', clone.iid).filter((note) => !note.system)).toHaveLength(2);
  });
});

describe('the delivery log', () => {
  it('a resend keeps its idempotency key and body', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url, on: 'acme' }] });
    target.answerWith(500);
    await lab.as('dev').comment('acme/app', 1, 'lost?');
    await lab.idle();
    target.answerWith(204);
    const [hook] = (await request(lab, 'olga', '/groups/acme/hooks')).rows;
    const path = `/groups/acme/hooks/${hook?.id}/events`;
    const [event] = (await request(lab, 'olga', path)).rows;
    expect(event).toMatchObject({ trigger: 'note_hooks', response_status: '500' });
    const again = await request(lab, 'olga', `${path}/${event?.id}/resend`, { method: 'POST' });
    expect(again).toMatchObject({ status: 201, body: { response_status: 204 } });
    const [first, second] = target.received;
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second?.headers['x-gitlab-webhook-uuid']).not.toBe(first?.headers['x-gitlab-webhook-uuid']);
    expect(second?.raw).toBe(first?.raw);
    expect(lab.deliveries().map((row) => row.responseStatus)).toEqual([500, 204]);
  });

  it('nothing is delivered again by itself', async () => {
    const target = await receiver();
    target.answerWith(503);
    const lab = await gitLab({ hooks: [{ url: target.url }] });
    await lab.as('dev').comment('acme/app', 1, 'once');
    await lab.idle();
    expect(target.received).toHaveLength(1);
  });

  it('the fourth failure in a row disables a hook while the switch is on; a system hook never', async () => {
    const target = await receiver();
    target.answerWith(400);
    let time = Date.parse('2026-06-01T00:00:00Z');
    const hooks = [
      { url: target.url, on: 'acme' },
      { url: target.url, on: 'system' },
    ];
    const lab = await gitLab({ hooks, now: () => new Date(time) });
    lab.switches.autoDisable = true;
    for (const text of ['1', '2', '3', '4', '5']) {
      await lab.as('dev').comment('acme/app', 1, text);
      await lab.idle();
    }
    expect(target.received).toHaveLength(4);
    expect(lab.hookStatus()[0]).toMatchObject({ status: 'temporarily_disabled', failures: 4 });
    time += 61_000;
    target.answerWith(200);
    await lab.as('dev').comment('acme/app', 1, '6');
    await lab.idle();
    expect(lab.hookStatus()[0]).toMatchObject({ status: 'executable', failures: 0 });
    expect(lab.hookStatus()[1]?.status).toBe('executable');
  });

  it('a test delivery has no action', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url, on: 'acme/app' }] });
    const [hook] = (await request(lab, 'max', '/projects/acme%2Fapp/hooks')).rows;
    const path = `/projects/acme%2Fapp/hooks/${hook?.id}/test`;
    expect((await request(lab, 'max', `${path}/note_events`, { method: 'POST' })).status).toBe(201);
    expect(target.received[0]?.body.object_attributes).not.toHaveProperty('action');
    target.answerWith(500);
    expect((await request(lab, 'max', `${path}/issues_events`, { method: 'POST' })).status).toBe(422);
  });

  it('hooks are for those who may: maintainers, owners, administrators', async () => {
    const lab = await gitLab();
    expect((await request(lab, 'dev', '/projects/acme%2Fapp/hooks')).status).toBe(403);
    expect((await request(lab, 'max', '/projects/acme%2Fapp/hooks')).status).toBe(200);
    expect((await request(lab, 'max', '/groups/acme/hooks')).status).toBe(403);
    expect((await request(lab, 'olga', '/groups/acme/hooks')).status).toBe(200);
    expect((await request(lab, 'olga', '/hooks')).status).toBe(403);
    expect((await request(lab, 'root', '/hooks')).status).toBe(200);
  });

  it('member changes reach group hooks and system hooks', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }, { url: target.url, on: 'system' }] });
    await lab.setRole('gus', 'acme', 'developer');
    await lab.idle();
    expect(target.received.map(({ headers }) => headers['x-gitlab-event']).sort()).toEqual([
      'Member Hook',
      'System Hook',
    ]);
    expect(target.received[0]?.body).toMatchObject({
      event_name: 'user_update_for_group',
      group_id: 101,
      user_id: 7,
      group_access: 'Developer',
    });
  });
});
