import type { Directory, DirectoryIssue } from '../services/ports.ts';
import type { SweepSource } from '../services/sweep/source.ts';
import type { CatchUp } from './catch-up-contract.ts';
import type { GitLabClient } from './client/contract.ts';
import type { ApiIssue } from './client/responses.ts';
import { countCalls } from './counted-calls.ts';
import { createDirectory } from './directory.ts';
import { directoryIssue, issueFields } from './directory-issue.ts';
import { createIssueFinder } from './find-issue.ts';
import { type MissedOptions, takeUpMissed } from './missed-deliveries.ts';
import { hookNewProjects, type NewProjectDeps } from './registration/new-projects.ts';
import type { ReplyMessage } from './reply-message.ts';

const PAGE = 100;
const NOTHING = { comments: 0, mailed: 0, carried: 0, dropped: 0 };

interface SweepLimits {
  readonly maxRequests: number;
  /** Once aborted, nothing more is asked. */
  readonly signal: AbortSignal | null;
}

/** What a sweep does about comments that it finds. */
export interface SweepWork {
  readonly catchUpWith: (parts: { client: GitLabClient; directory: Directory }) => CatchUp;
  readonly answer: (message: ReplyMessage) => Promise<unknown>;
  /** How to take up what GitLab sent in vain; null to leave that out. */
  readonly missed: Omit<MissedOptions, 'since'> | null;
  /** How to give new projects their webhooks. */
  readonly newProjects: NewProjectDeps;
}

/** GitLab for one sweep: a directory that remembers nothing from before, and at most `maxRequests` questions. */
export function createSweepSource(
  whole: GitLabClient,
  { catchUpWith, answer, missed, newProjects, ...limits }: SweepLimits & SweepWork,
): SweepSource {
  const counter = countCalls(limits);
  const client = counter.limit(whole);
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
          if (!isNew && !(await catchUp.hasTexts(raw, options))) return NOTHING;
          const issue = await read(raw);
          if (issue === null) return NOTHING;
          return catchUp.comments({ raw, issue }, options);
        },
      }));
      return { issues, isLast: listed.length < PAGE };
    },
    findIssue: createIssueFinder({ client, directory }),
    missedDeliveries: async (since) => {
      if (missed === null) return 0;
      const gitlab = counter.limit(missed.gitlab);
      let taken = 0;
      for (const { id, fullPath } of await directory.rootGroups()) {
        const root = { place: { kind: 'group', id } as const, path: fullPath };
        taken += await takeUpMissed({ ...missed, gitlab, since }, root);
      }
      return taken;
    },
    newProjects: async () => {
      const gitlab = counter.limit(newProjects.gitlab);
      const hooked = await hookNewProjects({ ...newProjects, gitlab });
      return hooked.filter(({ outcome }) => outcome === 'created' || outcome === 'repaired');
    },
    requests: counter.asked,
  };
}
