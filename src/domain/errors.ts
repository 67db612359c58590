import type { FieldChange } from './edits.ts';

/** What others did to something since a person looked at it. */
export interface ChangedMeanwhile {
  /** From what the person saw to what is there now. */
  readonly changes: readonly FieldChange[];
  /** Who made the last of the changes, as GitLab calls them; null when it is not known. */
  readonly by: string | null;
  readonly at: Date | null;
}

/**
 * What can go wrong that somebody can be told about. An error carries a code and typed data, never wording:
 * `commands/wording/` turns every code into sentences. Anything that is not an AppError is our own fault.
 */
export interface ErrorData {
  /** The text is not a command we know; `near` is the closest name, when one is close. */
  'parse.unknown_command': { word: string; near: string | null };
  'parse.bad_syntax': { problem: string; position: number | null };
  /** A command lacks something that it needs; `usage` is its one-line form. */
  'input.missing': { field: string; usage: string };
  'input.invalid': { field: string; rule: string; example: string | null };
  /** The organization is unknown or of another crm group, which is not told apart. */
  'input.foreign_organization': { reference: string; nearest: string | null };
  'input.too_many_contacts': { limit: number };
  /** Replacing excludes adding and removing, and one of the three has to be asked for. */
  'input.replace_combined': Record<never, never>;
  'input.unknown_option': { option: string; near: string | null; known: readonly string[] };
  /** The platform's person is not tied to a GitLab account; with `connectable` they can do so themselves. */
  'actor.unlinked': { platform: 'slack'; connectable?: true };
  'actor.blocked': { username: string };
  'not_found.contact': { reference: string; nearest: string | null };
  'not_found.organization': { reference: string; nearest: string | null };
  'not_found.issue': { reference: string };
  'not_found.group': { reference: string };
  'not_found.transfer': { reference: string };
  /** The reference fits several; `candidates` are their labels, at most ten. */
  'ambiguous.contact': { reference: string; candidates: readonly string[] };
  'ambiguous.organization': { reference: string; candidates: readonly string[] };
  /** No group could be derived for the command; `choices` are full paths the person belongs to. */
  'ambiguous.group': { choices: readonly string[] };
  /** With `atSource`, meant is the group that `where` takes its contacts from, which stays unnamed. */
  'forbidden.ability': { ability: string; where: string; needs: string; atSource?: true };
  'forbidden.crm_disabled': { where: string };
  'forbidden.no_crm_group': { where: string };
  'conflict.email_taken': { email: string; contact: string | null };
  'conflict.name_taken': { name: string; organization: string | null };
  'conflict.stale': { what: string; meanwhile?: ChangedMeanwhile };
  /** The group holds contacts from before it got a source of its own, and can take no more. */
  'conflict.not_crm_capable': { customers: 'contacts' | 'organizations'; where: string };
  'conflict.source_in_use': { where: string };
  'conflict.held': { where: string };
  'unavailable.database': Record<never, never>;
  'unavailable.gitlab': { detail: string };
  'unavailable.slack': { detail: string };
  /** Connecting accounts takes an OAuth application on GitLab, and none is set up. */
  'unavailable.connect': Record<never, never>;
}

export type ErrorCode = keyof ErrorData;

/** A failure with a code and the data to word it. Thrown inside a transaction it rolls it back. */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly data: ErrorData[Code];

  constructor(code: Code, data: ErrorData[Code], cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.data = data;
  }
}

/** Makes an AppError with its data checked against its code. */
export function fail<Code extends ErrorCode>(
  code: Code,
  data: ErrorData[Code],
  cause?: unknown,
): AppError<Code> {
  return new AppError(code, data, cause);
}

/** Narrows any AppError to one code. */
export function hasCode<Code extends ErrorCode>(error: unknown, code: Code): error is AppError<Code> {
  return error instanceof AppError && error.code === code;
}
