import type { Contact, Organization, OrganizationLabel } from './customers.ts';

/** The fields of a contact that people edit, in the order they are told of. */
export const CONTACT_FIELDS = [
  'firstName',
  'lastName',
  'email',
  'phone',
  'organization',
  'description',
  'active',
] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

/** The fields of an organization that people edit. */
export const ORGANIZATION_FIELDS = ['name', 'defaultRate', 'description', 'active'] as const;
export type OrganizationField = (typeof ORGANIZATION_FIELDS)[number];

export type EditedField = ContactField | OrganizationField;
export type FieldValue = string | boolean | OrganizationLabel | null;

/** What an edit did to one field; null stands for empty. */
export interface FieldChange {
  readonly field: EditedField;
  readonly before: FieldValue;
  readonly after: FieldValue;
}

/** Values by field, as the audit log keeps them. */
export type FieldValues = Readonly<Partial<Record<EditedField, FieldValue>>>;

export type ContactValues = Pick<Contact, ContactField>;
export type OrganizationValues = Pick<Organization, OrganizationField>;

/** Organizations are the same by id, whatever they are called by now. */
const same = (a: FieldValue, b: FieldValue): boolean =>
  typeof a === 'object' && typeof b === 'object' ? a?.id === b?.id : a === b;

function changesIn(
  fields: readonly EditedField[],
  before: FieldValues,
  after: FieldValues,
): readonly FieldChange[] {
  return fields
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }))
    .filter((change) => !same(change.before, change.after));
}

/** The fields of a contact that differ. */
export const contactChanges = (before: ContactValues, after: ContactValues): readonly FieldChange[] =>
  changesIn(CONTACT_FIELDS, before, after);

/** The fields of an organization that differ. */
export const organizationChanges = (
  before: OrganizationValues,
  after: OrganizationValues,
): readonly FieldChange[] => changesIn(ORGANIZATION_FIELDS, before, after);

/** The changed fields alone, as they were and as they are. */
export function valuesOf(changes: readonly FieldChange[], side: 'before' | 'after'): FieldValues {
  return Object.fromEntries(changes.map((change) => [change.field, change[side]]));
}

/** Several edits, oldest first, as one: fields that came back to what they were are left out. */
export function netChanges(edits: readonly (readonly FieldChange[])[]): readonly FieldChange[] {
  const net = new Map<EditedField, FieldChange>();
  for (const change of edits.flat()) {
    const earlier = net.get(change.field);
    net.set(change.field, earlier ? { ...change, before: earlier.before } : change);
  }
  return [...net.values()].filter((change) => !same(change.before, change.after));
}

/** What an edit amounts to: a change of state is told of by itself. */
export function eventsOf(changes: readonly FieldChange[]): {
  readonly edited: readonly FieldChange[];
  readonly state: FieldChange | null;
} {
  return {
    edited: changes.filter(({ field }) => field !== 'active'),
    state: changes.find(({ field }) => field === 'active') ?? null,
  };
}
