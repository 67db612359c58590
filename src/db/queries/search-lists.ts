import { Prisma } from '../generated/client.ts';
import { type Read, runSql } from '../read.ts';
import { expectedRows } from './expected-rows.ts';
import type { Listed } from './list-page.ts';
import {
  inOrder,
  type ListQuery,
  type ListSpec,
  lookedUp,
  lookUp,
  type Place,
  type Reading,
  type Section,
  SHORT_WALK,
  type SortSpec,
  walk,
} from './list-statements.ts';
import { decodeCursor, encodeCursor, notACursor } from './search-cursor.ts';
import { searchWords } from './search-words.ts';

/** Past Prisma, bigint columns come as text. */
interface Keyed {
  id: string;
  sort_key: string | null;
}

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
  const rows: (Row & Keyed)[] = [];
  const sections: Section[] = [];
  for (const section of sectionsFrom(sort, backwards, from)) {
    if (rows.length > wanted) break;
    const start = from?.section === section ? from : null;
    const found = await reader.read(section, start, wanted + 1 - rows.length);
    for (const row of found) {
      rows.push(row);
      sections.push(section);
    }
  }
  const more = rows.length > wanted;
  const shown = rows.slice(0, wanted);
  if (backwards) shown.reverse();
  return {
    rows: shown,
    cursorAt: (index) => {
      const section = sections[backwards ? shown.length - 1 - index : index] ?? 'values';
      return encodePlace(query, section, shown[index]);
    },
    hasNextPage: backwards ? from !== null : more,
    hasPreviousPage: backwards ? more : from !== null,
  };
}

function sectionsFrom(sort: SortSpec, backwards: boolean, from: Place | null): Section[] {
  const all: Section[] = sort.nullable === null ? ['values'] : ['values', 'nulls'];
  if (backwards) all.reverse();
  return from === null ? all : all.slice(all.indexOf(from.section));
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
      if (!isNarrow && (await isCommon(read, reading, limit))) {
        const found = await run(walk(reading, section, from, limit));
        if (found.length === limit) return found;
      }
      return run(lookedUp(reading, section, from, limit));
    },
  };
}

/** Whether the words are expected to fill a page early on the way along the index. */
async function isCommon(read: Read, { spec, query }: Reading, limit: number): Promise<boolean> {
  const { from, alias } = spec;
  const { crmGroupId, words } = query;
  const { all, matching } = await expectedRows(read, { from: from.text, alias, crmGroupId, words });
  return matching > 2 * limit && (limit * all) / matching <= SHORT_WALK;
}

/** How many rows there are of each state. */
export async function countByState(
  read: Read,
  spec: ListSpec,
  query: Pick<ListQuery, 'crmGroupId' | 'words' | 'inOneField' | 'ids'>,
): Promise<{ active: number; inactive: number; all: number }> {
  const { words } = searchWords(query.words);
  const alias = Prisma.raw(spec.alias);
  const only =
    query.ids === null ? Prisma.sql`true` : Prisma.sql`${alias}.id = ANY (${[...query.ids]}::bigint[])`;
  const [counts] = await runSql<{ active: string; inactive: string }>(
    read,
    Prisma.sql`
    SELECT count(*) FILTER (WHERE ${alias}.active) AS active,
      count(*) FILTER (WHERE NOT ${alias}.active) AS inactive
    FROM ${spec.from} WHERE ${alias}.crm_group_id = ${query.crmGroupId} AND ${lookUp(spec, { ...query, words })} AND ${only}`,
  );
  const active = Number(counts?.active ?? 0);
  const inactive = Number(counts?.inactive ?? 0);
  return { active, inactive, all: active + inactive };
}

function encodePlace({ sort, descending }: ListQuery, section: Section, row: Keyed | undefined): string {
  if (row === undefined) throw new RangeError('there is no such row on the page');
  return encodeCursor([sort, descending, section === 'nulls', row.sort_key ?? '', BigInt(row.id)]);
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
