import { describe, expect, test } from 'vitest';
import { groupPlace, placeKey, projectPlace } from '../../src/domain/actor.ts';
import { groupId, projectId } from '../../src/domain/ids.ts';
import { readDirectoryHook } from '../../src/gitlab/directory-event.ts';
import { emojiHookSchema } from '../../src/gitlab/schemas/emoji-hook.ts';
import { toldPlaces } from '../../src/gitlab/told-places.ts';

const PERSON = 'person 7';
const PLACES = 'places';
const NOBODY = 'nothing';

const ofProject = { project_id: 5, path_with_namespace: 'acme/app' };
const ofGroup = { group_id: 3, path: 'platform', full_path: 'acme/platform' };
const below = { ...ofGroup, parent_group_id: 2, parent_path: 'acme', parent_full_path: 'acme' };
const inProject = { project_id: 5, project_path: 'app', project_path_with_namespace: 'acme/app' };
const inGroup = { group_id: 3, group_path: 'platform' };
const dev = { user_id: 7, user_username: 'dev' };

/** What is dropped from the directory, and which places are compared (`!` for one that is gone). */
function read(body: object): readonly [string, readonly string[]] {
  const event = readDirectoryHook(body)?.event ?? null;
  const dropped = event === null ? NOBODY : event.placesChanged ? PLACES : `person ${event.userId}`;
  const places = toldPlaces(body).map(
    ({ place, fullPath, isDestroyed }) => `${placeKey(place)} ${fullPath}${isDestroyed ? '!' : ''}`,
  );
  return [dropped, places];
}

const APP = `${placeKey(projectPlace(projectId(5)))} acme/app`;
const PLATFORM = `${placeKey(groupPlace(groupId(3)))} acme/platform`;
const ACME = `${placeKey(groupPlace(groupId(2)))} acme`;

