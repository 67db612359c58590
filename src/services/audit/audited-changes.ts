/** What one field was and is. Absent and empty are both null. */
export interface AuditedChange {
  readonly field: string;
  readonly before: AuditedValue;
  readonly after: AuditedValue;
}

/** Text, or a list of contacts as `Ada Lovelace (C12)`. */
export type AuditedValue = string | readonly string[] | null;

interface Mention {
  readonly kind: string;
  readonly id: bigint;
}

type NameOf = (mention: Mention) => string | null;

/** A change whose ids wait for their names. */
export interface UnnamedChange {
  readonly mentions: readonly Mention[];
  readonly named: (nameOf: NameOf) => AuditedChange;
}

/** Kept in every row, and told by the entry itself. */
const SILENT: ReadonlySet<string> = new Set(['id', 'crmGroupId', 'version', 'createdAt', 'updatedAt']);

/** JSON in PostgreSQL keeps no order of fields; people expect one. Others follow by name. */
const ORDER = [
  'firstName',
  'lastName',
  'name',
  'email',
  'phone',
  'organization',
  'defaultRate',
  'description',
];

const inOrder = (a: string, b: string): number => place(a) - place(b) || (a < b ? -1 : 1);
const place = (field: string): number => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length);

/**
 * The fields in which two states differ. Two lists of ids are the contacts of an issue, two records the fields of a
 * contact, an organization or a group; anything else is one value.
 */
export function changesIn(before: unknown, after: unknown): UnnamedChange[] {
  if (isIdList(before) || isIdList(after)) {
    return [listChange('contacts', isIdList(before) ? before : [], isIdList(after) ? after : [])];
  }
  if (!isRecord(before ?? {}) || !isRecord(after ?? {})) return fieldChange('value', before, after);
  const was = (before ?? {}) as Record<string, unknown>;
  const is = (after ?? {}) as Record<string, unknown>;
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (field) => !SILENT.has(field),
  );
  return fields.sort(inOrder).flatMap((field) => fieldChange(field, was[field], is[field]));
}

const isIdList = (value: unknown): value is readonly bigint[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'bigint');

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Only what was added stands in `after`, only what was removed in `before`: lists are long, changes short. */
function listChange(field: string, before: readonly bigint[], after: readonly bigint[]): UnnamedChange {
  const mention = (id: bigint): Mention => ({ kind: 'contact', id });
  const gone = before.filter((id) => !after.includes(id)).map(mention);
  const come = after.filter((id) => !before.includes(id)).map(mention);
  const label = (nameOf: NameOf) => (one: Mention) => {
    const name = nameOf(one);
    return name === null ? `C${one.id}` : `${name} (C${one.id})`;
  };
  return {
    mentions: [...gone, ...come],
    named: (nameOf) => ({ field, before: gone.map(label(nameOf)), after: come.map(label(nameOf)) }),
  };
}

function fieldChange(field: string, before: unknown, after: unknown): UnnamedChange[] {
  const was = shown(before);
  const is = shown(after);
  return was === is ? [] : [{ mentions: [], named: () => ({ field, before: was, after: is }) }];
}

/** A value on one line: an organization by its name and number, other records as they are kept. */
function shown(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return String(value);
  const { id, name } = value as { id?: unknown; name?: unknown };
  if (typeof id === 'bigint' && typeof name === 'string') return `${name} (O${id})`;
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
}
