import { expect, it } from 'vitest';
import { asAdmin, SYSTEM_HOOK_SECRET, WEBHOOK_SECRET } from '../support/platforms.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const ASKS_ANEW = 'stored, nothing to do but to ask GitLab anew';

/** What came of each kind of hook since, by where it came in; what was done beside it is left out. */
async function outcomes(since: number): Promise<Record<string, string[]>> {
  const found = new Map<string, Set<string>>();
  for (const { source, kind, state, outcome } of (await world.rows.deliveries()).slice(since)) {
    expect([kind, state]).toEqual([kind, 'done']);
    const said = (outcome ?? '').split('; ').at(-1) ?? '';
    const name = `${source}: ${kind}`;
    found.set(name, (found.get(name) ?? new Set()).add(said.replace(/\d+/g, 'N')));
  }
  return Object.fromEntries([...found].map(([name, lines]) => [name, [...lines].sort()]));
}

it('each event that GitLab tells of by itself arrives, and comes to what it should', async () => {
  const on = ['note', 'confidential_note', 'issues', 'confidential_issues', 'emoji', 'member', 'subgroup'];
  await asAdmin(world.gitlab, '/groups/acme/hooks', {
    url: `${world.tieline.url}/gitlab/webhooks?all`,
    token: WEBHOOK_SECRET,
    push_events: false,
    project_events: true,
    ...Object.fromEntries(on.map((name) => [`${name}_events`, true])),
  });
  const since = (await world.rows.deliveries()).length;
  const olga = world.gitlab.as('olga');
  await olga.createGroup('acme/every');
  await olga.createGroup('acme/every/inner');
  await olga.createProject('acme/every/calls');
  const { iid } = await olga.createIssue('acme/every/calls', { title: 'Rings' });
  const note = await olga.comment('acme/every/calls', iid, '@tieline contacts');
  await olga.award(note?.id ?? 0, 'thumbsup');
  await olga.updateIssue('acme/every/calls', iid, { confidential: true });
  await olga.closeIssue('acme/every/calls', iid);
  await world.gitlab.setRole('gus', 'acme/every', 'reporter');
  await world.gitlab.setRole('gus', 'acme/every', 'developer');
  await world.gitlab.setRole('gus', 'acme/every', null);
  await world.gitlab.setRole('gus', 'acme/every/calls', 'reporter');
  await world.gitlab.setRole('gus', 'acme/every/calls', 'developer');
  await world.gitlab.setRole('gus', 'acme/every/calls', null);
  await world.settled();
  await world.gitlab.renameProject('acme/every/calls', 'phone');
  await world.gitlab.transferProject('acme/every/phone', 'acme/every/inner');
  await world.gitlab.renameGroup('acme/every/inner', 'within');
  await world.settled();
  await world.gitlab.removeProject('acme/every/within/phone');
  await world.gitlab.removeGroup('acme/every/within');
  await world.gitlab.removeGroup('acme/every');
  await world.settled();
  world.heard();
  expect(await outcomes(since)).toEqual({
    'gitlab: note': ['answered note:N', 'stored, nothing to do: no command'],
    'gitlab: issue': ['recorded issue N'],
    'gitlab: emoji': ['stored, nothing to do: an emoji'],
    ...Object.fromEntries(
      [
        'user_add_to_group',
        'user_update_for_group',
        'user_remove_from_group',
        'project_create',
        'project_destroy',
      ].flatMap((kind) => [
        [`gitlab: ${kind}`, [ASKS_ANEW]],
        [`gitlab-system: ${kind}`, [ASKS_ANEW]],
      ]),
    ),
    'gitlab: subgroup_create': [ASKS_ANEW],
    'gitlab: subgroup_destroy': [ASKS_ANEW],
    ...Object.fromEntries(
      [
        'user_add_to_team',
        'user_update_for_team',
        'user_remove_from_team',
        'project_rename',
        'project_transfer',
        'group_create',
        'group_rename',
        'group_destroy',
      ].map((kind) => [`gitlab-system: ${kind}`, [ASKS_ANEW]]),
    ),
  });
});

it('each event that only others cause arrives too', async () => {
  const since = (await world.rows.deliveries()).length;
  const { id: user } = world.gitlab.state().users[0] ?? { id: 1 };
  const { project_id: project } = world.gitlab.issue('acme/app', 1);
  const inProject = { project_id: project, project_path_with_namespace: 'acme/app' };
  const bodies: [string, object, string][] = [
    ['user_create', { user_id: user }, ASKS_ANEW],
    ['user_rename', { user_id: user, old_username: 'former' }, ASKS_ANEW],
    ['user_destroy', { user_id: 999_999 }, ASKS_ANEW],
    ['user_failed_login', { user_id: user, state: 'blocked' }, 'nothing hangs on user_failed_login here'],
    ['project_update', { project_id: project, path_with_namespace: 'acme/app' }, ASKS_ANEW],
    ['repository_update', { project_id: project, changes: [] }, 'nothing hangs on repository_update here'],
    ['key_create', { id: 4, key: 'ssh-ed25519 AAAA' }, 'nothing hangs on key_create here'],
    [
      'user_access_request_to_project',
      { user_id: user, ...inProject },
      'nothing hangs on user_access_request_to_project here',
    ],
    [
      'user_access_request_revoked_for_group',
      { user_id: user, group_id: 1 },
      'nothing hangs on user_access_request_revoked_for_group here',
    ],
  ];
  for (const [event_name, fields] of bodies) {
    const response = await fetch(`${world.tieline.url}/gitlab/system-hooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-gitlab-token': SYSTEM_HOOK_SECRET },
      body: JSON.stringify({ event_name, created_at: '2012-07-21T07:38:22Z', ...fields }),
    });
    expect([event_name, response.status]).toEqual([event_name, 204]);
  }
  await world.settled();
  expect(await outcomes(since)).toEqual(
    Object.fromEntries(
      bodies.map(([kind, , outcome]) => [
        `gitlab-system: ${kind}`,
        [outcome === ASKS_ANEW ? outcome : `stored, nothing to do: ${outcome}`],
      ]),
    ),
  );
});
