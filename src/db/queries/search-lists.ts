import type { GroupId } from '../../domain/ids.ts';
import { Prisma } from '../generated/client.ts';
import { type Read, runSql } from '../read.ts';
import type { Listed, ListPage } from './list-page.ts';
import { decodeCursor, encodeCursor, notACursor } from './search-cursor.ts';
import { searchWords } from './search-words.ts';

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
type Section = 'values' | 'nulls';

interface Place {
  readonly section: Section;
  readonly key: string;
  readonly id: bigint;
}

/** Past Prisma, bigint columns come as text. */
interface Keyed {
  id: string;
  sort_key: string | null;
}

/** How many rows of the sorted index are walked first: a common word fills its page by them. */
const WALK = 500;
/** Walked for a word that is seen this often in the first ones; a rarer one is looked up, which is sure but slower. */
const SEEN = 2;
const LONG_WALK = 8_000;
/** A page of the usual sizes. The planner takes a limit that it is not told for a tenth of everything. */
const USUAL_ROWS = 101;

/** One page of a list: each row once, in an order that stays while rows come and go. */
export async function listPage<Row extends object>(
  read: Read,
  spec: ListSpec,
  asked: ListQuery,
): Promise<Listed<Row>> {
  const query = { ...asked, words: searchWords(asked.words).words };
  const sort = spec.sorts[query.sort];
  if (!sort) throw new Error(`no list is sorted by ${query.sort}`);
  const backwards = 'last' in query.page;
  const wanted = 'last' in query.page ? query.page.last : query.page.first;
  const cursor = 'last' in query.page ? query.page.before : query.page.after;
  const from = cursor === null ? null : decodePlace(query, sort, cursor);
  const reader = createReader<Row>(read, { spec, query, sort, descending: query.descending !== backwards });
  const rows: (Row & Keyed & { section: Section })[] = [];
  for (const section of sectionsFrom(sort, backwards, from)) {
    if (rows.length > wanted) break;
    const start = from?.section === section ? from : null;
    const found = await reader.read(section, start, wanted + 1 - rows.length);
    rows.push(...found.map((row) => ({ ...row, section })));
  }
  const shown = rows.slice(0, wanted);
  if (backwards) shown.reverse();
  const more = rows.length > wanted;
  return {
    rows: shown,
    cursorOf: (row) => encodePlace(query, row),
    hasNextPage: backwards ? from !== null : more,
    hasPreviousPage: backwards ? more : from !== null,
  };
}

function sectionsFrom(sort: SortSpec, backwards: boolean, from: Place | null): Section[] {
  const all: Section[] = sort.nullable === null ? ['values'] : ['values', 'nulls'];
  if (backwards) all.reverse();
  return from === null ? all : all.slice(all.indexOf(from.section));
}

interface Reading {
  readonly spec: ListSpec;
  readonly query: ListQuery;
  readonly sort: SortSpec;
  /** The direction that is read in, which is the other one for the last rows. */
  readonly descending: boolean;
}

function createReader<Row extends object>(read: Read, reading: Reading) {
  const { query } = reading;
  const run = (sql: Prisma.Sql) => runSql<Row & Keyed>(read, sql);
  const isNarrow = query.ids !== null || query.organizationId !== null;
  const isPlain = query.words.length === 0 && !isNarrow;
  return {
    async read(section: Section, from: Place | null, limit: number): Promise<(Row & Keyed)[]> {
      if (limit <= 0) return [];
      if (isPlain) return run(inOrder(reading, section, from, limit));
      for (const rows of isNarrow ? [] : [WALK, LONG_WALK]) {
        const found = await run(walk(reading, { section, from, rows, limit }));
        if (found.length === limit) return found;
        if (found.length < SEEN) break;
      }
      return run(lookedUp(reading, section, from, limit));
    },
  };
}

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

