import { z } from 'zod';
import type { ApiRequest } from './run.ts';

const requestSchema = z.object({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

const MAX_NESTING = 20;

/** A body as a request; else the sentence of what is wrong with it. */
export function readRequest(body: unknown): ApiRequest | string {
  if (Array.isArray(body)) return 'Only one operation can be sent at a time';
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) return 'A JSON object with a query is expected';
  const { query, variables, operationName } = parsed.data;
  return {
    query,
    variables: withoutNulls(variables ?? {}, MAX_NESTING) as Record<string, unknown>,
    operationName: operationName || null,
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
