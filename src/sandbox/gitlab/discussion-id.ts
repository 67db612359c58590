import { createHash } from 'node:crypto';

/** The id of the discussion that a note begins: 40 hexadecimal digits, as GitLab's. */
export function discussionIdOf(noteId: number): string {
  return createHash('sha1').update(`discussion of note ${noteId}`).digest('hex');
}
