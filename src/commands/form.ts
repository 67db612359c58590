import { AppError } from '../domain/errors.ts';
import type { Bound } from './command.ts';
import type { CommandContext } from './context.ts';
import { plainText, type Reply, type ReplyAction, type ReplyBlock } from './reply.ts';
import { wordError } from './wording/errors.ts';

/** What a field looks things up in as somebody types. */
export type LookupOf = 'contact' | 'organization' | 'customer' | 'group' | 'issue';

/** One choice. `value` stands for it when the form comes back: `C12`, `O3`, a path, an issue's reference. */
export interface FormOption {
  readonly value: string;
  readonly label: string;
}

interface FieldBase {
  /** Unique in its form; letters and underscores. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
  /** Said right below the field, with what to do about it. */
  readonly notice?: { readonly text: string; readonly actions: readonly ReplyAction[] };
}

export type FormField = FieldBase &
  (
    | { readonly kind: 'line' | 'paragraph'; readonly value: string | null; readonly example?: string }
    | { readonly kind: 'lookup'; readonly of: LookupOf; readonly value: FormOption | null }
    | {
        readonly kind: 'lookups';
        readonly of: LookupOf;
        readonly values: readonly FormOption[];
        readonly most: number;
      }
    | { readonly kind: 'choice'; readonly options: readonly FormOption[]; readonly value: string }
    | {
        readonly kind: 'choices';
        readonly options: readonly FormOption[];
        readonly values: readonly string[];
      }
  );

/**
 * A form as a platform shows it, in data: every string is literal text. What comes back is handed to the form's
 * definition by `form`, with `group` and `data` as they went out.
 */
export interface Form {
  readonly form: string;
  /** At most 24 characters, as is `submit`. */
  readonly title: string;
  readonly submit: string;
  readonly intro: readonly ReplyBlock[];
  readonly fields: readonly FormField[];
  /** Full path of the group that it works in; null when it works in none. */
  readonly group: string | null;
  /** Small texts that come back unchanged: ids and versions, nothing that grants anything. */
  readonly data: Readonly<Record<string, string>>;
}

/** A form as a person sent it. */
export interface SentForm {
  /** A text, several values of a field that takes several, or null for an empty field. */
  readonly values: Readonly<Record<string, string | readonly string[] | null>>;
  /** The fields whose value is another than the one shown at first. */
  readonly touched: ReadonlySet<string>;
  readonly data: Readonly<Record<string, string>>;
}

/** What comes of a sent form: a reply, problems by field that leave it open, or a form in its place. */
export type FormAnswer =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'problems'; readonly problems: Readonly<Record<string, string>> }
  | { readonly kind: 'form'; readonly form: Form };

export interface FormDefinition {
  readonly name: string;
  /** Shown while the form is being made ready; at most 24 characters. */
  readonly title: string;
  /** The form with what was typed filled in. Throws AppErrors, which are shown instead. */
  readonly open: (context: CommandContext, typed: Bound) => Promise<Form>;
  /** Acts on what was sent. AppErrors that `fields` places are shown at that field, others instead of the form. */
  readonly submit: (context: CommandContext, sent: SentForm) => Promise<FormAnswer>;
  /** Which field an error is about: by its code, or by the field that `input.*` names. */
  readonly fields: Readonly<Record<string, string>>;
}

/** One text of a sent form; empty when it has none. */
export const textOf = ({ values }: SentForm, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value : '';
};

/** All values of a field that takes several. */
export const listOf = ({ values }: SentForm, name: string): readonly string[] => {
  const value = values[name];
  return typeof value === 'string' ? [value] : (value ?? []);
};

/** What a typed argument holds, as one text; null when it was not typed. */
export function typedText(typed: Bound, name: string): string | null {
  const value = typed[name];
  if (typeof value === 'string') return value.trim() || null;
  return Array.isArray(value) ? value.join(' ').trim() || null : null;
}

/** The error as a problem of one of the form's fields; null when it is about none of them. */
export function problemOf(error: AppError, fields: FormDefinition['fields']): Record<string, string> | null {
  const about = (error.data as { field?: unknown }).field;
  const field = fields[typeof about === 'string' ? about : error.code] ?? fields[error.code];
  return field === undefined ? null : { [field]: plainText(wordError(error).title) };
}

/** The problems that some checks throw, by field; null when none does. The first problem of a field is told. */
export function problemsOf(
  fields: FormDefinition['fields'],
  checks: readonly (() => unknown)[],
): Record<string, string> | null {
  let problems: Record<string, string> | null = null;
  for (const check of checks) {
    try {
      check();
    } catch (error) {
      const found = error instanceof AppError ? problemOf(error, fields) : null;
      if (!found) throw error;
      problems = { ...found, ...(problems ?? {}) };
    }
  }
  return problems;
}
