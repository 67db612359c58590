import type { ApiNote } from './client/responses.ts';

/**
 * GitLab gives a new note one time for both; anything later is a change. Some room for versions that take the time
 * twice, and less than anybody takes to change it: a maintainer's program that is told of an owner's comment.
 */
const SAME_INSTANT_MS = 100;

/** Whether a note was changed since it was written, perhaps by another than its author. */
export function wasEdited({ created_at, updated_at }: Pick<ApiNote, 'created_at' | 'updated_at'>): boolean {
  return updated_at.getTime() - created_at.getTime() > SAME_INSTANT_MS;
}
