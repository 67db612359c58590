import { describe, expect, it } from 'vitest';
import { gitLab, request } from './harness.ts';

const ids = { olga: 2, max: 3, dev: 4, rita: 5, pia: 6, gus: 7, nina: 8 };

describe('who somebody is', () => {
  it('an unknown token is refused with 401', async () => {
    const lab = await gitLab();
    expect(await request(lab, 'olga', '/user', { token: 'nobody' })).toMatchObject({
      status: 401,
      body: { message: '401 Unauthorized' },
    });
  });

  it('a token may come as a bearer', async () => {
    const lab = await gitLab();
    const response = await fetch(`${lab.url}/api/v4/user`, {
      headers: { authorization: `Bearer ${lab.tokenOf('tieline')}` },
    });
    expect(await response.json()).toMatchObject({ id: 9, username: 'tieline', bot: true });
  });

  it('a token that may only read cannot write', async () => {
    const lab = await gitLab();
    const token = lab.createToken('olga', ['read_api']);
    expect((await request(lab, 'olga', '/projects/acme%2Fapp/issues/1', { token })).status).toBe(200);
    const write = await request(lab, 'olga', '/projects/acme%2Fapp/issues/1/notes', {
      method: 'POST',
      body: { body: 'hello' },
      token,
    });
    expect(write).toMatchObject({ status: 403, body: { error: 'insufficient_scope', scope: 'api' } });
    expect((await request(lab, 'olga', '/personal_access_tokens/self', { token })).body).toMatchObject({
      scopes: ['read_api'],
      user_id: ids.olga,
      active: true,
    });
  });

  it('a revoked token says so', async () => {
    const lab = await gitLab();
    const token = lab.createToken('olga', ['api']);
    lab.revokeToken(token);
    expect(await request(lab, 'olga', '/user', { token })).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    });
  });

  it('only an administrator sees e-mail addresses and who administers', async () => {
    const lab = await gitLab();
    const forAdmin = await request(lab, 'root', '/users?search=Dev@acme.example.com');
    expect(forAdmin.body).toHaveLength(1);
    expect(forAdmin.rows[0]).toMatchObject({ id: ids.dev, email: 'dev@acme.example.com', is_admin: false });
    expect((await request(lab, 'olga', '/users?search=dev@acme.example.com')).body).toEqual([]);
    const plain = (await request(lab, 'olga', '/users/4')).body;
    expect(plain.username).toBe('dev');
    expect(plain).not.toHaveProperty('email');
    expect(plain).not.toHaveProperty('is_admin');
    expect((await request(lab, 'olga', '/users?username=DEV')).rows[0]?.id).toBe(ids.dev);
  });

  it('a blocked person is refused, and is still listed as a blocked member', async () => {
    const lab = await gitLab();
    await lab.block('dev');
    expect((await request(lab, 'dev', '/user')).status).toBe(403);
    const member = await request(lab, 'tieline', '/groups/acme/members/all/4');
    expect(member.body).toMatchObject({ id: 4, state: 'blocked', access_level: 30 });
  });
});

