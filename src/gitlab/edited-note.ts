import type { GitLabClient } from './client/contract.ts';
import type { ApiNote } from './client/responses.ts';

/**
 * GitLab gives a new note one time for both; anything later is a change. Some room for versions that take the time
 * twice, and less than anybody takes to change it: a maintainer's program that is told of an owner's comment.
 */
const SAME_INSTANT_MS = 100;

/**
 * Whether a note's text may have been changed since it was written, perhaps by another than its author. A reaction
 * moves its `updated_at` too (GitLab's `bump_updated_at`), so GitLab is asked when that is the later one.
 */
export async function mayBeEdited(
  client: Pick<GitLabClient, 'wasNoteEdited'>,
  { id, created_at, updated_at }: Pick<ApiNote, 'id' | 'created_at' | 'updated_at'>,
): Promise<boolean> {
  const isLater = updated_at.getTime() - created_at.getTime() > SAME_INSTANT_MS;
  return isLater && (await client.wasNoteEdited(id)) !== false;
}
