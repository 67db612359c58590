/** Where a payload would be shown; the rules differ a little. */
export type Surface = 'message' | 'modal' | 'home';

/** One broken rule. `path` is a JSON pointer; `refused` is false where Slack would take the payload all the same. */
export interface Violation {
  path: string;
  rule: string;
  message: string;
  refused: boolean;
}

/** The place under inspection and the list that findings go to. */
export interface Spot {
  path: string;
  surface: Surface;
  found: Violation[];
}

/** Looks at one value and reports what is wrong with it; reports nothing when it is right. */
export type Check = (value: unknown, spot: Spot) => void;

/** A field that may be left out. */
export interface Optional {
  optional: Check;
}

export type Json = Record<string, unknown>;

/** True for a JSON object (not an array, not null). */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The spot one step further down. */
export function below(spot: Spot, step: string | number): Spot {
  return { ...spot, path: `${spot.path}/${step}` };
}

/** Records a rule that makes Slack refuse the payload. */
export function refuse(spot: Spot, rule: string, message: string): void {
  spot.found.push({ path: spot.path, rule, message, refused: true });
}

/** Records something that Slack lets pass but that readers or other clients suffer from. */
export function advise(spot: Spot, rule: string, message: string): void {
  spot.found.push({ path: spot.path, rule, message, refused: false });
}

export function optional(check: Check): Optional {
  return { optional: check };
}

/** A string whose length in UTF-16 units lies between `min` (1 unless told) and `max`. */
export function text(limits: { max?: number; min?: number } = {}): Check {
  const { min = 1, max = Number.POSITIVE_INFINITY } = limits;
  return (value, spot) => {
    if (typeof value !== 'string') refuse(spot, 'type', 'must be a string');
    else if (value.length < min) refuse(spot, 'min_length', `must be more than ${min - 1} characters`);
    else if (value.length > max) refuse(spot, 'max_length', `must be less than ${max + 1} characters`);
  };
}

/** An absolute http or https address of at most `max` characters. */
export function webAddress(max = 3000): Check {
  const length = text({ max });
  return (value, spot) => {
    length(value, spot);
    if (typeof value === 'string' && value !== '' && !/^(https?|slack|mailto|tel):/i.test(value)) {
      refuse(spot, 'url', 'must be a valid URL');
    }
  };
}

export function matching(pattern: RegExp, what: string): Check {
  return (value, spot) => {
    if (typeof value !== 'string' || !pattern.test(value)) refuse(spot, 'format', `must be ${what}`);
  };
}

export const flag: Check = (value, spot) => {
  if (typeof value !== 'boolean') refuse(spot, 'type', 'must be a boolean');
};

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  return (value, spot) => {
    if (!Number.isInteger(value)) refuse(spot, 'type', 'must be an integer');
    else if (Number(value) < min) refuse(spot, 'min_value', `must be at least ${min}`);
    else if (Number(value) > max) refuse(spot, 'max_value', `must be at most ${max}`);
  };
}

export function oneOf(...allowed: (string | number)[]): Check {
  return (value, spot) => {
    if (!allowed.includes(value as string)) refuse(spot, 'enum', `must be one of: ${allowed.join(', ')}`);
  };
}

/** An array of `min` (1 unless told) to `max` items, each passing `item`. */
export function list(item: Check, limits: { min?: number; max?: number } = {}): Check {
  const { min = 1, max = Number.POSITIVE_INFINITY } = limits;
  return (value, spot) => {
    if (!Array.isArray(value)) return refuse(spot, 'type', 'must be an array');
    if (value.length < min) refuse(spot, 'min_items', `no fewer than ${min} items allowed`);
    if (value.length > max) refuse(spot, 'max_items', `no more than ${max} items allowed`);
    value.forEach((entry, index) => {
      item(entry, below(spot, index));
    });
  };
}

/** An object with these fields and no others; `also` sees the whole object once the fields were looked at. */
export function record(
  fields: Record<string, Check | Optional>,
  also?: (value: Json, spot: Spot) => void,
): Check {
  const known = Object.entries(fields);
  return (value, spot) => {
    if (!isObject(value)) return refuse(spot, 'type', 'must be an object');
    for (const [name, field] of known) {
      const present = value[name] !== undefined;
      if (present) (typeof field === 'function' ? field : field.optional)(value[name], below(spot, name));
      else if (typeof field === 'function') {
        refuse(below(spot, name), 'required', `missing required field: ${name}`);
      }
    }
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name))
        refuse(below(spot, name), 'unknown_field', `invalid additional property: ${name}`);
    }
    also?.(value, spot);
  };
}

/** An object told apart by its `type`; types that are not listed are refused. */
export function variant(types: Record<string, Check>): Check {
  return (value, spot) => {
    if (!isObject(value)) return refuse(spot, 'type', 'must be an object');
    const type = value['type'];
    const check = typeof type === 'string' && Object.hasOwn(types, type) ? types[type] : undefined;
    if (check) check(value, spot);
    else if (type === undefined) refuse(below(spot, 'type'), 'required', 'missing required field: type');
    else
      refuse(
        below(spot, 'type'),
        'unsupported_type',
        `unsupported type: ${String(type)} (allowed here: ${Object.keys(types).join(', ')})`,
      );
  };
}
