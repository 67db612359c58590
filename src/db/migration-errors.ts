import type { DatabaseError } from 'pg';

/** A newer Tieline has changed this database in ways that this one does not know. */
export class DatabaseNewerError extends Error {
  override readonly name = 'DatabaseNewerError';
  readonly migration: string;

  constructor(migration: string) {
    super(
      `The database was upgraded by a newer Tieline (migration ${migration}). Nothing was changed.\n` +
        'Run that version or a later one, or restore the backup from before the upgrade.',
    );
    this.migration = migration;
  }
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

/** The database server answers, but Tieline cannot work on it. */
export class DatabaseUnsuitableError extends Error {
  override readonly name = 'DatabaseUnsuitableError';

  constructor(problem: string) {
    super(`This database cannot be used. ${problem}`);
  }
}

/** No connection; the message names the server, never the password. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError';

  constructor(connectionString: string, cause: Error) {
    super(
      `The database at ${describe(connectionString)} cannot be reached: ${cause.message || String(cause)}`,
      {
        cause,
      },
    );
  }
}

/** A migration met an error; the database is as it was before all of them. */
export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError';
  readonly migration: string;

  constructor(migration: string, script: string, cause: DatabaseError) {
    const line = script.slice(0, Number(cause.position ?? 0)).split('\n').length;
    const where = cause.position === undefined ? '' : ` (line ${line})`;
    const more = [cause.detail, cause.hint].filter((text) => text !== undefined);
    super([`Migration ${migration} failed${where}: ${cause.message}`, ...more].join('\n'), { cause });
    this.migration = migration;
  }
}

function describe(connectionString: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(connectionString);
    return `${searchParams.get('host') ?? hostname}:${port || '5432'}${pathname}`;
  } catch {
    return 'DATABASE_URL (which is not a valid address)';
  }
}
