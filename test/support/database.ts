import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { asDatabase, cloneDatabase, runOn } from './databases.ts';

export interface TestDatabase {
  readonly connectionString: string;
  readonly database: Database;
  /** Empties every table and starts the ids at 1 again. */
  empty(): Promise<void>;
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
  let statements: string[] | null = null;
  return {
    connectionString,
    database,
    empty: async () => {
      statements ??= await emptyStatements(database);
      for (const statement of statements) await database.prisma.$queryRawUnsafe(statement);
    },
    drop: async () => {
      await database.close();
      await runOn(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/**
 * By deletes in one statement, whose foreign keys are checked when all is gone: to truncate makes new files for every
 * table and index, which takes longer than most tests.
 */
async function emptyStatements({ prisma }: Database): Promise<string[]> {
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT quote_ident(tablename) AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`;
  const sequences = await prisma.$queryRaw<{ name: string }[]>`
    SELECT quote_literal(quote_ident(sequencename)) AS name FROM pg_sequences WHERE schemaname = 'public'`;
  const deletes = tables.map(({ name }, index) => `gone_${index} AS (DELETE FROM ${name})`);
  const restarts = sequences.map(({ name }) => `setval(${name}, 1, false)`);
  return [`WITH ${deletes.join(', ')} SELECT 1`, `SELECT ${restarts.join(', ')}`];
}
