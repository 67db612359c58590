import type { GitLabLog } from '../../src/gitlab/client/log.ts';

/** A log that keeps its lines, to be read by a test. */
export function keptLog(): GitLabLog & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (data: object, message: string) => void lines.push(`${message} ${JSON.stringify(data)}`);
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}
