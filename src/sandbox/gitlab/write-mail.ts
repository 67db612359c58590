/** Service Desk: issues that come in by mail. */
import { fireIssue } from './hook-events.ts';
import type { Actor, Lab } from './lab.ts';
import { findUser } from './paths.ts';
import { type IssueRow, type ProjectRow, takeId, type UserRow } from './state.ts';
import { appendIssue, openChanges, systemNote } from './write-issues.ts';

/** A mail to a project's Service Desk; addresses are bare. */
export interface Mail {
  subject: string;
  body?: string | undefined;
  from: string;
  /** Counts in place of `from`. */
  replyTo?: string | undefined;
  cc?: readonly string[] | undefined;
}

const SUPPORT_BOT = 'support-bot';

/** GitLab's own user, which mails are written down by. */
function supportBot(lab: Lab): UserRow {
  const { state } = lab;
  const known = findUser(state, SUPPORT_BOT);
  if (known !== null) return known;
  const user: UserRow = {
    id: takeId(state, 'user'),
    namespaceId: takeId(state, 'namespace'),
    username: SUPPORT_BOT,
    name: 'GitLab Support Bot',
    email: 'support@gitlab.invalid',
    admin: false,
    bot: true,
    state: 'active',
    createdAt: lab.now().toISOString(),
  };
  state.users.push(user);
  return user;
}

/**
 * Makes an issue of a mail and fires its Issue Hook. Its copies become external participants, as where the project says so:
 * no hook tells of them and no field of the issue, only a note of GitLab's own.
 */
export function receiveMail(lab: Lab, project: ProjectRow, mail: Mail): IssueRow {
  const actor: Actor = { lab, user: supportBot(lab), chain: null };
  const issue = appendIssue(lab, project, {
    title: mail.subject,
    description: mail.body,
    confidential: true,
    authorId: actor.user.id,
  });
  issue.externalAuthor = mail.replyTo ?? mail.from;
  fireIssue(actor, { issue, action: 'open', changes: openChanges(issue) });
  if (mail.cc && mail.cc.length > 0) systemNote(actor, issue, `added ${sentence(mail.cc)}`);
  lab.changed();
  return issue;
}

/** `a`, `a and b`, `a, b, and c`. */
function sentence(words: readonly string[]): string {
  if (words.length < 3) return words.join(' and ');
  return `${words.slice(0, -1).join(', ')}, and ${words.at(-1)}`;
}
