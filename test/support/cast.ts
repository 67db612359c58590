import { WORLD, type World, type WorldPerson } from '../../src/sandbox/world.ts';

/**
 * Everybody who speaks in a journey, drawn in test/README.md. The first seven are the demo's; the others exist for
 * tests only.
 */
export type Name =
  | 'olga'
  | 'max'
  | 'dev'
  | 'rita'
  | 'pia'
  | 'gus'
  | 'nina'
  | 'sam'
  | 'kim'
  | 'bea'
  | 'erin'
  | 'pipeline';

function extra(id: number, name: string, rest: Partial<WorldPerson> = {}): WorldPerson {
  const username = name.split(' ')[0]?.toLowerCase() ?? name;
  return {
    id,
    username,
    name,
    email: `${username}@acme.example.com`,
    token: `journey-token-${username}`,
    slackUserId: `U0${username.toUpperCase()}001`,
    about: 'In tests only',
    admin: false,
    bot: false,
    ...rest,
  };
}

/** On Slack, but GitLab knows no account with her address. */
export const ERIN = {
  id: 'U0ERIN001',
  name: 'erin',
  realName: 'Erin Eriksen',
  email: 'erin@acme.example.com',
};

/** Who is blocked on GitLab from the start. */
export const BLOCKED: readonly Name[] = ['bea'];

/** The demo world with the people that only tests need. */
export const TEST_WORLD: World = {
  ...WORLD,
  people: [
    ...WORLD.people,
    extra(21, 'Sam Samuelsen'),
    extra(22, 'Kim Kovacs'),
    extra(23, 'Bea Blom'),
    extra(24, 'Pipeline Bot', { bot: true, slackUserId: null }),
  ],
  members: [
    ...WORLD.members,
    { on: 'acme/support', username: 'sam', role: 'developer' },
    { on: 'acme', username: 'kim', role: 'planner' },
    { on: 'globex', username: 'kim', role: 'reporter' },
    { on: 'acme', username: 'bea', role: 'developer' },
    { on: 'acme', username: 'pipeline', role: 'developer' },
  ],
};

/** The Slack id of a person; throws for one who is not there. */
export function slackIdOf(name: Name): string {
  if (name === 'erin') return ERIN.id;
  const id = TEST_WORLD.people.find((person) => person.username === name)?.slackUserId;
  if (!id) throw new Error(`${name} is not on Slack`);
  return id;
}

/** Who owns the root group that a path begins with. */
export const ownerOf = (path: string): 'nina' | 'olga' => (path.startsWith('globex') ? 'nina' : 'olga');

/** GitLab's id of a person; throws for one who is not there. */
export function gitLabIdOf(name: Name): bigint {
  const person = TEST_WORLD.people.find(({ username }) => username === name);
  if (!person) throw new Error(`${name} is not on GitLab`);
  return BigInt(person.id);
}
