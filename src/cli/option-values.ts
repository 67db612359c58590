import { InvalidArgumentError } from 'commander';

const MAX_LIMIT = 1_000;

/** The value of `--limit`; throws what commander words as a wrong argument. */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MAX_LIMIT}.`);
}

/** The value of `--since`: a day, or a time on it. */
export function parseDate(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('It is a date such as 2026-05-04 or 2026-05-04T09:30:00Z.');
}
