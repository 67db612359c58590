import { LRUCache } from 'lru-cache';
import { nameOf, type Read } from '../read.ts';

/** Where words are looked for. */
export interface ExpectedIn {
  /** A table with its alias. */
  readonly from: string;
  readonly alias: string;
  readonly crmGroupId: bigint;
  readonly words: readonly string[];
}

/** What the planner expects: rows of the crm group, and those of them that hold every word. At least one of each. */
export interface ExpectedRows {
  readonly all: number;
  readonly matching: number;
}

interface Planned {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: { readonly Plans: readonly { 'Plan Rows': number }[] } }];
}

const KEPT_MS = 10 * 60_000;
const KEPT = 10_000;
const kept = new WeakMap<Read, LRUCache<string, ExpectedRows>>();

/** What the planner expected up to ten minutes ago. Nothing is counted: only how a list is read may depend on it. */
export async function expectedRows(read: Read, where: ExpectedIn): Promise<ExpectedRows> {
  const known = kept.get(read) ?? new LRUCache<string, ExpectedRows>({ max: KEPT, ttl: KEPT_MS });
  kept.set(read, known);
  const key = JSON.stringify([where.from, String(where.crmGroupId), where.words]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const expected = await ask(read, where);
  known.set(key, expected);
  return expected;
}

async function ask(read: Read, { from, alias, crmGroupId, words }: ExpectedIn): Promise<ExpectedRows> {
  const inGroup = `SELECT FROM ${from} WHERE ${alias}.crm_group_id = $1::bigint`;
  const held = words.map(
    (_, index) => ` AND ${alias}.search_text LIKE tieline_contains($${index + 2}::text)`,
  );
  const text = `EXPLAIN (FORMAT JSON) ${inGroup} UNION ALL ${inGroup}${held.join('')}`;
  const [row] = await read<Planned>({ name: nameOf(text), text }, [crmGroupId, ...words]);
  const [all, matching] = row?.['QUERY PLAN'][0].Plan.Plans ?? [];
  return { all: atLeastOne(all?.['Plan Rows']), matching: atLeastOne(matching?.['Plan Rows']) };
}

const atLeastOne = (rows: number | undefined): number => Math.max(rows ?? 1, 1);
