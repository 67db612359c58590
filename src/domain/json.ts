/** JSON that keeps bigints and dates apart from strings: `{"$n":"12"}` and `{"$d":"2026-…Z"}`. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A plain JSON value of anything made of data; undefined fields are left out. */
export function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return { $n: value.toString() };
  if (value instanceof Date) return { $d: value.toISOString() };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .map(([key, field]) => [key, toJson(field)]),
    );
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

/** The inverse of `toJson`; the caller knows the shape that was written. */
export function fromJson<T>(value: Json): T {
  return revive(value) as T;
}

function revive(value: Json): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as { readonly [key: string]: Json };
  const { $n, $d } = record;
  if (typeof $n === 'string') return BigInt($n);
  if (typeof $d === 'string') return new Date($d);
  return Object.fromEntries(Object.entries(record).map(([key, field]) => [key, revive(field)]));
}
