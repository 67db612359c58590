import { WORLD, type World } from '../src/sandbox/world.ts';

/** A GitLab that knows the group of the benches' contacts, its owner olga and the bot, and nothing else. */
export const BENCH_WORLD: World = {
  ...WORLD,
  people: WORLD.people.filter(({ username }) => ['root', 'tieline', 'olga'].includes(username)),
  groups: [{ id: 1, path: 'group-1', name: 'Group 1', description: '', visibility: 'private' }],
  projects: [{ id: 1, path: 'group-1/app', name: 'App', description: '', visibility: 'private' }],
  members: [
    { on: 'group-1', username: 'tieline', role: 'maintainer' },
    { on: 'group-1', username: 'olga', role: 'owner' },
  ],
  issues: [],
  organizations: [],
  contacts: [],
};
