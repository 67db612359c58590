import { LRUCache } from 'lru-cache';

// A prepared statement lives as long as its connection, in the memory of both ends, and cannot be given up.
const MAX_NAMED = 400;
const MAX_CANDIDATES = 1_000;
const USES_BEFORE_NAMING = 2;

/**
 * Names SQL texts so that PostgreSQL keeps their plans. Only texts that come again get a name, and only so many:
 * a list of ids makes a new text for every length. An unnamed text, '', is prepared anew each time.
 */
export function createStatementNames(maxNamed: number = MAX_NAMED): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  const uses = new LRUCache<string, number>({ max: MAX_CANDIDATES });
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= maxNamed) return '';
    const count = (uses.get(sql) ?? 0) + 1;
    uses.set(sql, count);
    if (count < USES_BEFORE_NAMING) return '';
    uses.delete(sql);
    const name = `tieline_${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}
