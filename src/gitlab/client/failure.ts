import { ZodError } from 'zod';
import { fail } from '../../domain/errors.ts';
import { GitLabRequestError } from './request-error.ts';

/** The setting that holds the token of a call, named in what an operator reads. */
export type TokenName = 'GITLAB_TOKEN' | 'GITLAB_ADMIN_TOKEN';

/**
 * What a failed call is to the rest of the program: AppError `unavailable.gitlab` (with the request's error as its
 * cause) whenever there was no usable answer, else the GitLabRequestError itself (400, 404, 409, 422 …).
 */
export function translateFailure(error: unknown, token: TokenName): unknown {
  if (error instanceof ZodError) {
    const at = error.issues[0]?.path.join('.') || 'its shape';
    return fail('unavailable.gitlab', { detail: `GitLab's answer is not understood (${at})` }, error);
  }
  if (!(error instanceof GitLabRequestError)) return error;
  if (error.status === 401) {
    const detail = `${error.message}: ${token} is wrong, expired or revoked`;
    return fail('unavailable.gitlab', { detail }, error);
  }
  if (error.status === 403) {
    const scope = token === 'GITLAB_TOKEN' ? 'the scope api' : 'the scope api, of an administrator';
    const detail = `${error.message}: ${token} may not do this; it needs ${scope}, and its user the right`;
    return fail('unavailable.gitlab', { detail }, error);
  }
  const noAnswer = error.failure !== 'http' || error.status === 429 || error.status >= 500;
  return noAnswer ? fail('unavailable.gitlab', { detail: error.message }, error) : error;
}
