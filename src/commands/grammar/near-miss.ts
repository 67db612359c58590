/** Long enough for any command name; longer words are not near anything. */
const MAX_WORD_LENGTH = 40;

/**
 * The candidate that `word` most likely stands for, or null: the same name but for case and dashes, a name that
 * begins with it (two letters at least), or the closest by Damerau-Levenshtein distance when one letter in three or
 * fewer is wrong. Of equals the first candidate wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = fold(word);
  if (wanted === '' || wanted.length > MAX_WORD_LENGTH) return null;
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = distanceTo(wanted, fold(candidate));
    if (distance !== null && (best === null || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll('-', '_');
}

/** Null when too far. A beginning of the candidate counts as one wrong letter, so that typing less still works. */
function distanceTo(wanted: string, candidate: string): number | null {
  if (wanted === candidate) return 0;
  const distance = editDistance(wanted, candidate);
  const allowed = Math.floor(Math.max(wanted.length, 3) / 3);
  const isPrefix = wanted.length >= 2 && candidate.startsWith(wanted);
  if (isPrefix) return Math.min(distance, 1);
  return distance <= allowed && distance < candidate.length ? distance : null;
}

/** Insertions, deletions, replacements and swaps of neighbours (each letter is touched once at most). */
export function editDistance(one: string, other: string): number {
  const width = other.length + 1;
  let before = new Array<number>(width).fill(0);
  let previous = Array.from({ length: width }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column < width; column++) {
      const same = one[row - 1] === other[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const isSwap =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isSwap) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return previous[width - 1] ?? 0;
}
