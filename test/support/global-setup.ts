import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../src/db/embedded/throwaway.ts';
import { migrate } from '../../src/db/migrate.ts';
import { asDatabase, runOn } from './databases.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server, and the name of the migrated database that every test database is a copy of. */
    databaseTemplate: { serverUrl: string; name: string };
  }
}

/** Once per run: a server and a migrated database on it, which nobody connects to from then on. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openServer();
  const name = `tieline_template_${randomBytes(6).toString('hex')}`;
  const cleanUp = async () => {
    await runOn(server.connectionString, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.stop();
  };
  try {
    await runOn(server.connectionString, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
    await migrate(asDatabase(server.connectionString, name));
    await runOn(server.connectionString, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  } catch (error) {
    await cleanUp();
    throw error;
  }
  project.provide('databaseTemplate', { serverUrl: server.connectionString, name });
  return cleanUp;
}

/** The server that DATABASE_URL names, else an embedded one. */
async function openServer(): Promise<ThrowawayPostgres> {
  const { DATABASE_URL: given = '' } = process.env;
  return given === '' ? startThrowawayPostgres() : { connectionString: given, stop: async () => {} };
}