describe('a hook about the directory', () => {
  test.each<[string, object, string, string[]]>([
    ['a member joined a project', { event_name: 'user_add_to_team', ...dev, ...inProject }, PERSON, [APP]],
    [
      "a member's role in a project",
      { event_name: 'user_update_for_team', ...dev, ...inProject },
      PERSON,
      [APP],
    ],
    ['a member left a project', { event_name: 'user_remove_from_team', ...dev, ...inProject }, PERSON, [APP]],
    ['a member joined a group', { event_name: 'user_add_to_group', ...dev, ...inGroup }, PERSON, []],
    [
      'a role by a custom name, with an end',
      {
        event_name: 'user_update_for_group',
        ...dev,
        ...inGroup,
        group_access: 'Triage',
        expires_at: '2030-01-01T00:00:00Z',
      },
      PERSON,
      [],
    ],
    ['a member left a group', { event_name: 'user_remove_from_group', ...dev, ...inGroup }, PERSON, []],
    [
      'a member hook with a broken project',
      { event_name: 'user_add_to_team', ...dev, project_id: 'x' },
      PERSON,
      [],
    ],
    [
      'somebody asks for a project',
      { event_name: 'user_access_request_to_project', ...dev, ...inProject },
      NOBODY,
      [APP],
    ],
    [
      'somebody asks no more',
      { event_name: 'user_access_request_revoked_for_group', ...dev, ...inGroup },
      NOBODY,
      [],
    ],
    ['a new person', { event_name: 'user_create', user_id: 7, email: 'dev@example.com' }, PERSON, []],
    ['a person under another name', { event_name: 'user_rename', user_id: 7, old_username: 'd' }, PERSON, []],
    ['a person who is gone', { event_name: 'user_destroy', user_id: 7 }, PERSON, []],
    [
      'a new project, dates of old',
      { event_name: 'project_create', created_at: '2012-07-21T07:30:54Z', ...ofProject },
      PLACES,
      [APP],
    ],
    [
      'a project of today, told by its group',
      { event_name: 'project_create', created_at: '2026-05-28T06:14:44.830Z', ...ofProject },
      PLACES,
      [APP],
    ],
    ['a project that is gone', { event_name: 'project_destroy', ...ofProject }, PLACES, [`${APP}!`]],
    [
      'a renamed project',
      { event_name: 'project_rename', old_path_with_namespace: 'acme/a', ...ofProject },
      PLACES,
      [APP],
    ],
    [
      'a transferred project, which names no group',
      { event_name: 'project_transfer', project_namespace_id: 9, ...ofProject },
      PLACES,
      [APP],
    ],
    ['a changed project', { event_name: 'project_update', ...ofProject }, PLACES, [APP]],
    ['a project without its path', { event_name: 'project_update', project_id: 5 }, PLACES, []],
    ['a new group', { event_name: 'group_create', ...ofGroup }, PLACES, [PLATFORM]],
    [
      'a group of old, its full path unsaid',
      { event_name: 'group_create', group_id: 3, path: 'platform' },
      PLACES,
      [],
    ],
    [
      'a renamed group',
      { event_name: 'group_rename', old_full_path: 'acme/p', ...ofGroup },
      PLACES,
      [PLATFORM],
    ],
    ['a group that is gone', { event_name: 'group_destroy', ...ofGroup }, PLACES, [`${PLATFORM}!`]],
    ['a new subgroup', { event_name: 'subgroup_create', ...below }, PLACES, [PLATFORM, ACME]],
    ['a subgroup that is gone', { event_name: 'subgroup_destroy', ...below }, PLACES, [`${PLATFORM}!`, ACME]],
    ['a subgroup that names no parent', { event_name: 'subgroup_create', ...ofGroup }, PLACES, [PLATFORM]],
  ])('%s', (_name, body, dropped, places) => {
    expect(readDirectoryHook(body)).not.toHaveProperty('unreadable');
    expect(read(body)).toEqual([dropped, places]);
  });

  test.each<[string, object, string]>([
    ['a member hook without the person', { event_name: 'user_add_to_group', ...inGroup }, 'a member hook'],
    [
      'a member hook with a name for an id',
      { event_name: 'user_add_to_team', user_id: 'dev' },
      'a member hook',
    ],
    ['a person without an id', { event_name: 'user_destroy', username: 'dev' }, 'a user hook'],
    [
      'a project without its id',
      { event_name: 'project_transfer', path_with_namespace: 'a/b' },
      'a project hook',
    ],
    [
      'a project with an id below one',
      { event_name: 'project_create', ...ofProject, project_id: 0 },
      'a project hook',
    ],
    ['a group without its id', { event_name: 'group_rename', full_path: 'acme' }, 'a group hook'],
    ['a subgroup without its id', { event_name: 'subgroup_create', parent_group_id: 2 }, 'a subgroup hook'],
  ])('that cannot be read drops nothing and is said to be none: %s', (_name, body, what) => {
    expect(readDirectoryHook(body)).toEqual({ event: null, places: [], unreadable: what });
  });

  test.each(['user_failed_login', 'key_create', 'repository_update', 'push', 'user_add_to_group_x', ''])(
    'is not %j',
    (name) => {
      expect(readDirectoryHook({ event_name: name, user_id: 7, project_id: 5 })).toBeNull();
    },
  );

  test.each([null, 7, 'user_create', [], { event_name: 4 }])('is not %j', (body) => {
    expect(readDirectoryHook(body)).toBeNull();
    expect(toldPlaces(body)).toEqual([]);
  });
});

test('the project of a comment or issue is compared too, unless its path is missing', () => {
  const project = { id: 5, path_with_namespace: 'acme/app' };
  expect(read({ object_kind: 'note', project })).toEqual([NOBODY, [APP]]);
  expect(read({ object_kind: 'note', project: { id: 5 } })).toEqual([NOBODY, []]);
  expect(read({ object_kind: 'work_item' })).toEqual([NOBODY, []]);
});

test('an emoji is read by what it is on, whichever way its version says that it was put or taken', () => {
  const attributes = { id: 1, name: 'thumbsup', awardable_type: 'Note', awardable_id: 1241 };
  const hook = (more: object) => ({ object_kind: 'emoji', object_attributes: { ...attributes, ...more } });
  expect(emojiHookSchema.safeParse({ ...hook({}), event_type: 'award' }).success).toBe(true);
  expect(emojiHookSchema.safeParse(hook({ action: 'revoke' })).success).toBe(true);
  expect(emojiHookSchema.safeParse(hook({ awardable_id: null })).success).toBe(false);
});
