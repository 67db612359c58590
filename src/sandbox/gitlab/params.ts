/** A request's query and body together, read by name; what is there but unreadable counts as absent. */
export interface Params {
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  integer(name: string): number | undefined;
  /** `ids[]=1&ids[]=2`, `ids=1,2` and JSON arrays alike. */
  integers(name: string): number[] | undefined;
  words(name: string): string[] | undefined;
  /** As it came. */
  raw(name: string): unknown;
  has(name: string): boolean;
  names(): string[];
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function asList(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.flatMap((item) => asText(item) ?? []);
  return asText(value)
    ?.split(',')
    .filter((item) => item !== '');
}

function asInteger(value: string | undefined): number | undefined {
  return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** Later sources win. */
export function readParams(...sources: unknown[]): Params {
  const values = new Map<string, unknown>();
  for (const source of sources) {
    if (typeof source !== 'object' || source === null) continue;
    for (const [name, value] of Object.entries(source)) values.set(name.replace(/\[\]$/, ''), value);
  }
  const text = (name: string) => asText(values.get(name));
  return {
    text,
    flag: (name) => {
      const value = text(name)?.toLowerCase();
      if (value === 'true' || value === '1') return true;
      return value === 'false' || value === '0' ? false : undefined;
    },
    integer: (name) => asInteger(text(name)),
    integers: (name) => asList(values.get(name))?.flatMap((item) => asInteger(item) ?? []),
    words: (name) => asList(values.get(name)),
    raw: (name) => values.get(name),
    has: (name) => values.has(name) && values.get(name) !== null,
    names: () => [...values.keys()],
  };
}
