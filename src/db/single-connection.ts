import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';

export interface SingleConnection {
  readonly client: pg.PoolClient;
  /** Everything that Prisma does through it happens on `client`, and so inside its transaction. */
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  close(): Promise<void>;
}

/**
 * One connection, with an adapter for Prisma's schema engine on it. `runScript` gets each migration whole: the
 * adapter's own way cuts it at every semicolon, also at those inside of functions.
 */
export async function openSingleConnection(
  connectionString: string,
  runScript: (client: pg.PoolClient, script: string) => Promise<void>,
): Promise<SingleConnection> {
  const pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 30_000 });
  pool.on('error', () => {});
  const client = await pool.connect();
  client.on('error', () => {});
  Object.assign(pool, { query: client.query.bind(client) });
  const adapters = new PrismaPg(pool, { schema: 'public' });
  const connect = async (): Promise<SqlDriverAdapter> =>
    Object.assign(await adapters.connect(), { executeScript: (script: string) => runScript(client, script) });
  const { adapterName } = adapters;
  const factory = { provider: 'postgres', adapterName, connect, connectToShadowDb: connect } as const;
  const close = async () => {
    client.release(true);
    await pool.end();
  };
  return { client, factory, close };
}