describe('roles', () => {
  it.each([
    ['olga', 50],
    ['max', 40],
    ['dev', 30],
    ['rita', 20],
    ['pia', 15],
    ['gus', 10],
  ] as const)('%s has level %i in a project three groups down', async (who, level) => {
    const lab = await gitLab();
    const path = `/projects/${encodeURIComponent('acme/platform/infra/ops')}/members/all/${ids[who]}`;
    expect((await request(lab, 'tieline', path)).body).toMatchObject({ id: ids[who], access_level: level });
  });

  it('the highest of several memberships counts, and direct ones are told apart', async () => {
    const lab = await gitLab();
    await lab.setRole('gus', 'acme/support', 'maintainer');
    const desk = `/projects/${encodeURIComponent('acme/support/desk')}`;
    expect((await request(lab, 'tieline', `${desk}/members/all/7`)).body.access_level).toBe(40);
    expect((await request(lab, 'tieline', `${desk}/members/7`)).status).toBe(404);
    expect((await request(lab, 'tieline', '/groups/acme/members/all/7')).body.access_level).toBe(10);
    await lab.setRole('gus', 'acme/support', null);
    expect((await request(lab, 'tieline', `${desk}/members/all/7`)).body.access_level).toBe(10);
  });

  it('who is no member has no role, the administrator included', async () => {
    const lab = await gitLab();
    expect((await request(lab, 'tieline', '/groups/acme/members/all/8')).status).toBe(404);
    expect((await request(lab, 'tieline', '/groups/acme/members/all/1')).status).toBe(404);
  });

  it('the owner of a personal project is its owner', async () => {
    const lab = await gitLab();
    const path = `/projects/${encodeURIComponent('nina/notes')}`;
    expect((await request(lab, 'nina', `${path}/members/all/8`)).body.access_level).toBe(50);
    const namespace = (await request(lab, 'nina', path)).body.namespace;
    expect(namespace).toMatchObject({ kind: 'user', full_path: 'nina', parent_id: null });
    expect(namespace.id).not.toBe(ids.nina);
  });
});

describe('what one may not see', () => {
  it('a private group and its projects do not exist for an outsider', async () => {
    const lab = await gitLab();
    for (const path of ['/groups/acme', '/groups/101', '/projects/acme%2Fapp', '/projects/201/issues']) {
      expect((await request(lab, 'nina', path)).status).toBe(404);
    }
    const groups = (await request(lab, 'nina', '/groups')).rows.map((row) => row.full_path);
    expect(groups.sort()).toEqual(['globex', 'globex/sales']);
  });

  it('a member of one subgroup sees the way there and no more', async () => {
    const lab = await gitLab();
    await lab.setRole('nina', 'acme/support', 'guest');
    expect((await request(lab, 'nina', '/groups/acme')).status).toBe(200);
    expect((await request(lab, 'nina', '/projects/acme%2Fsupport%2Fdesk')).status).toBe(200);
    expect((await request(lab, 'nina', '/projects/acme%2Fapp')).status).toBe(404);
  });

  it('a guest cannot read a confidential issue, a planner and its author can', async () => {
    const lab = await gitLab();
    const own = await lab.as('gus').createIssue('acme/app', { title: 'Mine', confidential: true });
    expect((await request(lab, 'gus', '/projects/acme%2Fapp/issues/4')).status).toBe(404);
    expect((await request(lab, 'pia', '/projects/acme%2Fapp/issues/4')).status).toBe(200);
    expect((await request(lab, 'gus', `/projects/acme%2Fapp/issues/${own.iid}`)).status).toBe(200);
    const seen = (await request(lab, 'gus', '/groups/acme/issues?per_page=100')).rows;
    expect(seen.map((row) => `${row.project_id}#${row.iid}`)).not.toContain('201#4');
  });

  it('a guest does not see internal notes and cannot write any', async () => {
    const lab = await gitLab();
    const notes = '/projects/acme%2Fsupport%2Fdesk/issues/1/notes';
    expect((await request(lab, 'gus', notes)).body).toHaveLength(1);
    expect((await request(lab, 'pia', notes)).body).toHaveLength(2);
    const refused = await request(lab, 'gus', notes, {
      method: 'POST',
      body: { body: 'psst', internal: true },
    });
    expect(refused.status).toBe(403);
  });

  it('one may edit one’s own note, a maintainer anybody’s, a developer not', async () => {
    const lab = await gitLab();
    const note = await lab.as('rita').comment('acme/app', 1, 'first');
    const path = `/projects/acme%2Fapp/issues/1/notes/${note?.id}`;
    const edit = (who: string) => request(lab, who, path, { method: 'PUT', body: { body: `by ${who}` } });
    expect((await edit('rita')).status).toBe(200);
    expect((await edit('dev')).status).toBe(403);
    expect((await edit('max')).body.body).toBe('by max');
  });
});
