import type { Json, Violation } from '../block-kit/checks.ts';

/** An error under Slack's name for it; `extra` goes into the answer beside it. */
export class ApiError extends Error {
  readonly code: string;
  readonly extra: Json;

  constructor(code: string, extra: Json = {}) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.extra = extra;
  }
}

/** Refuses a payload the way Slack does, each finding with its JSON pointer below `root`. */
export function refusePayload(code: string, found: Violation[], root = ''): void {
  if (found.length === 0) return;
  const errors = found.map(({ message, path }) => `${message} [json-pointer:${root}${path}]`);
  throw new ApiError(code, {
    errors,
    response_metadata: { messages: errors.map((error) => `[ERROR] ${error}`) },
  });
}
