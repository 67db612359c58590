import type { GroupId } from '../../domain/ids.ts';
import { Prisma } from '../generated/client.ts';
import type { ListPage } from './list-page.ts';

/** How a list can be sorted: what it is sorted by, and where that may be missing. */
export interface SortSpec {
  /** Compared and handed out in cursors as this. */
  readonly type: 'text' | 'numeric';
  /** As an index has it. */
  readonly key: string;
  /** The column whose NULLs come last in both directions; null when it has none. */
  readonly nullable: string | null;
}

/** A table whose rows can be listed. */
export interface ListSpec {
  readonly from: Prisma.Sql;
  readonly alias: string;
  readonly columns: Prisma.Sql;
  /** The columns one of which holds all the words where a query says so; text in each. */
  readonly fields: readonly string[];
  /** The parts of `search_text`, between carriage returns, that hold those fields and nothing else. */
  readonly parts: readonly number[];
  readonly sorts: Readonly<Record<string, SortSpec>>;
}

export interface ListQuery {
  readonly crmGroupId: GroupId;
  readonly words: readonly string[];
  /** Whether all words must be in one and the same field, as in GitLab; in any of the row's unless said. */
  readonly inOneField?: boolean | undefined;
  readonly active: boolean | null;
  readonly ids: readonly bigint[] | null;
  readonly organizationId: bigint | null;
  readonly sort: string;
  readonly descending: boolean;
  readonly page: ListPage;
}

/** Rows with a value come first, those without one behind them. */
export type Section = 'values' | 'nulls';

export interface Place {
  readonly section: Section;
  readonly key: string;
  readonly id: bigint;
}

/** A list that is read in one direction. */
export interface Reading {
  readonly spec: ListSpec;
  readonly query: ListQuery;
  readonly sort: SortSpec;
  /** The direction that is read in, which is the other one for the last rows. */
  readonly descending: boolean;
}

/** Within how many rows of the sorted index a page of common words should be full for it to be walked. */
export const SHORT_WALK = 4_000;
/** Where a walk ends. Words that are found at the end of the order only are looked up then. */
const WALK = 2 * SHORT_WALK;
/** A page of the usual sizes. The planner takes a limit that it is not told for a tenth of everything. */
const USUAL_ROWS = 101;

const raw = (text: string): Prisma.Sql => Prisma.raw(text);

/** What is sorted by in a section; rows without a value are in order of their id. */
function keyOf({ sort }: Reading, section: Section): Prisma.Sql {
  return section === 'values' ? raw(sort.key) : raw("''");
}

function order({ spec, descending }: Reading, key: Prisma.Sql, alias = spec.alias): Prisma.Sql {
  const direction = raw(descending ? 'DESC' : 'ASC');
  return Prisma.sql`${key} ${direction}, ${raw(alias)}.id ${direction}`;
}

/** The rows of a section behind a place, filtered by everything but the words. */
function inSection(reading: Reading, section: Section, from: Place | null): Prisma.Sql {
  const { spec, query, sort, descending } = reading;
  const column = (name: string) => raw(`${spec.alias}.${name}`);
  const conditions = [Prisma.sql`${column('crm_group_id')} = ${query.crmGroupId}`];
  if (sort.nullable !== null) {
    conditions.push(
      Prisma.sql`${raw(sort.nullable)} IS ${section === 'values' ? raw('NOT NULL') : raw('NULL')}`,
    );
  }
  if (from !== null) {
    const beyond = raw(descending ? '<' : '>');
    conditions.push(
      section === 'nulls'
        ? Prisma.sql`${column('id')} ${beyond} ${from.id}::bigint`
        : Prisma.sql`(${raw(sort.key)}, ${column('id')}) ${beyond} (${from.key}::${raw(sort.type)}, ${from.id}::bigint)`,
    );
  }
  if (query.active !== null) conditions.push(raw(`${query.active ? '' : 'NOT '}${spec.alias}.active`));
  if (query.ids !== null) conditions.push(Prisma.sql`${column('id')} = ANY (${[...query.ids]}::bigint[])`);
  if (query.organizationId !== null) {
    conditions.push(Prisma.sql`${column('organization_id')} = ${query.organizationId}::bigint`);
  }
  return Prisma.join(conditions, ' AND ');
}

type Words = Pick<ListQuery, 'words' | 'inOneField'>;

/** The patterns are made once: in a subquery they do not depend on the row. */
const patternsOf = (words: readonly string[]): Prisma.Sql =>
  Prisma.sql`((SELECT tieline_patterns(tieline_words(${[...words]}::text[]), '%'))::text[])`;

