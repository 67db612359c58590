import type { EditedField, FieldChange, FieldValue } from '../../domain/edits.ts';
import type { Inline, ReplyField } from '../reply.ts';

const FIELD_NAMES: Readonly<Record<EditedField, string>> = {
  firstName: 'first name',
  lastName: 'last name',
  email: 'e-mail',
  phone: 'phone',
  organization: 'organization',
  description: 'note',
  name: 'name',
  defaultRate: 'default rate',
  active: 'state',
};

/** What people call a field: "first name". */
export const fieldName = (field: EditedField): string => FIELD_NAMES[field];

/** In brackets, so that it cannot be taken for a text that somebody wrote. */
export const EMPTY = '(empty)';

function valueWords(value: FieldValue): string {
  if (value === null) return EMPTY;
  if (typeof value === 'boolean') return value ? 'active' : 'inactive';
  return typeof value === 'string' ? value : value.name;
}

/** "+44 1 → +44 2". */
export const changeWords = ({ before, after }: FieldChange): Inline => [
  { text: `${valueWords(before)} → ` },
  { strong: valueWords(after) },
];

/** Each change as a field of a card: its name, then before and after. */
export const changeFields = (changes: readonly FieldChange[]): ReplyField[] =>
  changes.map((change) => ({ label: capital(fieldName(change.field)), value: changeWords(change) }));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
