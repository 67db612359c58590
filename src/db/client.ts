import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { AppError, fail } from '../domain/errors.ts';
import { isUnreachable, isWriteConflict } from './errors.ts';
import { type Prisma, PrismaClient } from './generated/client.ts';
import { createRead, type Read } from './read.ts';
import { createStatementNames } from './statement-names.ts';

/** What a transaction works with; it ends with the function that got it. */
export type Tx = Prisma.TransactionClient;

export interface TransactionOptions {
  /** How long it may take, 10 s unless told. */
  readonly timeoutMs?: number;
  /** The database's own, READ COMMITTED, unless told. */
  readonly isolation?: Prisma.TransactionIsolationLevel;
}

/** A connected database. Every failure to reach it is an AppError `unavailable.database`. */
export interface Database {
  readonly prisma: PrismaClient;
  /** One reading statement on the same connections, past Prisma: for what must be fast. */
  readonly read: Read;
  /**
   * The same for searches, a few at once: more would share the same processors and all be done late, and none would leave
   * room for anything else. Others wait in the order in which they came.
   */
  readonly search: Read;
  /**
   * Runs `fn` in one transaction, from the start again when it lost against another one: it must have no effects
   * of its own. What it throws rolls back and comes out unchanged.
   */
  transaction<T>(fn: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Closes every connection; the database cannot be used afterwards. */
  close(): Promise<void>;
}

const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 10;
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_WAIT_MS = 10_000;
/** Two for each processor are quickest where the server shares them with us (docs/benchmarks.md). */
export const SEARCHES_AT_ONCE = Math.min(16, Math.max(4, 2 * availableParallelism()));

interface DatabaseSettings {
  readonly connectionString: string;
  readonly maxConnections: number;
}

/**
 * Opens a database; connections are made when they are needed, at most `maxConnections`, and a few more for searches.
 */
export function createDatabase(settings: DatabaseSettings): Database {
  const pool = createPool(settings);
  const searches = createPool({ ...settings, maxConnections: SEARCHES_AT_ONCE });
  const adapter = new PrismaPg(pool, { statementNameGenerator: createStatementNames() });
  const prisma = translating(new PrismaClient({ adapter, errorFormat: 'minimal' }));
  return {
    prisma,
    read: createRead(pool),
    search: createRead(searches),
    transaction: (fn, options = {}) => retrying(() => runOnce(prisma, fn, options)),
    close: async () => {
      await prisma.$disconnect();
      if (!pool.ending) await pool.end();
      if (!searches.ending) await searches.end();
    },
  };
}

/** An extension changes the type of a client, though this one changes nothing that a caller sees. */
function translating(client: PrismaClient): PrismaClient {
  const extended = client.$extends({
    query: {
      async $allOperations({ args, query }) {
        try {
          return await query(args);
        } catch (error) {
          throw isUnreachable(error) ? fail('unavailable.database', {}, error) : error;
        }
      },
    },
  });
  return extended as unknown as PrismaClient;
}

function createPool({ connectionString, maxConnections }: DatabaseSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: MAX_WAIT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced when one is needed; unheard, the event would end the process.
  pool.on('error', () => {});
  return pool;
}

async function runOnce<T>(
  prisma: PrismaClient,
  fn: (tx: Tx) => Promise<T>,
  { timeoutMs = DEFAULT_TIMEOUT_MS, isolation }: TransactionOptions,
): Promise<T> {
  const isolationLevel = isolation === undefined ? {} : { isolationLevel: isolation };
  return prisma.$transaction(fn, { timeout: timeoutMs, maxWait: MAX_WAIT_MS, ...isolationLevel });
}

async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (isUnreachable(error)) throw fail('unavailable.database', {}, error);
      if (!isWriteConflict(error)) throw error;
      if (count === MAX_ATTEMPTS) throw fail('unavailable.database', {}, error);
    }
    // At random, so that those who met once do not meet again.
    await delay(Math.random() * FIRST_PAUSE_MS * 2 ** count);
  }
}
