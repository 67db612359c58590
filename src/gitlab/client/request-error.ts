/**
 * Why a request came to nothing: `http` is an answer with an error status, `answer` one that makes no sense
 * (a web page, too large, a foreign redirect), `timeout` and `network` are no answer at all.
 */
export type RequestFailure = 'http' | 'answer' | 'timeout' | 'network';

interface RequestErrorData {
  readonly failure: RequestFailure;
  /** 0 when there was no answer. */
  readonly status: number;
  /** How long GitLab wants to be left alone; null when it did not say. */
  readonly retryAfterMs: number | null;
}

/** One request that GitLab did not fulfil. The message is one line without secrets or bodies. */
export class GitLabRequestError extends Error {
  readonly failure: RequestFailure;
  readonly status: number;
  readonly retryAfterMs: number | null;

  constructor(message: string, data: RequestErrorData, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GitLabRequestError';
    this.failure = data.failure;
    this.status = data.status;
    this.retryAfterMs = data.retryAfterMs;
  }
}

/** The GitLabRequestError behind an error, itself or the cause of an AppError; null when there is none. */
export function requestErrorBehind(error: unknown): GitLabRequestError | null {
  if (error instanceof GitLabRequestError) return error;
  if (error instanceof Error && error.cause instanceof GitLabRequestError) return error.cause;
  return null;
}

/** An answer that arrived but cannot be what GitLab's API says. */
export function nonsense(message: string, status: number): GitLabRequestError {
  return new GitLabRequestError(message, { failure: 'answer', status, retryAfterMs: null });
}
