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
}

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
