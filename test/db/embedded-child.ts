/**
 * A process that holds an embedded database, for tests that kill it. It is given the options as JSON, prints one
 * line of JSON when the database is up or was refused, and stops it when its standard input ends.
 */
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts';

const logged: string[] = [];
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const options = JSON.parse(process.argv[2] ?? '{}');
  const server = await startEmbeddedPostgres({ ...options, log: (message) => logged.push(message) });
  print({ connectionString: server.connectionString, logged });
  for await (const _ of process.stdin);
  await server.stop();
} catch (error) {
  print({ error: (error as Error).name, message: (error as Error).message, logged });
}
