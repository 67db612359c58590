import type { ApiIssue, ApiNote } from './client/responses.ts';

/** Whom a Service Desk issue is from, as far as GitLab tells. */
export interface DeskMail {
  /** Reply-To of the mail, else From. */
  readonly sender: string;
  readonly cc: readonly string[];
}

/** Copies of the first mail are noted at once; those of replies to it later. */
const COPIES_WITHIN_MS = 2 * 60_000;

/**
 * The mail that an issue was made from; null for one that somebody wrote. No hook and no field has the copies: where a
 * project lets them take part (GitLab 17), a note of GitLab's own names them, by the bot that opened the issue.
 */
export function deskMailOf(issue: ApiIssue, notes: readonly ApiNote[]): DeskMail | null {
  const { service_desk_reply_to: sender, author, created_at: openedAt } = issue;
  if (!sender) return null;
  const told = notes.filter(
    (note) =>
      note.system &&
      note.author.id === author?.id &&
      note.created_at.getTime() - openedAt.getTime() < COPIES_WITHIN_MS,
  );
  return { sender, cc: [...new Set(told.flatMap(({ body }) => namedIn(body)))] };
}

const ADDED = /^added (\S.*)$/;
const ADDRESS = /^[^\s@,]+@[^\s@,]+$/;

/** `added a@example.com, b@example.com, and c@example.com`; nothing for any other note. */
function namedIn(body: string): string[] {
  const [, list = ''] = ADDED.exec(body.trim()) ?? [];
  const words = list.split(/,? and |, /);
  return words.every((word) => ADDRESS.test(word)) ? words : [];
}