/** Whether a row holds every word. */
function holds(spec: ListSpec, { words, inOneField }: Words): Prisma.Sql {
  const inRow = Prisma.sql`${raw(spec.alias)}.search_text LIKE ALL ${patternsOf(words)}`;
  return inOneField ? Prisma.sql`${inRow} AND ${holdsInOneField(spec, words)}` : inRow;
}

function holdsInOneField({ alias, fields, parts }: ListSpec, words: readonly string[]): Prisma.Sql {
  const patterns = patternsOf(words);
  // A single word cannot begin in one field and end in the next, so no field has to be folded for it.
  const isSingle = words.length === 1 && !/\s/u.test(words[0] ?? '');
  const texts = isSingle
    ? parts.map((part) => `split_part(${alias}.search_text, chr(13), ${part})`)
    : fields.map((field) => `tieline_fold(${alias}.${field})`);
  const each = texts.map((text) => Prisma.sql`${raw(text)} LIKE ALL ${patterns}`);
  return Prisma.sql`coalesce(${Prisma.join(each, ' OR ')}, false)`;
}

/** The same, found by the first word through the trigram index, which has to be given a pattern by itself. */
export function lookUp(spec: ListSpec, { words, inOneField }: Words): Prisma.Sql {
  const [first, ...others] = words;
  if (first === undefined) return Prisma.sql`true`;
  const held = raw(`${spec.alias}.search_text`);
  return Prisma.join(
    [
      Prisma.sql`${held} LIKE (SELECT tieline_contains(${first}))`,
      ...(others.length === 0 ? [] : [Prisma.sql`${held} LIKE ALL ${patternsOf(others)}`]),
      ...(inOneField ? [holdsInOneField(spec, words)] : []),
    ],
    ' AND ',
  );
}

const columnsOf = (reading: Reading, section: Section): Prisma.Sql =>
  Prisma.sql`${reading.spec.columns}, ${keyOf(reading, section)} AS sort_key`;

/** In the order of a section, by the names that its rows have in a subquery; the planner sees that it is the same. */
function orderAgain({ descending }: Reading, section: Section, alias: string): Prisma.Sql {
  const direction = descending ? 'DESC' : 'ASC';
  const id = `${alias}.id ${direction}`;
  return raw(section === 'values' ? `${alias}.sort_key ${direction}, ${id}` : id);
}

/** Straight along the index of the sort. */
export function inOrder(reading: Reading, section: Section, from: Place | null, limit: number): Prisma.Sql {
  const atMost = raw(limit <= USUAL_ROWS ? String(USUAL_ROWS) : 'ALL');
  return Prisma.sql`SELECT * FROM (SELECT ${columnsOf(reading, section)} FROM ${reading.spec.from}
      WHERE ${inSection(reading, section, from)} ORDER BY ${orderIn(reading, section)} LIMIT ${atMost}) p
    ORDER BY ${orderAgain(reading, section, 'p')} LIMIT ${limit}::int`;
}

const orderIn = (reading: Reading, section: Section): Prisma.Sql =>
  section === 'values' ? order(reading, keyOf(reading, section)) : idOrder(reading);

const idOrder = ({ spec, descending }: Reading): Prisma.Sql =>
  raw(`${spec.alias}.id ${descending ? 'DESC' : 'ASC'}`);

/** Those that hold the words among the next rows of the sorted index; it ends where the page is full. */
export function walk(reading: Reading, section: Section, from: Place | null, limit: number): Prisma.Sql {
  const { spec, query } = reading;
  const alias = raw(spec.alias);
  return Prisma.sql`SELECT ${spec.columns}, ${alias}.sort_key FROM (
      SELECT ${alias}.*, ${keyOf(reading, section)} AS sort_key FROM ${spec.from}
      WHERE ${inSection(reading, section, from)}
      ORDER BY ${orderIn(reading, section)} LIMIT ${raw(String(WALK))}) ${alias}
    WHERE ${holds(spec, query)} ORDER BY ${orderAgain(reading, section, spec.alias)} LIMIT ${limit}::int`;
}

/** By the words, ids or organization first, then sorted: MATERIALIZED keeps the planner from walking the index. */
export function lookedUp(reading: Reading, section: Section, from: Place | null, limit: number): Prisma.Sql {
  const { spec, query } = reading;
  const direction = raw(reading.descending ? 'DESC' : 'ASC');
  return Prisma.sql`WITH m AS MATERIALIZED (
      SELECT ${spec.columns}, ${keyOf(reading, section)} AS key FROM ${spec.from}
      WHERE ${inSection(reading, section, from)} AND ${lookUp(spec, query)})
    SELECT m.*, m.key::text AS sort_key FROM m ORDER BY m.key ${direction}, m.id ${direction} LIMIT ${limit}::int`;
}
