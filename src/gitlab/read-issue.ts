import type { Directory, DirectoryIssue } from '../services/ports.ts';
import type { GitLabClient, IssueAddress } from './client/contract.ts';
import type { ApiIssue } from './client/responses.ts';
import { directoryIssue } from './directory-issue.ts';

interface IssueReaders {
  readonly client: Pick<GitLabClient, 'issue'>;
  readonly directory: Pick<Directory, 'project'>;
}

/** The issue as GitLab has it now, raw and as the directory words it; null when it is gone or not visible. */
export async function readIssue(
  { client, directory }: IssueReaders,
  address: IssueAddress,
): Promise<{ raw: ApiIssue; issue: DirectoryIssue } | null> {
  const raw = await client.issue(address);
  const project = raw === null ? null : await directory.project(raw.project_id);
  return raw === null || project === null ? null : { raw, issue: directoryIssue(raw, project) };
}
