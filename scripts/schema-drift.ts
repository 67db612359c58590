import type pg from 'pg';

/** A column, index, foreign key or enum, as PostgreSQL's catalog describes it. */
interface Piece {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
  /** Prisma's schema language has no words for it, so it may be in the migrations alone. */
  readonly beyondPrisma: boolean;
}

/**
 * Compares a database made by the migrations with one made from the schema file; gives one sentence per
 * difference, none when they agree. CHECKs, triggers and functions are the migrations' own affair.
 */
export async function findDrift(databases: { migrations: pg.Client; schema: pg.Client }): Promise<string[]> {
  const migrated = byName(await describe(databases.migrations));
  const wanted = byName(await describe(databases.schema));
  const drift: string[] = [];
  for (const [name, piece] of wanted) {
    const found = migrated.get(name);
    if (found === undefined) drift.push(`${name} is in the schema only: ${piece.definition}`);
    else if (found.definition !== piece.definition) {
      drift.push(`${name} differs\n    schema:     ${piece.definition}\n    migrations: ${found.definition}`);
    }
  }
  for (const [name, piece] of migrated) {
    if (!wanted.has(name) && !piece.beyondPrisma) {
      drift.push(`${name} is in the migrations only: ${piece.definition}`);
    }
  }
  return drift;
}

function byName(pieces: readonly Piece[]): Map<string, Piece> {
  return new Map(pieces.map((piece) => [`${piece.kind} ${piece.name}`, piece]));
}

async function describe(client: pg.Client): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const query of [COLUMNS, INDEXES, FOREIGN_KEYS, ENUMS]) {
    pieces.push(...(await client.query<Piece>(query)).rows);
  }
  return pieces;
}

const OUR_TABLES = `relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'`;

const COLUMNS = `
  SELECT 'column' AS kind, relname || '.' || attname AS name,
    concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
      CASE WHEN attgenerated = '' THEN 'DEFAULT ' || pg_get_expr(adbin, adrelid) END) AS definition,
    attgenerated <> '' AS "beyondPrisma"
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE ${OUR_TABLES} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped ORDER BY name`;

const INDEXES = `
  SELECT 'index' AS kind, relname AS name, pg_get_indexdef(indexrelid) AS definition,
    indexprs IS NOT NULL OR indpred IS NOT NULL OR amname <> 'btree' OR EXISTS (
      SELECT FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey) AND attgenerated <> ''
    ) AS "beyondPrisma"
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
  WHERE ${OUR_TABLES} AND indrelid <> coalesce(to_regclass('public._prisma_migrations'), 0) ORDER BY name`;

// Whether a key may be checked at the end of a transaction is beyond Prisma; which rows it ties is not.
const FOREIGN_KEYS = `
  SELECT 'foreign key' AS kind, conname AS name, false AS "beyondPrisma",
    regexp_replace(pg_get_constraintdef(pg_constraint.oid), ' (NOT )?DEFERRABLE.*$', '') AS definition
  FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
  WHERE ${OUR_TABLES} AND contype = 'f' ORDER BY name`;

const ENUMS = `
  SELECT 'enum' AS kind, typname AS name, string_agg(enumlabel, ', ' ORDER BY enumsortorder) AS definition,
    false AS "beyondPrisma"
  FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
  WHERE typnamespace = 'public'::regnamespace GROUP BY typname ORDER BY name`;
