/** PostGraphile 4 out of a directory that it was installed to, on the same tables. Prints its address. */
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const [, , directory = '', connectionString = '', callers = '16'] = process.argv;

interface PostGraphile {
  postgraphile(pool: object, schema: string, options: object): RequestListener;
}

const load = createRequire(join(directory, 'package.json'));
const { postgraphile } = load('postgraphile') as PostGraphile;
const handler = postgraphile({ connectionString, max: Number(callers) }, 'public', {
  disableQueryLog: true,
  disableDefaultMutations: true,
  graphiql: false,
  legacyRelations: 'omit',
  setofFunctionsContainNulls: false,
  appendPlugins: [load('postgraphile-plugin-connection-filter')],
});
const server = createServer(handler).listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}/graphql`, token: null }));
});
