import { type EmailRule, emailProblem } from './email.ts';
import { fail } from './errors.ts';

/**
 * The fields of contacts and organizations with GitLab's limits (characters, not bytes). Parsing gives the value
 * as it is stored, or throws `input.invalid`; an empty optional text means "none" and gives null.
 */
export type ValueRule = EmailRule | 'blank' | 'too_long' | 'characters' | 'rate' | 'rate_range';

export type FieldName =
  | 'first name'
  | 'last name'
  | 'e-mail'
  | 'phone'
  | 'description'
  | 'name'
  | 'default rate';

export const MAX_NAME_LENGTH = 255;
export const MAX_PHONE_LENGTH = 32;
export const MAX_DESCRIPTION_LENGTH = 1024;

const EXAMPLES: Partial<Record<FieldName, string>> = {
  'e-mail': 'ada@example.com',
  phone: '+44 20 7946 0018',
  'default rate': '120.50',
};

function invalid(field: FieldName, rule: ValueRule, limit?: number): never {
  const name = limit === undefined ? rule : `${rule}:${limit}`;
  throw fail('input.invalid', { field, rule: name, example: EXAMPLES[field] ?? null });
}

/** NUL cannot be stored, and a lone surrogate is not text. */
function storable(field: FieldName, value: string): string {
  if (value.includes('\0') || /\p{Cs}/u.test(value)) invalid(field, 'characters');
  return value;
}

function withinLimit(field: FieldName, value: string, limit: number): string {
  if (value.length > limit && [...value].length > limit) invalid(field, 'too_long', limit);
  return storable(field, value);
}

/** A required one-line text, trimmed. */
export function parseName(field: 'first name' | 'last name' | 'name', value: string): string {
  const name = withinLimit(field, value.trim(), MAX_NAME_LENGTH);
  return name === '' ? invalid(field, 'blank') : name;
}

/** An optional address, kept with the case given. The edges trim what people type; GitLab does not. */
export function parseEmail(value: string | null | undefined): string | null {
  if (value === null || value === undefined || value === '') return null;
  const rule = emailProblem(value);
  return rule === null ? value : invalid('e-mail', rule);
}

/** An optional phone number: any text, trimmed. */
export function parsePhone(value: string | null | undefined): string | null {
  return withinLimit('phone', (value ?? '').trim(), MAX_PHONE_LENGTH) || null;
}

/** An optional free text, not trimmed. */
export function parseDescription(value: string | null | undefined): string | null {
  return withinLimit('description', value ?? '', MAX_DESCRIPTION_LENGTH) || null;
}

/**
 * An optional amount, numeric(18,2), as a decimal string rounded to two places; a comma may stand for the point.
 * More than 16 digits before the point is refused.
 */
export function parseRate(value: string | null | undefined): string | null {
  const text = (value ?? '').trim();
  if (text === '') return null;
  const match = /^([+-]?)(\d+)(?:[.,](\d+))?$/.exec(text);
  if (!match) return invalid('default rate', 'rate');
  const [, sign = '', whole = '', fraction = ''] = match;
  const hundredths =
    BigInt(whole + fraction.slice(0, 2).padEnd(2, '0')) + (Number(fraction[2] ?? '0') >= 5 ? 1n : 0n);
  if (hundredths >= 10n ** 18n) invalid('default rate', 'rate_range');
  const digits = hundredths.toString().padStart(3, '0');
  return `${sign === '-' && hundredths > 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
