import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { asDatabase, cloneDatabase, runOn } from './databases.ts';

export interface TestDatabase {
  readonly connectionString: string;
  readonly database: Database;
  /** Empties every table and starts the ids at 1 again. */
  truncate(): Promise<void>;
  /** Closes and removes it. */
  drop(): Promise<void>;
}

/** A migrated, empty database of the caller's own; it must be dropped when done. */
export async function testDatabase(): Promise<TestDatabase> {
  const { serverUrl, name: template } = inject('databaseTemplate');
  const name = `tieline_test_${randomBytes(6).toString('hex')}`;
  await cloneDatabase(serverUrl, template, name);
  const connectionString = asDatabase(serverUrl, name);
  const database = createDatabase({ connectionString, maxConnections: 5 });
  return {
    connectionString,
    database,
    truncate: () => truncateAll(database),
    drop: async () => {
      await database.close();
      await runOn(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function truncateAll({ prisma }: Database): Promise<void> {
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT quote_ident(tablename) AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`;
  const names = tables.map(({ name }) => name).join(', ');
  await prisma.$executeRawUnsafe(`TRUNCATE ${names} RESTART IDENTITY CASCADE`);
}
