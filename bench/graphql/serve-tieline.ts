/** The GraphQL API on a filled database, between a make-believe GitLab and HTTP. Prints its address and a token. */
import fastify from 'fastify';
import { pino } from 'pino';
import { createDatabase } from '../../src/db/client.ts';
import { createGitLabClient } from '../../src/gitlab/client/client.ts';
import { createDirectory } from '../../src/gitlab/directory.ts';
import { startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { createGraphql } from '../../src/start/graphql.ts';
import { BENCH_WORLD } from '../bench-world.ts';

const [, , connectionString = '', callers = '16'] = process.argv;

const log = pino({ level: 'silent' });
const gitlab = await startFakeGitLab({ world: BENCH_WORLD });
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
