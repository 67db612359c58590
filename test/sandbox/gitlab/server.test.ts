import { describe, expect, it } from 'vitest';
import type { GitLabState } from '../../../src/sandbox/gitlab/state.ts';
import { gitLab, receiver, request } from './harness.ts';

const NOTES = '/projects/acme%2Fapp/issues/1/notes';

describe('state', () => {
  it('a restart from saved state goes on with every id, also after a deletion', async () => {
    const first = await gitLab();
    const note = await first.as('dev').comment('acme/app', 1, 'gone soon');
    await first.as('dev').deleteNote(note?.id ?? 0);
    const saved = JSON.parse(JSON.stringify(first.state())) as GitLabState;
    await first.close();
    const second = await gitLab({ state: saved });
    const next = await second.as('dev').comment('acme/app', 1, 'after');
    expect(next?.id).toBe((note?.id ?? 0) + 1);
    const issue = await second.as('dev').createIssue('acme/app', { title: 'next' });
    expect(issue.iid).toBe(7);
    expect(second.notes('acme/app', 1).map((row) => row.body)).toContain('after');
  });

  it('no answer and no hook leaves before the change is saved', async () => {
    const target = await receiver();
    const order: string[] = [];
    let saved: GitLabState | undefined;
    const lab = await gitLab({
      hooks: [{ url: target.url }],
      onChange: async (state) => {
        await new Promise((resolve) => setImmediate(resolve));
        saved = structuredClone(state);
        order.push(`saved ${target.received.length}`);
      },
    });
    order.splice(0);
    const answer = await request(lab, 'dev', NOTES, { method: 'POST', body: { body: 'durable' } });
    expect(saved?.notes.at(-1)?.id).toBe(answer.body.id);
    expect(order[0]).toBe('saved 0');
    await lab.idle();
    expect(target.received).toHaveLength(1);
  });

  it('hooks planted at start take the place of those of the last start and keep their ids', async () => {
    const first = await gitLab({ hooks: [{ url: 'http://127.0.0.1:1/old' }] });
    const before = first.hookStatus();
    const second = await gitLab({ state: first.state(), hooks: [{ url: 'http://127.0.0.1:2/new' }] });
    expect(second.hookStatus().map(({ id, url }) => ({ id, url }))).toEqual(
      before.map(({ id }) => ({ id, url: 'http://127.0.0.1:2/new' })),
    );
  });

  it('a delivery that a crash cut short is sent by the next run, under the same key', async () => {
    const target = await receiver();
    let last: GitLabState | undefined;
    const silent = await gitLab();
    const hold = silent.faults.hold(/hook$/);
    const first = await gitLab({
      hooks: [{ url: `${silent.url}/hook` }],
      onChange: (state) => {
        last = structuredClone(state);
      },
    });
    await first.as('dev').comment('acme/app', 1, 'cut short');
    await hold.arrived();
    const atCrash = last ?? expect.fail();
    expect(atCrash.pending).toHaveLength(1);
    const second = await gitLab({ state: atCrash, hooks: [{ url: target.url }] });
    second.resumeDeliveries();
    await second.idle();
    expect(target.received[0]?.headers['idempotency-key']).toBe(atCrash.pending[0]?.idempotencyKey);
    expect(target.received[0]?.body.object_attributes.note).toBe('cut short');
    expect(second.state().pending).toEqual([]);
    hold.release();
    await first.idle();
    expect(first.state().pending).toEqual([]);
  });

  it('closing does not wait for a receiver that never answers', async () => {
    const silent = await gitLab();
    const hold = silent.faults.hold(/hook$/);
    const lab = await gitLab({ hooks: [{ url: `${silent.url}/hook` }] });
    await lab.as('dev').comment('acme/app', 1, 'hello?');
    await hold.arrived();
    const began = Date.now();
    await lab.close();
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(lab.state().pending).toHaveLength(1);
    expect(lab.deliveries()).toEqual([]);
  });

  it('the switches are part of the state', async () => {
    const first = await gitLab();
    first.switches.stripQuickActions = true;
    const second = await gitLab({ state: first.state() });
    expect(second.switches.stripQuickActions).toBe(true);
  });
});

