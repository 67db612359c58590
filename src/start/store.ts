import { createDatabase, type Database } from '../db/client.ts';
import { startEmbeddedPostgres } from '../db/embedded/start.ts';
import { migrate, migrationStatus } from '../db/migrate.ts';
import { DatabaseNewerError } from '../db/migration-errors.ts';

export interface StoreOptions {
  /** Null: the embedded PostgreSQL below `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Whether pending migrations are applied now; the embedded database's always are. */
  readonly migrates: boolean;
  readonly log: (message: string) => void;
}

/** A migrated database, and the server behind it when that is our own. */
export interface Store {
  readonly database: Database;
  readonly connectionString: string;
  close(): Promise<void>;
}

/** The database lacks migrations, and this mode leaves them to `tieline migrate`. */
export class MigrationsPendingError extends Error {
  override readonly name = 'MigrationsPendingError';

  constructor(pending: readonly string[]) {
    super(
      `The database lacks ${pending.length === 1 ? 'a migration' : `${pending.length} migrations`} ` +
        `(${pending.join(', ')}).\nStop every running Tieline, back the database up, then run: tieline migrate`,
    );
  }
}

/** Leaves room for other clients of a server that allows a hundred. */
const MAX_CONNECTIONS = 20;

/**
 * Opens the database this process works on: the embedded one or the one that is named, at this program's schema.
 * Throws the errors of `db/embedded`, `db/migrate` and MigrationsPendingError; nothing is left running then.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { databaseUrl, dataDir, log } = options;
  const server = databaseUrl === null ? await startEmbeddedPostgres({ dataDir, log }) : null;
  const connectionString = databaseUrl ?? server?.connectionString ?? '';
  try {
    await prepareSchema(connectionString, { migrates: options.migrates || server !== null, log });
  } catch (error) {
    await server?.stop();
    throw error;
  }
  const database = createDatabase({ connectionString, maxConnections: MAX_CONNECTIONS });
  return {
    database,
    connectionString,
    close: async () => {
      await database.close();
      await server?.stop();
    },
  };
}

async function prepareSchema(
  connectionString: string,
  { migrates, log }: { migrates: boolean; log: (message: string) => void },
): Promise<void> {
  if (migrates) {
    const { applied } = await migrate(connectionString);
    if (applied.length > 0) log(`Applied ${applied.join(', ')}.`);
    return;
  }
  const { pending, unknown } = await migrationStatus(connectionString);
  const newest = unknown.at(-1);
  if (newest !== undefined) throw new DatabaseNewerError(newest);
  if (pending.length > 0) throw new MigrationsPendingError(pending);
}
