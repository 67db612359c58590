import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { fail } from '../domain/errors.ts';
import { isUnreachable } from './errors.ts';
import type { Prisma } from './generated/client.ts';

/** A statement that PostgreSQL keeps prepared under its name; the text of a name never changes. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs one reading statement; bigint columns come as text. Failing to reach the database is `unavailable.database`. */
export type Read = <Row extends object>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

// Connection trouble, no room left, shutting down or starting up; refused access, no such database.
const UNREACHABLE_STATES = /^(08|53|57P|28|3D)/;

/**
 * Reads past Prisma, which takes longer over a short statement than PostgreSQL does. For statements that are run
 * for every key that is pressed; everything else goes through Prisma.
 */
export function createRead(pool: pg.Pool): Read {
  return async <Row extends object>({ name, text }: Statement, values: readonly unknown[]) => {
    try {
      return (await pool.query<Row>({ name, text, values: [...values] })).rows;
    } catch (error) {
      const isOut = error instanceof pg.DatabaseError && UNREACHABLE_STATES.test(error.code ?? '');
      throw isOut || isUnreachable(error) ? fail('unavailable.database', {}, error) : error;
    }
  };
}

/** The same inside a transaction, where it sees what the transaction wrote. */
export function readIn(tx: Prisma.TransactionClient): Read {
  return <Row extends object>({ text }: Statement, values: readonly unknown[]) =>
    tx.$queryRawUnsafe<Row[]>(text, ...values);
}

const MAX_NAMES = 1_000;
const names = new LRUCache<string, string>({ max: MAX_NAMES });

/** Of a text's own hash, so that no two texts on one connection share a name, whoever names them. */
export function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `read_${createHash('sha256').update(text).digest('base64url').slice(0, 32)}`;
  names.set(text, name);
  return name;
}

/** Reads by a statement that is put together of parts, of which there must be few: each text stays prepared. */
export function runSql<Row extends object>(read: Read, sql: Prisma.Sql): Promise<Row[]> {
  const { text } = sql;
  return read<Row>({ name: nameOf(text), text }, sql.values);
}
