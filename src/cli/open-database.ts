import { resolve } from 'node:path';
import { loadServerConfig } from '../config.ts';
import type { Database } from '../db/client.ts';
import { environment } from './environment.ts';

/** Runs something on the database alone, also beside a running Tieline; needs neither Slack nor GitLab. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = loadServerConfig(environment());
  const log = (message: string) => console.error(message);
  const { openStore } = await import('../start/store.ts');
  const place = { databaseUrl, dataDir: resolve(dataDir) };
  const store = await openStore({ ...place, migrates: false, joins: true, log });
  try {
    return await work(store.database);
  } finally {
    await store.close();
  }
}
