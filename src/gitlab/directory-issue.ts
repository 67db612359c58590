import type { DirectoryIssue, DirectoryProject } from '../services/ports.ts';
import type { ApiIssue } from './client/responses.ts';

/** What GitLab's answer says of an issue itself, in the program's words. */
export function issueFields(issue: ApiIssue) {
  return {
    id: issue.id,
    iid: issue.iid,
    title: issue.title,
    state: issue.state === 'closed' ? 'closed' : 'opened',
    confidential: issue.confidential ?? false,
    authorId: issue.author?.id ?? null,
    assigneeIds: (issue.assignees ?? []).map((assignee) => assignee.id),
    movedToId: issue.moved_to_id ?? null,
    updatedAt: issue.updated_at,
  } as const;
}

/** An issue as the rest of the program knows it, from GitLab's answer and the project it is in. */
export function directoryIssue(issue: ApiIssue, project: DirectoryProject): DirectoryIssue {
  return { ...issueFields(issue), project };
}
