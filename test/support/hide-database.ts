import { inject } from 'vitest';
import { asDatabase, runOn } from './databases.ts';

/** Lets nobody reach a database until the function this gives is called. */
export async function hideDatabase(connectionString: string): Promise<() => Promise<void>> {
  const { serverUrl } = inject('databaseTemplate');
  const name = new URL(connectionString).pathname.slice(1);
  const admin = asDatabase(serverUrl, 'postgres');
  await runOn(
    admin,
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
    `ALTER DATABASE ${name} RENAME TO ${name}_hidden`,
  );
  return async () => {
    await runOn(
      admin,
      `ALTER DATABASE ${name}_hidden RENAME TO ${name}`,
      `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`,
    );
  };
}
