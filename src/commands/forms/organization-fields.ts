import { parseDescription, parseName, parseRate } from '../../domain/values.ts';
import { type FormField, problemsOf, type SentForm, textOf } from '../form.ts';

/** What an organization's form holds. */
export interface OrganizationValues {
  readonly name: string | null;
  readonly rate: string | null;
  readonly note: string | null;
}

/** Where problems with an organization are shown in its form. */
export const ORGANIZATION_FIELDS = {
  name: 'name',
  'default rate': 'rate',
  description: 'note',
} as const;

/** An empty field means none. */
export const nullable = (text: string): string | null => (text.trim() === '' ? null : text);

/** Everything that is wrong with a sent organization at once, by field; null when nothing is. */
export const organizationProblems = (sent: SentForm): Record<string, string> | null =>
  problemsOf(ORGANIZATION_FIELDS, [
    () => parseName('name', textOf(sent, 'name')),
    () => parseRate(textOf(sent, 'rate')),
    () => parseDescription(textOf(sent, 'note')),
  ]);

/** The fields of an organization's form; `notice` is said below the name. */
export function organizationFields(values: OrganizationValues, notice?: FormField['notice']): FormField[] {
  return [
    { kind: 'line', name: 'name', label: 'Name', value: values.name, ...(notice && { notice }) },
    {
      kind: 'line',
      name: 'rate',
      label: 'Default rate',
      value: values.rate,
      example: '120.50',
      optional: true,
    },
    { kind: 'paragraph', name: 'note', label: 'Note', value: values.note, optional: true },
  ];
}
