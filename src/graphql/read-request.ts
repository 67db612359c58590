import type { ApiRequest } from './run.ts';

const MAX_NESTING = 20;
const EXPECTED = 'A JSON object with a query is expected';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A body as a request; else the sentence of what is wrong with it. */
export function readRequest(body: unknown): ApiRequest | string {
  if (Array.isArray(body)) return 'Only one operation can be sent at a time';
  if (!isObject(body)) return EXPECTED;
  const { query, variables, operationName } = body as Partial<Record<keyof ApiRequest, unknown>>;
  if (typeof query !== 'string' || query === '') return EXPECTED;
  if (!isObject(variables ?? {}) || typeof (operationName ?? '') !== 'string') return EXPECTED;
  return {
    query,
    variables: withoutNulls(variables ?? {}, MAX_NESTING) as Record<string, unknown>,
    operationName: (operationName as string | null | undefined) || null,
  };
}

/**
 * GitLab drops what is null in a list of ids. A list of the schema may hold no null, so they are dropped here, where
 * it would refuse them.
 */
function withoutNulls(value: unknown, left: number): unknown {
  if (typeof value !== 'object' || value === null || left === 0) return value;
  if (Array.isArray(value)) {
    return value.filter((item) => item !== null).map((item) => withoutNulls(item, left - 1));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutNulls(inner, left - 1)]),
  );
}
