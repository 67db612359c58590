/** What `tieline doctor` looks at. */
export type CheckName =
  | 'settings'
  | 'address'
  | 'database'
  | 'backlog'
  | 'gitlab'
  | 'gitlab.version'
  | 'gitlab.clock'
  | 'gitlab.token'
  | 'gitlab.admin_token'
  | 'gitlab.role'
  | 'gitlab.webhook'
  | 'slack';

/** One thing that was looked at. `what` is found, `todo` says how to mend it; null when there is nothing to do. */
export interface Finding {
  readonly check: CheckName;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly what: string;
  readonly todo: string | null;
  readonly notice?: FindingNotice;
}

/** How a problem is told to others than whoever runs the doctor. */
export interface FindingNotice {
  /** The group or project that it is about: only its owners are told. Absent for the whole installation. */
  readonly path?: string;
  /** What tells it from other problems; by its words without numbers, unless given. */
  readonly key?: string;
  /** It is told again when this changes. */
  readonly step?: number;
  /** In place of `what`, where that may name what is not everybody's. */
  readonly what?: string;
}

/** The same finding, with how it is told. */
export const toldAs = (finding: Finding, notice: FindingNotice): Finding => ({ ...finding, notice });

/** All is well. */
export const good = (check: CheckName, what: string): Finding => ({ check, status: 'ok', what, todo: null });

/** It works, but not as well as it could, or not for long. */
export const warning = (check: CheckName, what: string, todo: string): Finding => ({
  check,
  status: 'warn',
  what,
  todo,
});

/** It does not work. */
export const failure = (check: CheckName, what: string, todo: string): Finding => ({
  check,
  status: 'fail',
  what,
  todo,
});
