import type pg from 'pg';
import {
  DatabaseNewerError,
  DatabaseUnreachableError,
  DatabaseUnsuitableError,
  MigrationFailedError,
} from './migration-errors.ts';
import {
  MIGRATIONS_DIRECTORY,
  type MigrationFile,
  readMigrations,
  toMigrationList,
} from './migration-files.ts';
import { openSchemaEngine } from './schema-engine.ts';
import { openSingleConnection, type SingleConnection } from './single-connection.ts';

export interface MigrationStatus {
  /** Names of migrations that the database still needs, oldest first. */
  readonly pending: string[];
  /** Names of migrations that only a newer Tieline knows. */
  readonly unknown: string[];
}

// Nothing else uses this number: 'tieline' in ASCII.
const LOCK_KEY = '32766981629898341';
const OLDEST_SERVER = 140_000;

/**
 * Brings a database to this program's schema: all of it or nothing, in one transaction, one process at a time.
 * Throws DatabaseNewerError, DatabaseUnsuitableError, DatabaseUnreachableError or MigrationFailedError.
 */
export async function migrate(
  connectionString: string,
  directory: string = MIGRATIONS_DIRECTORY,
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(directory);
  return withConnection(connectionString, migrations, async (connection, failure) => {
    const { client } = connection;
    await checkServer(client);
    await client.query('BEGIN');
    await client.query('SET LOCAL search_path TO public');
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK_KEY})`);
    const { pending, unknown } = await readStatus(client, migrations);
    const [newest] = unknown.toReversed();
    if (newest !== undefined) throw new DatabaseNewerError(newest);
    // The engine takes a while to load, and a start mostly has nothing for it to do.
    if (pending.length === 0) return { applied: [] };
    const applied = await apply(connection, toMigrationList(directory, migrations)).catch((error) => {
      throw failure() ?? error;
    });
    await client.query('COMMIT');
    return { applied };
  });
}

/** Compares a database with this program's migrations, changing nothing. An empty database has all pending. */
export async function migrationStatus(
  connectionString: string,
  directory: string = MIGRATIONS_DIRECTORY,
): Promise<MigrationStatus> {
  const migrations = await readMigrations(directory);
  return withConnection(connectionString, migrations, ({ client }) => readStatus(client, migrations));
}

async function apply(
  { factory }: SingleConnection,
  migrationsList: ReturnType<typeof toMigrationList>,
): Promise<string[]> {
  const engine = await openSchemaEngine(factory);
  try {
    const filters = { externalTables: [], externalEnums: [] };
    return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
  } finally {
    engine.free();
  }
}

/** `failure` tells what a migration itself met; the engine would only report that the transaction is broken. */
async function withConnection<T>(
  connectionString: string,
  migrations: readonly MigrationFile[],
  work: (connection: SingleConnection, failure: () => MigrationFailedError | null) => Promise<T>,
): Promise<T> {
  let failed: MigrationFailedError | null = null;
  const connection = await openSingleConnection(connectionString, async (client, script) => {
    await client.query(script).catch((error: pg.DatabaseError) => {
      const name = migrations.find((migration) => migration.script === script)?.name ?? 'unknown';
      failed = new MigrationFailedError(name, script, error);
      throw failed;
    });
  }).catch((error) => {
    throw new DatabaseUnreachableError(connectionString, error);
  });
  try {
    return await work(connection, () => failed);
  } finally {
    // Ends the connection, and with it a transaction that was not committed.
    await connection.close();
  }
}

async function checkServer(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
            current_setting('server_encoding') AS encoding`,
  );
  const { number, version, encoding } = rows[0] ?? {};
  if (number < OLDEST_SERVER) {
    throw new DatabaseUnsuitableError(`It is PostgreSQL ${version}; Tieline needs 14 or later.`);
  }
  if (encoding !== 'UTF8') {
    throw new DatabaseUnsuitableError(
      `Its encoding is ${encoding}; make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
    );
  }
}

async function readStatus(
  client: pg.PoolClient,
  migrations: readonly MigrationFile[],
): Promise<MigrationStatus> {
  const known = migrations.map(({ name }) => name);
  const applied = await readApplied(client);
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

async function readApplied(client: pg.PoolClient): Promise<string[]> {
  const { rows: ledgers } = await client.query(`SELECT to_regclass('public._prisma_migrations') AS ledger`);
  if (ledgers[0]?.ledger === null) return [];
  const { rows } = await client.query(
    `SELECT migration_name FROM public._prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return rows.map((row) => String(row.migration_name));
}
