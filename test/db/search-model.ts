/**
 * What search promises, said again in plain TypeScript: the same rows in the same order as the database gives them.
 * Folding knows only the letters that the tests use.
 */
export interface ModelContact {
  readonly kind: 'contact';
  readonly id: number;
  readonly first: string;
  readonly last: string;
  readonly email: string | null;
  readonly organization: string | null;
  readonly description: string | null;
  readonly active: boolean;
}

export interface ModelOrganization {
  readonly kind: 'organization';
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly active: boolean;
}

export type ModelRow = ModelContact | ModelOrganization;

interface Ranked {
  readonly row: ModelRow;
  readonly stage: number;
  readonly key: string;
}

export const fold = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss').replaceAll('ø', 'o');

const key = (text: string): string => [...fold(text)].slice(0, 100).join('');
const lastKey = (row: ModelContact): string => `${key(row.last)}\x01${key(row.first)}`;
const firstKey = (row: ModelContact): string => `${key(row.first)}\x01${key(row.last)}`;
const byCodePoint = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Folded, with one space for any run of them, without repeats, the longest first. */
export function wordsOf(typed: readonly string[]): string[] {
  const words = [...new Set(typed.map((word) => fold(word).replace(/\s+/gu, ' ').trim()))].filter(
    (word) => word !== '',
  );
  return words.sort((one, other) => [...other].length - [...one].length || byCodePoint(one, other));
}

/** The fields that a prefix counts in, and the others. */
function fieldsOf(row: ModelRow): { heads: string[]; others: string[] } {
  if (row.kind === 'organization') return { heads: [fold(row.name)], others: [fold(row.description ?? '')] };
  const heads = [`${row.first} ${row.last}`, `${row.last} ${row.first}`, row.email ?? ''].map(fold);
  return { heads, others: [row.organization ?? '', row.description ?? ''].map(fold) };
}

function placed(row: ModelRow, typed: readonly string[]): Ranked | null {
  const words = wordsOf(typed);
  const { heads, others } = fieldsOf(row);
  const holds = (word: string) => [...heads, ...others].some((field) => field.includes(word));
  if (!words.every(holds)) return null;
  const starts = words.map((word) => word.split(' ')[0] ?? '');
  if (row.kind === 'organization') {
    const isHead = words.length === 0 || starts.some((start) => heads[0]?.startsWith(start));
    return { row, stage: isHead ? 1 : 5, key: key(row.name) };
  }
  const email = row.email?.toLowerCase();
  if (email !== undefined && typed.some((word) => word.includes('@') && word.toLowerCase() === email)) {
    return { row, stage: 0, key: '' };
  }
  const head = starts[0] ?? '';
  const allStart = words.every((word) => heads.some((field) => field.startsWith(word)));
  if (!allStart) return { row, stage: 6, key: lastKey(row) };
  if (lastKey(row).startsWith(head)) return { row, stage: 2, key: lastKey(row) };
  if (firstKey(row).startsWith(head)) return { row, stage: 3, key: firstKey(row) };
  return { row, stage: 4, key: key(row.email ?? '') };
}

/** Every row that holds every word, best first. */
export function searched(rows: readonly ModelRow[], typed: readonly string[]): ModelRow[] {
  return inOrder(rows.flatMap((row) => placed(row, typed) ?? []));
}

function inOrder(ranked: readonly Ranked[]): ModelRow[] {
  return [...ranked]
    .sort(
      (one, other) => one.stage - other.stage || byCodePoint(one.key, other.key) || one.row.id - other.row.id,
    )
    .map(({ row }) => row);
}

const SIGNS = /[\s!-/:-@[-`{-~]+/;

/** A word whole and with each one letter left out. */
function variants(word: string): string[] {
  const letters = [...word];
  return [word, ...letters.map((_, index) => letters.filter((__, other) => other !== index).join(''))];
}

const nearKeys = (text: string): Set<string> =>
  new Set(
    fold(text)
      .split(SIGNS)
      .filter((word) => [...word].length >= 4 && [...word].length <= 40)
      .flatMap(variants),
  );

/** Every row that holds every part of every word, or nearly. */
export function nearlySearched(rows: readonly ModelRow[], typed: readonly string[]): ModelRow[] {
  const parts = wordsOf(typed).flatMap((word) => word.split(/[@.\-' ]/).filter((part) => part !== ''));
  const mayBeNear = (part: string) => [...part].length >= 5 && [...part].length <= 40 && !SIGNS.test(part);
  const ranked = rows.flatMap((row): Ranked[] => {
    const { heads, others } = fieldsOf(row);
    const keys = nearKeys(row.kind === 'contact' ? `${row.first} ${row.last}` : row.name);
    const isNear = (part: string) => mayBeNear(part) && variants(part).some((variant) => keys.has(variant));
    const fits = parts.every(
      (part) => [...heads, ...others].some((field) => field.includes(part)) || isNear(part),
    );
    if (!fits || !parts.some(isNear)) return [];
    return row.kind === 'organization'
      ? [{ row, stage: 7, key: key(row.name) }]
      : [{ row, stage: 8, key: lastKey(row) }];
  });
  return inOrder(ranked);
}
