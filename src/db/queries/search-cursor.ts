import { type AppError, fail } from '../../domain/errors.ts';

/** What a cursor can be made of, each with the type it comes back as. */
interface Kinds {
  readonly number: number;
  readonly string: string;
  readonly bigint: bigint;
  readonly boolean: boolean;
}

type Values<Shape extends readonly (keyof Kinds)[]> = { [Index in keyof Shape]: Kinds[Shape[Index]] };

const MAX_BIGINT = 2n ** 63n - 1n;
const MAX_INT = 2 ** 31 - 1;

/** The place of a row as a text that callers hand back and do not look into. */
export function encodeCursor(values: readonly Kinds[keyof Kinds][]): string {
  const plain = values.map((value) => (typeof value === 'bigint' ? `#${value}` : value));
  return Buffer.from(JSON.stringify(plain)).toString('base64url');
}

/** The values of a cursor of this shape; throws `input.invalid` for anything that is not one of ours. */
export function decodeCursor<const Shape extends readonly (keyof Kinds)[]>(
  cursor: string,
  shape: Shape,
): Values<Shape> {
  const values = parse(cursor);
  if (values?.length === shape.length) {
    const read = shape.map((kind, index) => readAs(kind, values[index]));
    if (!read.includes(undefined)) return read as unknown as Values<Shape>;
  }
  throw notACursor();
}

/** What a caller is told whose cursor is not one of ours. */
export const notACursor = (): AppError =>
  fail('input.invalid', { field: 'page', rule: 'cursor', example: null });

function parse(cursor: string): unknown[] | null {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(values) ? values : null;
  } catch {
    return null;
  }
}

/** Only what the database takes as well. */
function readAs(kind: keyof Kinds, value: unknown): Kinds[keyof Kinds] | undefined {
  if (kind === 'bigint') {
    if (typeof value !== 'string' || !/^#\d{1,19}$/.test(value)) return undefined;
    const id = BigInt(value.slice(1));
    return id <= MAX_BIGINT ? id : undefined;
  }
  if (typeof value !== kind) return undefined;
  if (typeof value === 'number' && !(Number.isInteger(value) && Math.abs(value) <= MAX_INT)) return undefined;
  if (typeof value === 'string' && (value.includes('\0') || /\p{Cs}/u.test(value))) return undefined;
  return value as number | string | boolean;
}
