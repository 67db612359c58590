import { createDatabase, type Database } from '../db/client.ts';
import { startEmbeddedPostgres } from '../db/embedded/start.ts';
import { migrate, migrationStatus } from '../db/migrate.ts';
import { DatabaseNewerError, MigrationsPendingError } from '../db/migration-errors.ts';

export interface StoreOptions {
  /** Null: the embedded PostgreSQL below `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Whether pending migrations are applied now; the embedded database's always are. */
  readonly migrates: boolean;
  /** Works beside a Tieline that uses the embedded database already, which then is not migrated; else that refuses. */
  readonly joins?: boolean;
  readonly log: (message: string) => void;
}

/** A migrated database, and the server behind it when that is our own. */
export interface Store {
  readonly database: Database;
  readonly connectionString: string;
  /** A second call waits for the first. */
  close(): Promise<void>;
}

/** Leaves room for other clients of a server that allows a hundred. */
const MAX_CONNECTIONS = 20;

/**
 * Opens the database this process works on: the embedded one or the one that is named, at this program's schema.
 * Throws the errors of `db/embedded`, `db/migrate` and MigrationsPendingError; nothing is left running then.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { databaseUrl, dataDir, joins = false, log } = options;
  const whenInUse = joins ? 'join' : 'refuse';
  const server = databaseUrl === null ? await startEmbeddedPostgres({ dataDir, log, whenInUse }) : null;
  const connectionString = databaseUrl ?? server?.connectionString ?? '';
  try {
    const ours = server !== null && !server.joined;
    await prepareSchema(connectionString, { migrates: options.migrates || ours, log });
  } catch (error) {
    await server?.stop();
    throw error;
  }
  const database = createDatabase({ connectionString, maxConnections: MAX_CONNECTIONS });
  let closed: Promise<void> | null = null;
  return {
    database,
    connectionString,
    close: () => {
      closed ??= database.close().then(() => server?.stop());
      return closed;
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
