/** The embedded PostgreSQL cannot run on this machine at all; another one has to be named by DATABASE_URL. */
export class EmbeddedUnavailableError extends Error {
  override readonly name = 'EmbeddedUnavailableError';

  constructor(reason: string) {
    super(`${reason}\nSet DATABASE_URL to a PostgreSQL server (14 or later) instead.`);
  }
}

/** The embedded PostgreSQL should run here, but did not start; the message ends with PostgreSQL's own words. */
export class EmbeddedStartError extends Error {
  override readonly name = 'EmbeddedStartError';

  constructor(problem: string, output = '') {
    super(output === '' ? problem : `${problem}\nPostgreSQL's last words:\n${indent(output)}`);
  }
}

/** Another Tieline works on the same data. `pid` is its process, null when it could not be learned. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  readonly dataDir: string;
  readonly pid: number | null;

  constructor(dataDir: string, pid: number | null) {
    const who = pid === null ? 'Another Tieline' : `Another Tieline (process ${pid})`;
    super(
      `${who} is already using the data directory ${dataDir}.\n` +
        'Stop it first, or give this one its own: set DATA_DIR to another directory, or DATABASE_URL to a PostgreSQL server.',
    );
    this.dataDir = dataDir;
    this.pid = pid;
  }
}

/** The data was written by another major version of PostgreSQL, which this one cannot read. */
export class DataDirVersionError extends Error {
  override readonly name = 'DataDirVersionError';

  constructor(clusterDir: string, found: string, expected: string) {
    super(
      `The data in ${clusterDir} was written by PostgreSQL ${found}; this Tieline brings PostgreSQL ${expected}.\n` +
        `Serve it with PostgreSQL ${found} and set DATABASE_URL to that, or dump it there (pg_dump), ` +
        'set DATA_DIR to a new directory and load the dump.',
    );
  }
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
