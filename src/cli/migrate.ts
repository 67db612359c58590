import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadServerConfig } from '../config.ts';
import { startEmbeddedPostgres } from '../db/embedded/start.ts';
import { migrate, migrationStatus } from '../db/migrate.ts';
import { DatabaseNewerError } from '../db/migration-errors.ts';
import { environment } from './environment.ts';

interface Options {
  readonly check?: boolean;
  readonly json?: boolean;
}

/** `tieline migrate`: brings the database to this program's schema. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description("Bring the database to this program's schema")
    .option('--check', 'change nothing; exit code 1 when something is pending')
    .option('--json', 'print the result as JSON')
    .action(run);
}

async function run({ check = false, json = false }: Options): Promise<void> {
  const { databaseUrl, dataDir } = loadServerConfig(environment());
  const log = (message: string) => console.error(message);
  const server =
    databaseUrl === null ? await startEmbeddedPostgres({ dataDir: resolve(dataDir), log }) : null;
  const connectionString = databaseUrl ?? server?.connectionString ?? '';
  try {
    if (check) await printStatus(connectionString, json);
    else await apply(connectionString, json);
  } finally {
    await server?.stop();
  }
}

async function apply(connectionString: string, json: boolean): Promise<void> {
  const { applied } = await migrate(connectionString);
  if (json) console.log(JSON.stringify({ applied }));
  else console.log(applied.length === 0 ? 'Nothing to do.' : `Applied: ${applied.join(', ')}`);
}

async function printStatus(connectionString: string, json: boolean): Promise<void> {
  const status = await migrationStatus(connectionString);
  const newest = status.unknown.at(-1);
  if (json) console.log(JSON.stringify(status));
  else if (newest !== undefined) throw new DatabaseNewerError(newest);
  else console.log(status.pending.length === 0 ? 'Up to date.' : `Pending: ${status.pending.join(', ')}`);
  if (status.pending.length + status.unknown.length > 0) process.exitCode = 1;
}
