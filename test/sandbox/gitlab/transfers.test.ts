import { describe, expect, it } from 'vitest';
import { gitLab, receiver, request } from './harness.ts';

describe('transfers', () => {
  it('a project transfer fires the system hook and leads old paths to the project until they are reused', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url, on: 'system', token: 's' }] });
    const done = await request(lab, 'olga', '/projects/acme%2Fwebsite/transfer', {
      method: 'PUT',
      body: { namespace: 'acme/support' },
    });
    expect(done.body).toMatchObject({ id: 202, path_with_namespace: 'acme/support/website' });
    await lab.idle();
    expect(target.received[0]?.headers['x-gitlab-event']).toBe('System Hook');
    expect(target.received[0]?.body).toMatchObject({
      event_name: 'project_transfer',
      project_id: 202,
      path_with_namespace: 'acme/support/website',
      old_path_with_namespace: 'acme/website',
    });
    const old = await request(lab, 'olga', '/projects/acme%2Fwebsite/issues?state=opened');
    expect(old.status).toBe(301);
    expect(old.headers.get('location')).toBe(`${lab.url}/api/v4/projects/202/issues?state=opened`);
    const write = await request(lab, 'olga', '/projects/acme%2Fwebsite/issues', {
      method: 'POST',
      body: { title: 'x' },
    });
    expect(write.status).toBe(405);
    const { id } = await lab.as('olga').createProject('acme/website');
    expect((await request(lab, 'olga', '/projects/acme%2Fwebsite')).body.id).toBe(id);
  });

  it('a group transfer fires nothing, changes every path below and keeps every id', async () => {
    const target = await receiver();
    const lab = await gitLab({ hooks: [{ url: target.url }, { url: target.url, on: 'system' }] });
    await lab.setRole('olga', 'globex', 'maintainer');
    await lab.idle();
    target.received.splice(0);
    const done = await request(lab, 'olga', '/groups/acme%2Fplatform/transfer', {
      method: 'POST',
      body: { group_id: 105 },
    });
    expect(done).toMatchObject({
      status: 201,
      body: { id: 103, full_path: 'globex/platform', parent_id: 105 },
    });
    await lab.idle();
    expect(target.received).toEqual([]);
    expect((await request(lab, 'tieline', '/projects/204')).body).toMatchObject({
      path_with_namespace: 'globex/platform/infra/ops',
      namespace: { id: 104, kind: 'group', full_path: 'globex/platform/infra', parent_id: 103 },
    });
    expect((await request(lab, 'tieline', '/groups/acme%2Fplatform')).status).toBe(301);
    expect((await request(lab, 'dev', '/projects/204')).status).toBe(404);
    expect((await request(lab, 'nina', '/projects/204/members/all/8')).body.access_level).toBe(50);
  });

  it('a group may become a root group, and a root group a subgroup', async () => {
    const lab = await gitLab();
    await lab.as('olga').transferGroup('acme/support', null);
    expect((await request(lab, 'root', '/groups/102')).body).toMatchObject({
      full_path: 'support',
      parent_id: null,
    });
    await lab.transferGroup('globex', 'acme');
    expect((await request(lab, 'root', '/groups/106')).body.full_path).toBe('acme/globex/sales');
  });

  it('who makes a group a root group without owners becomes its owner', async () => {
    const lab = await gitLab();
    await lab.as('olga').transferGroup('acme/support', null);
    expect((await request(lab, 'olga', '/projects/203/members/all/2')).body.access_level).toBe(50);
    await lab.setRole('dev', 'acme/platform', 'owner');
    await lab.as('olga').transferGroup('acme/platform', null);
    expect((await request(lab, 'dev', '/projects/204/members/all/4')).body.access_level).toBe(50);
    expect((await request(lab, 'olga', '/projects/204')).status).toBe(404);
  });

  it('transfers need the rights that GitLab asks for', async () => {
    const lab = await gitLab();
    await expect(lab.as('max').transferGroup('acme/support', null)).rejects.toMatchObject({ status: 403 });
    await expect(lab.as('olga').transferGroup('acme/support', 'globex')).rejects.toMatchObject({
      status: 404,
    });
    await expect(lab.as('olga').transferGroup('acme', 'acme/support')).rejects.toMatchObject({ status: 400 });
    await expect(lab.as('dev').transferProject('acme/app', 'acme/support')).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe('lists', () => {
  it('the groups below a group and their projects are found', async () => {
    const lab = await gitLab();
    const paths = async (path: string, field: 'full_path' | 'path_with_namespace') =>
      (await request(lab, 'tieline', path)).rows.map((row) => row[field]).sort();
    expect(await paths('/groups/acme/subgroups', 'full_path')).toEqual(['acme/platform', 'acme/support']);
    expect(await paths('/groups/acme/descendant_groups', 'full_path')).toContain('acme/platform/infra');
    expect(await paths('/groups/acme/projects', 'path_with_namespace')).toEqual(['acme/app', 'acme/website']);
    expect(await paths('/groups/acme/projects?include_subgroups=true', 'path_with_namespace')).toHaveLength(
      4,
    );
    expect(await paths('/groups?top_level_only=true', 'full_path')).toEqual(['acme', 'globex']);
    expect((await request(lab, 'tieline', '/groups/acme')).body.projects).toHaveLength(2);
    expect((await request(lab, 'tieline', '/groups/acme?with_projects=false')).body).not.toHaveProperty(
      'projects',
    );
  });

  it('pages by number lead on by Link headers and tell the total', async () => {
    const lab = await gitLab();
    const first = await request(
      lab,
      'tieline',
      '/groups/acme/issues?state=all&per_page=4&order_by=created_at&sort=asc',
    );
    expect(first.body).toHaveLength(4);
    expect(first.headers.get('x-total')).toBe('11');
    expect(first.headers.get('x-next-page')).toBe('2');
    expect(first.headers.get('link')).toContain('rel="next"');
    expect(first.headers.get('link')).not.toContain('rel="prev"');
  });

  it('a keyset leads through every row once', async () => {
    const lab = await gitLab();
    const seen: number[] = [];
    let path: string | undefined =
      '/groups/acme/issues?pagination=keyset&per_page=3&order_by=created_at&sort=asc';
    while (path !== undefined) {
      const page = await request(lab, 'tieline', path);
      seen.push(...page.rows.map((row) => row.id));
      expect(page.headers.get('x-total')).toBeNull();
      const next: string | undefined = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      path = next?.replace(`${lab.url}/api/v4`, '');
    }
    expect(seen).toHaveLength(11);
    expect(new Set(seen).size).toBe(11);
  });

  it('updated_after gives what was touched since, a comment included', async () => {
    const lab = await gitLab();
    const since = new Date(Date.now() - 1_000).toISOString();
    await lab.as('dev').comment('acme/app', 3, 'touch');
    const { rows } = await request(lab, 'tieline', `/groups/acme/issues?scope=all&updated_after=${since}`);
    expect(rows.map((row) => row.iid)).toEqual([3]);
  });

  it('only an administrator may ask for an issue by its global id', async () => {
    const lab = await gitLab();
    const { id } = lab.issue('acme/app', 1);
    expect((await request(lab, 'tieline', `/issues/${id}`)).status).toBe(403);
    expect((await request(lab, 'root', `/issues/${id}`)).body.iid).toBe(1);
  });
});
