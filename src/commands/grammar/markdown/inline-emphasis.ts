import { Char, neighbourAt, neighbourBefore } from './characters.ts';

/** A run of `*`, `_` or `~` that may open or close emphasis. */
export interface Delimiter {
  readonly code: number;
  readonly length: number;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** What is left of the run: openers are used from their end, closers from their start. */
  start: number;
  count: number;
}

/** Reads the run from `start` to `end`; null when it can neither open nor close. */
export function readDelimiter(text: string, start: number, end: number): Delimiter | null {
  const code = text.charCodeAt(start);
  const length = end - start;
  if (code === Char.tilde && length > 2) return null;
  const before = neighbourBefore(text, start);
  const after = neighbourAt(text, end);
  const left = after === 'other' || (after === 'punctuation' && before !== 'other');
  const right = before === 'other' || (before === 'punctuation' && after !== 'other');
  const isUnderscore = code === Char.underscore;
  const canOpen = left && (!isUnderscore || !right || before === 'punctuation');
  const canClose = right && (!isUnderscore || !left || after === 'punctuation');
  if (!canOpen && !canClose) return null;
  return { code, length, canOpen, canClose, start, count: length };
}

function fits(opener: Delimiter, closer: Delimiter): boolean {
  if (opener.code !== closer.code) return false;
  if (closer.code === Char.tilde) return opener.length === closer.length;
  if (!closer.canOpen && !opener.canClose) return true;
  return closer.length % 3 === 0 || (opener.length + closer.length) % 3 !== 0;
}

/** Closers that search for the same openers share a key. */
function searchKey(closer: Delimiter): number {
  const rest = closer.code === Char.tilde ? closer.length : closer.length % 3;
  return closer.code * 8 + rest * 2 + (closer.canOpen ? 1 : 0);
}

/**
 * Pairs delimiters as CommonMark does and reports each pair's extent. Linear: below the place where a search once
 * failed, no later search with the same key looks again.
 */
export function pairDelimiters(
  delimiters: readonly Delimiter[],
  report: (start: number, end: number) => void,
): void {
  const openers: Delimiter[] = [];
  const serials: number[] = [];
  const failedUpTo = new Map<number, number>();
  const findOpener = (closer: Delimiter): number => {
    const bottom = failedUpTo.get(searchKey(closer)) ?? -1;
    for (let index = openers.length - 1; index >= 0 && (serials[index] ?? -1) > bottom; index--) {
      const opener = openers[index];
      if (opener !== undefined && fits(opener, closer)) return index;
    }
    failedUpTo.set(searchKey(closer), serials.at(-1) ?? -1);
    return -1;
  };
  for (const [serial, delimiter] of delimiters.entries()) {
    while (delimiter.canClose && delimiter.count > 0) {
      const index = findOpener(delimiter);
      const opener = openers[index];
      if (opener === undefined) break;
      openers.length = serials.length = index + 1;
      consume(opener, delimiter, report);
      if (opener.count === 0) openers.length = serials.length = index;
    }
    if (delimiter.canOpen && delimiter.count > 0) {
      openers.push(delimiter);
      serials.push(serial);
    }
  }
}

function consume(opener: Delimiter, closer: Delimiter, report: (start: number, end: number) => void): void {
  const used = closer.code === Char.tilde ? closer.count : opener.count >= 2 && closer.count >= 2 ? 2 : 1;
  opener.count -= used;
  closer.count -= used;
  closer.start += used;
  report(opener.start + opener.count, closer.start);
}
