const BARE = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}|\d{2}:\d{2}(?::\d{2})? UTC/;

/** The texts of blocks that show a time which Slack will not turn into the reader's own; its date tokens are none. */
export function bareTimes(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(bareTimes);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, entry]) => {
    if (name !== 'text' || typeof entry !== 'string') return bareTimes(entry);
    return BARE.test(entry.replace(/<!date\^[^>]*>/g, '')) ? [entry] : [];
  });
}