describe('quick actions', () => {
  const stripQuickActions = (text: string) => {
    const left = text.replace(/^\/add_contacts.*$/gm, '').trim();
    return { text: left, onlyCommands: left === '' };
  };

  it('with the switch off everything is kept', async () => {
    const lab = await gitLab({ stripQuickActions });
    const note = await lab.as('dev').comment('acme/app', 1, '/add_contacts a@b.co');
    expect(note?.body).toBe('/add_contacts a@b.co');
  });

  it('with the switch on a lone command leaves no note, no hook, and a 202', async () => {
    const target = await receiver();
    const lab = await gitLab({ stripQuickActions, hooks: [{ url: target.url }] });
    lab.switches.stripQuickActions = true;
    const before = lab.notes('acme/app', 1).length;
    const answer = await request(lab, 'dev', NOTES, {
      method: 'POST',
      body: { body: '/add_contacts a@b.co' },
    });
    expect(answer.status).toBe(202);
    expect(Object.keys(answer.body).sort()).toEqual(['commands_changes', 'summary']);
    await request(lab, 'dev', NOTES, { method: 'POST', body: { body: 'text\n/add_contacts a@b.co' } });
    await lab.idle();
    expect(lab.notes('acme/app', 1)).toHaveLength(before + 1);
    expect(target.received.map(({ body }) => body.object_attributes.note)).toEqual(['text']);
  });

  it('an edit that leaves only a command deletes the note', async () => {
    const lab = await gitLab({ stripQuickActions });
    lab.switches.stripQuickActions = true;
    const note = await lab.as('dev').comment('acme/app', 1, 'text');
    expect(await lab.as('dev').editNote(note?.id ?? 0, '/add_contacts a@b.co')).toBeNull();
    expect((await request(lab, 'dev', `${NOTES}/${note?.id}`)).status).toBe(404);
  });
});

describe('faults', () => {
  it('a made-up answer is given as often as told, and nothing is done', async () => {
    const lab = await gitLab();
    const before = lab.notes('acme/app', 1).length;
    lab.faults.respond({ method: 'POST', path: /acme\/app\/issues\/1\/notes$/, status: 502, times: 2 });
    const send = () => request(lab, 'dev', NOTES, { method: 'POST', body: { body: 'x' } });
    expect([(await send()).status, (await send()).status, (await send()).status]).toEqual([502, 502, 201]);
    expect(lab.notes('acme/app', 1)).toHaveLength(before + 1);
  });

  it('429 comes with headers or without any', async () => {
    const lab = await gitLab();
    lab.faults.rateLimit({ path: /\/user$/, retryAfterSec: 7 });
    lab.faults.rateLimit({ path: /\/user$/, retryAfterSec: null });
    const withHeaders = await request(lab, 'dev', '/user');
    expect(withHeaders).toMatchObject({ status: 429, body: 'Retry later\n' });
    expect(withHeaders.headers.get('retry-after')).toBe('7');
    const without = await request(lab, 'dev', '/user');
    expect(without.status).toBe(429);
    expect(without.headers.get('retry-after')).toBeNull();
  });

  it('held requests wait until they are let go', async () => {
    const lab = await gitLab();
    const hold = lab.faults.hold(/\/user$/);
    let answered = false;
    const answer = request(lab, 'dev', '/user').then((response) => {
      answered = true;
      return response;
    });
    await hold.arrived();
    expect(answered).toBe(false);
    hold.release();
    expect((await answer).status).toBe(200);
    expect((await request(lab, 'dev', '/user')).status).toBe(200);
  });

  it('a connection cut after the work leaves the note and no answer', async () => {
    const lab = await gitLab();
    const before = lab.notes('acme/app', 1).length;
    lab.faults.cut({ method: 'POST', path: /notes$/, when: 'after' });
    await expect(request(lab, 'dev', NOTES, { method: 'POST', body: { body: 'kept' } })).rejects.toThrow();
    expect(lab.notes('acme/app', 1)).toHaveLength(before + 1);
    lab.faults.cut({ method: 'POST', path: /notes$/, when: 'before' });
    await expect(request(lab, 'dev', NOTES, { method: 'POST', body: { body: 'lost' } })).rejects.toThrow();
    expect(lab.notes('acme/app', 1)).toHaveLength(before + 1);
  });

  it('dropped deliveries do not arrive, and the log says so', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }] });
    lab.faults.dropDeliveries(1);
    await lab.as('dev').comment('acme/app', 1, 'lost');
    await lab.idle();
    expect(target.received).toEqual([]);
    const [row] = lab.deliveries();
    expect(row).toMatchObject({ responseStatus: null, error: 'lost on the way' });
    await lab.resend(row?.id ?? 0);
    expect(target.received).toHaveLength(1);
  });

  it('a receiver that does not answer in time is a failure', async () => {
    const target = await receiver();
    const silent = await gitLab();
    const hold = silent.faults.hold(/hook$/);
    const lab = await gitLab({ hooks: [{ url: `${silent.url}/hook` }], hookTimeoutMs: 50 });
    await lab.as('dev').comment('acme/app', 1, 'hello?');
    await lab.idle();
    hold.release();
    expect(lab.deliveries()[0]?.responseStatus).toBeNull();
    expect(target.received).toEqual([]);
  });
});

