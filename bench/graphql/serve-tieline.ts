/** The GraphQL API on a filled database, between a make-believe GitLab and HTTP. Prints its address and a token. */
import fastify from 'fastify';
import { pino } from 'pino';
import { createDatabase } from '../../src/db/client.ts';
import { createGitLabClient } from '../../src/gitlab/client/client.ts';
import { createDirectory } from '../../src/gitlab/directory.ts';
import { startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { WORLD, type World } from '../../src/sandbox/world.ts';
import { createGraphql } from '../../src/start/graphql.ts';

const [, , connectionString = '', callers = '16'] = process.argv;

const staff = WORLD.people.filter(({ username }) => ['root', 'tieline', 'olga'].includes(username));
const world: World = {
  ...WORLD,
  people: staff,
  groups: [{ id: 1, path: 'group-1', name: 'Group 1', description: '', visibility: 'private' }],
  projects: [],
  members: [
    { on: 'group-1', username: 'tieline', role: 'maintainer' },
    { on: 'group-1', username: 'olga', role: 'owner' },
  ],
  issues: [],
  organizations: [],
  contacts: [],
};
const log = pino({ level: 'silent' });
const gitlab = await startFakeGitLab({ world });
const database = createDatabase({ connectionString, maxConnections: Number(callers) });
const client = createGitLabClient({ url: gitlab.url, token: gitlab.tokenOf('tieline'), log });
const services = {
  database,
  directory: createDirectory({ client }),
  instanceUrl: gitlab.url,
  now: () => new Date(),
};
const app = fastify();
await app.register(createGraphql({ services, findIssue: async () => null, log, onCall: () => {} }));
const url = await app.listen({ host: '127.0.0.1', port: 0 });
console.log(JSON.stringify({ url: `${url}/api/graphql`, token: gitlab.tokenOf('olga') }));
