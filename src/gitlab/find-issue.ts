import type { FindIssue, IssueTrace } from '../services/issues/follow-moves.ts';
import type { Directory } from '../services/ports.ts';
import type { GitLabClient } from './client/contract.ts';
import type { ApiIssue } from './client/responses.ts';
import { directoryIssue } from './directory-issue.ts';

interface FinderDeps {
  readonly client: Pick<GitLabClient, 'issue' | 'issueById' | 'issuesOfGroup'>;
  readonly directory: Pick<Directory, 'project' | 'rootGroups'>;
}

/** An issue's move closes the old one after the new one was made, on a clock that may be set meanwhile. */
const SLACK_MS = 60_000;

/**
 * Finds issues by their global id: where they are known to be, else by an administrator's token, else among what
 * changed in the root groups of the bot since then. GitLab has no other way that every edition knows.
 */
export function createIssueFinder({ client, directory }: FinderDeps): FindIssue {
  return async (trace) => {
    const raw =
      (await whereKnown(client, trace)) ??
      (await client.issueById(trace.id)) ??
      (await amongChanged({ client, directory }, trace));
    const project = raw === null ? null : await directory.project(raw.project_id);
    return raw === null || project === null ? null : directoryIssue(raw, project);
  };
}

async function whereKnown(client: FinderDeps['client'], { id, known }: IssueTrace): Promise<ApiIssue | null> {
  if (known === null) return null;
  const found = await client.issue({ project: known.projectId, iid: known.iid });
  return found?.id === id ? found : null;
}

async function amongChanged(
  { client, directory }: FinderDeps,
  { id, changedSince }: IssueTrace,
): Promise<ApiIssue | null> {
  if (changedSince === null) return null;
  const updatedAfter = new Date(changedSince.getTime() - SLACK_MS);
  for (const root of await directory.rootGroups()) {
    const issues = await client.issuesOfGroup(root.id, { updatedAfter, page: 1 });
    const found = issues?.find((issue) => issue.id === id);
    if (found) return found;
  }
  return null;
}
