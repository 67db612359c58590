/**
 * Fails when prisma/schema.prisma and prisma/migrations describe different databases. Both are made on an
 * embedded server of its own and their catalogs compared: Prisma's own comparison needs a binary to be downloaded.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startThrowawayPostgres } from '../src/db/embedded/throwaway.ts';
import { migrate } from '../src/db/migrate.ts';
import { createFromSchema } from './create-from-schema.ts';
import { findDrift } from './schema-drift.ts';

const schemaFile = fileURLToPath(new URL('../prisma/schema.prisma', import.meta.url));
const server = await startThrowawayPostgres();
const clients: pg.Client[] = [];
try {
  const migrations = await openNew('from_migrations', (url) => migrate(url));
  const schema = await openNew('from_schema', async (url) =>
    createFromSchema(url, await readFile(schemaFile, 'utf8')),
  );
  report(await findDrift({ migrations, schema }));
} finally {
  await Promise.all(clients.map((client) => client.end()));
  await server.stop();
}

async function openNew(name: string, fill: (url: string) => Promise<unknown>): Promise<pg.Client> {
  const url = new URL(server.connectionString);
  const admin = await connect(url);
  await admin.query(`CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  await fill(url.href);
  return connect(url);
}

async function connect(url: URL): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  clients.push(client);
  return client;
}

function report(drift: readonly string[]): void {
  if (drift.length === 0) return;
  process.stderr.write(
    `prisma/schema.prisma and prisma/migrations differ:\n${drift.map((line) => `  - ${line}\n`).join('')}` +
      'Add a migration for what the schema has, or the schema for what the migrations have.\n',
  );
  process.exitCode = 1;
}
