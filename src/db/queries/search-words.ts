/** More words than anyone types. */
export const MAX_WORDS = 10;

export interface SearchWords {
  /** What is looked for; a quoted phrase is one word with spaces in it. */
  readonly words: readonly string[];
  /** Those beyond MAX_WORDS. */
  readonly leftOut: readonly string[];
}

/** Words as they can be looked for: one space for any run of white space and control characters, no repeats. */
export function searchWords(typed: readonly string[]): SearchWords {
  const tidy = typed.map((word) =>
    word
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .replace(/\p{Cs}/gu, '\u{fffd}')
      .trim(),
  );
  const words = [...new Set(tidy)].filter((word) => word !== '');
  return { words: words.slice(0, MAX_WORDS), leftOut: words.slice(MAX_WORDS) };
}

/** The words of a search text as GitLab splits it: at white space, a "quoted phrase" kept whole. */
export function splitSearch(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|([^\s"]+)|"/g)].map(([, phrase, word]) => phrase ?? word ?? '');
}
