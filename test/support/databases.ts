import pg from 'pg';

/** The same server, another database on it. */
export function asDatabase(connectionString: string, name: string): string {
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs statements one by one over a connection of their own. */
export async function runOn(connectionString: string, ...statements: string[]): Promise<pg.QueryResult[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const results: pg.QueryResult[] = [];
    for (const statement of statements) results.push(await client.query(statement));
    return results;
  } finally {
    await client.end();
  }
}

/**
 * Copies a database that nobody is connected to. PostgreSQL refuses while its own autovacuum or the last user of
 * it is still leaving, so it is asked again.
 */
export async function cloneDatabase(serverUrl: string, template: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runOn(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
      return;
    } catch (error) {
      const isBusy = (error as pg.DatabaseError).code === '55006';
      if (!isBusy || attempt === 5) throw error;
    }
  }
}