describe('the rest', () => {
  it('every request is logged with who made it and what became of it', async () => {
    const lab = await gitLab();
    await request(lab, 'dev', '/projects/acme%2Fapp');
    await request(lab, 'nina', '/projects/acme%2Fapp');
    expect(lab.requests()).toEqual([
      { method: 'GET', path: '/api/v4/projects/acme%2Fapp', user: 'dev', status: 200 },
      { method: 'GET', path: '/api/v4/projects/acme%2Fapp', user: 'nina', status: 404 },
    ]);
  });

  it('the address of an issue leads to the page', async () => {
    const lab = await gitLab({ pageUrl: (project, iid) => `http://page.test/?issue=${project}#${iid}` });
    const response = await fetch(lab.issue('acme/support/desk', 1).web_url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('http://page.test/?issue=acme/support/desk#1');
  });

  it('reactions are kept, given once and taken back', async () => {
    const lab = await gitLab();
    const [note] = lab.notes('acme/app', 1);
    const path = `${NOTES}/${note?.id}/award_emoji`;
    const give = () => request(lab, 'tieline', path, { method: 'POST', body: { name: 'eyes' } });
    const given = await give();
    expect(given).toMatchObject({
      status: 201,
      body: { name: 'eyes', awardable_type: 'Note', user: { id: 9 } },
    });
    expect((await give()).status).toBe(404);
    expect((await request(lab, 'dev', path)).body).toHaveLength(1);
    expect((await request(lab, 'tieline', `${path}/${given.body.id}`, { method: 'DELETE' })).status).toBe(
      204,
    );
    expect((await request(lab, 'dev', path)).body).toEqual([]);
  });

  it('malformed and missing bodies are answered as GitLab does', async () => {
    const lab = await gitLab();
    const empty = await request(lab, 'dev', NOTES, { method: 'POST', body: {} });
    expect(empty).toMatchObject({ status: 400, body: { error: 'body is missing' } });
    const response = await fetch(`${lab.url}/api/v4${NOTES}`, {
      method: 'POST',
      headers: { 'private-token': lab.tokenOf('dev'), 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect((await request(lab, 'dev', '/nonsense')).status).toBe(404);
  });

  it('ids of notes do not fit 32 bits', async () => {
    const lab = await gitLab();
    expect(lab.notes('acme/app', 1)[0]?.id).toBeGreaterThan(2 ** 32);
  });
});
