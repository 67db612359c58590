import { AppError, hasCode } from '../domain/errors.ts';
import { requestErrorBehind } from '../gitlab/client/request-error.ts';
import type { HookPlace } from '../gitlab/client/setup-client.ts';
import { CliError } from './exit.ts';

/** What GitLab's refusal means to who installs, with what to do; anything that is not a refusal comes back as it is. */
export function explainSetupFailure(error: unknown, kind: HookPlace['kind'], path: string): unknown {
  const refused = requestErrorBehind(error);
  if (refused?.failure === 'http' && refused.status === 403) {
    return new CliError(`GitLab does not allow it on ${path}.\n${RIGHTS[kind]}`);
  }
  if (refused?.failure === 'http' && (refused.status === 400 || refused.status === 422)) {
    return new CliError(
      `${refused.message}.\nIf it is the address: GitLab must be able to reach PUBLIC_URL. For one in a local network an ` +
        'administrator has to allow it in Admin, Settings, Network, Outbound requests.',
    );
  }
  if (error instanceof AppError && hasCode(error, 'unavailable.gitlab')) {
    return new CliError(`${error.data.detail}.`);
  }
  return refused === null ? error : new CliError(`${refused.message}.`);
}

const RIGHTS = {
  project:
    'The token needs the scope api, and its user the role Maintainer on the project or on a group above it.',
  group: 'The token needs the scope api, and its user the role Owner of the group.',
  system:
    'System hooks are for administrators: set GITLAB_ADMIN_TOKEN to one with the scope api (and admin_mode where Admin Mode is on).',
} as const;
