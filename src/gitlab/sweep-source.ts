import type { Directory, DirectoryIssue } from '../services/ports.ts';
import { OutOfRequestsError, type SweepSource } from '../services/sweep/source.ts';
import type { CatchUp } from './catch-up-contract.ts';
import type { GitLabClient } from './client/contract.ts';
import type { ApiIssue } from './client/responses.ts';
import { createDirectory } from './directory.ts';
import { directoryIssue, issueFields } from './directory-issue.ts';
import { createIssueFinder } from './find-issue.ts';
import type { ReplyMessage } from './reply-message.ts';

const PAGE = 100;

interface SweepLimits {
  readonly maxRequests: number;
  /** Once aborted, nothing more is asked. */
  readonly signal: AbortSignal | null;
}

/** What a sweep does about comments that it finds. */
export interface SweepWork {
  readonly catchUpWith: (parts: { client: GitLabClient; directory: Directory }) => CatchUp;
  readonly answer: (message: ReplyMessage) => Promise<unknown>;
}

/** GitLab for one sweep: a directory that remembers nothing from before, and at most `maxRequests` questions. */
export function createSweepSource(
  whole: GitLabClient,
  { catchUpWith, answer, ...limits }: SweepLimits & SweepWork,
): SweepSource {
  const { client, requests } = counted(whole, limits);
  const directory = createDirectory({ client });
  const catchUp = catchUpWith({ client, directory });
  const read = async (raw: ApiIssue): Promise<DirectoryIssue | null> => {
    const project = await directory.project(raw.project_id);
    return project === null ? null : directoryIssue(raw, project);
  };
  return {
    group: async (id) => {
      const found = await directory.group(id);
      return found ?? ((await client.group(id)) === null ? null : 'hidden');
    },
    project: async (id) => {
      const found = await directory.project(id);
      return found ?? ((await client.project(id)) === null ? null : 'hidden');
    },
    groupByPath: (path) => directory.group(path),
    rootGroups: () => directory.rootGroups(),
    issue: (project, iid) => directory.issue(project, iid),
    changedIssues: async (group, changed) => {
      const listed = (await client.issuesOfGroup(group, changed)) ?? [];
      const issues = listed.map((raw) => ({
        ...issueFields(raw),
        projectId: raw.project_id,
        read: () => read(raw),
        catchUp: async ({ since, isNew }: { since: Date; isNew: boolean }) => {
          const options = { since, before: null, deliveryKey: 'sweep', answer };
          if (!isNew && !(await catchUp.hasTexts(raw, options))) return 0;
          const issue = await read(raw);
          if (issue === null) return 0;
          return (await catchUp.comments({ raw, issue }, options)).length;
        },
      }));
      return { issues, isLast: listed.length < PAGE };
    },
    findIssue: createIssueFinder({ client, directory }),
    requests,
  };
}

/** The client with its questions counted; the one after the last allowed throws. */
function counted(
  client: GitLabClient,
  { maxRequests, signal }: SweepLimits,
): { client: GitLabClient; requests: () => number } {
  let asked = 0;
  const counting = new Proxy(client, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: readonly unknown[]) => {
        if (asked >= maxRequests || signal?.aborted) throw new OutOfRequestsError();
        asked += 1;
        return Reflect.apply(method, target, args) as unknown;
      };
    },
  });
  return { client: counting, requests: () => asked };
}