/** Whether a row holds every word. The patterns are made once: in a subquery they do not depend on the row. */
function holds(alias: string, { fields, parts }: ListSpec, { words, inOneField }: Words): Prisma.Sql {
  const patterns = Prisma.sql`((SELECT tieline_patterns(tieline_words(${[...words]}::text[]), '%'))::text[])`;
  const inRow = Prisma.sql`${raw(alias)}.search_text LIKE ALL ${patterns}`;
  if (!inOneField) return inRow;
  // A single word cannot begin in one field and end in the next, so no field has to be folded for it.
  const isSingle = words.length === 1 && !/\s/u.test(words[0] ?? '');
  const texts = isSingle
    ? parts.map((part) => `split_part(${alias}.search_text, chr(13), ${part})`)
    : fields.map((field) => `tieline_fold(${alias}.${field})`);
  const each = texts.map((text) => Prisma.sql`${raw(text)} LIKE ALL ${patterns}`);
  return Prisma.sql`${inRow} AND coalesce(${Prisma.join(each, ' OR ')}, false)`;
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
function inOrder(reading: Reading, section: Section, from: Place | null, limit: number): Prisma.Sql {
  const atMost = raw(limit <= USUAL_ROWS ? String(USUAL_ROWS) : 'ALL');
  return Prisma.sql`SELECT * FROM (SELECT ${columnsOf(reading, section)} FROM ${reading.spec.from}
      WHERE ${inSection(reading, section, from)} ORDER BY ${orderIn(reading, section)} LIMIT ${atMost}) p
    ORDER BY ${orderAgain(reading, section, 'p')} LIMIT ${limit}::int`;
}

const orderIn = (reading: Reading, section: Section): Prisma.Sql =>
  section === 'values' ? order(reading, keyOf(reading, section)) : idOrder(reading);

const idOrder = ({ spec, descending }: Reading): Prisma.Sql =>
  raw(`${spec.alias}.id ${descending ? 'DESC' : 'ASC'}`);

interface Walk {
  readonly section: Section;
  readonly from: Place | null;
  /** How many rows it goes along; a literal, since it is one of two. */
  readonly rows: number;
  readonly limit: number;
}

/** Those that hold the words among the next rows of the sorted index; it ends where the page is full. */
function walk(reading: Reading, { section, from, rows, limit }: Walk): Prisma.Sql {
  const { spec, query } = reading;
  return Prisma.sql`SELECT * FROM (
      SELECT ${columnsOf(reading, section)}, ${raw(spec.alias)}.search_text FROM ${spec.from}
      WHERE ${inSection(reading, section, from)}
      ORDER BY ${orderIn(reading, section)} LIMIT ${raw(String(rows))}) w
    WHERE ${holds('w', spec, query)} ORDER BY ${orderAgain(reading, section, 'w')} LIMIT ${limit}::int`;
}

/** By the words, ids or organization first, then sorted: MATERIALIZED keeps the planner from walking the index. */
function lookedUp(reading: Reading, section: Section, from: Place | null, limit: number): Prisma.Sql {
  const { spec, query } = reading;
  const [word] = query.words;
  const narrowed =
    word === undefined
      ? Prisma.sql`true`
      : Prisma.sql`${raw(spec.alias)}.search_text LIKE tieline_contains(${word}) AND ${holds(spec.alias, spec, query)}`;
  const direction = raw(reading.descending ? 'DESC' : 'ASC');
  return Prisma.sql`WITH m AS MATERIALIZED (
      SELECT ${spec.columns}, ${keyOf(reading, section)} AS key FROM ${spec.from}
      WHERE ${inSection(reading, section, from)} AND ${narrowed})
    SELECT m.*, m.key::text AS sort_key FROM m ORDER BY m.key ${direction}, m.id ${direction} LIMIT ${limit}::int`;
}

/** How many rows there are of each state. */
export async function countByState(
  read: Read,
  spec: ListSpec,
  query: Pick<ListQuery, 'crmGroupId' | 'words' | 'inOneField' | 'ids'>,
): Promise<{ active: number; inactive: number; all: number }> {
  const { words } = searchWords(query.words);
  const alias = raw(spec.alias);
  const [word] = words;
  const narrowed =
    word === undefined
      ? Prisma.sql`true`
      : Prisma.sql`${alias}.search_text LIKE tieline_contains(${word}) AND ${holds(spec.alias, spec, { ...query, words })}`;
  const only =
    query.ids === null ? Prisma.sql`true` : Prisma.sql`${alias}.id = ANY (${[...query.ids]}::bigint[])`;
  const [counts] = await runSql<{ active: string; inactive: string }>(
    read,
    Prisma.sql`
    SELECT count(*) FILTER (WHERE ${alias}.active) AS active,
      count(*) FILTER (WHERE NOT ${alias}.active) AS inactive
    FROM ${spec.from} WHERE ${alias}.crm_group_id = ${query.crmGroupId} AND ${narrowed} AND ${only}`,
  );
  const active = Number(counts?.active ?? 0);
  const inactive = Number(counts?.inactive ?? 0);
  return { active, inactive, all: active + inactive };
}

function encodePlace(query: ListQuery, row: Keyed & { section: Section }): string {
  return encodeCursor([
    query.sort,
    query.descending,
    row.section === 'nulls',
    row.sort_key ?? '',
    BigInt(row.id),
  ]);
}

/** A cursor of another order would start somewhere that nobody meant. */
function decodePlace(query: ListQuery, { type }: SortSpec, cursor: string): Place {
  const [sort, descending, isNull, key, id] = decodeCursor(cursor, [
    'string',
    'boolean',
    'boolean',
    'string',
    'bigint',
  ]);
  if (sort !== query.sort || descending !== query.descending) throw notACursor();
  if (type === 'numeric' && !isNull && !/^-?\d{1,20}(\.\d{1,20})?$/.test(key)) throw notACursor();
  return { section: isNull ? 'nulls' : 'values', key, id };
}
