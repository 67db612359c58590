/** GitLab's own limits of notes a minute, for one user on all issues (docs.gitlab.com: "Note creation limits"). */
const PER_MINUTE = { selfManaged: 300, gitlabCom: 60 } as const;
const PER_MS = 60_000;
/** What is left for answers that were made but got lost, and for several processes that claim at once. */
const SHARE = 0.9;

/** How many notes the bot makes at most, so that GitLab refuses none. */
export function notePace(instanceUrl: string): { readonly most: number; readonly perMs: number } {
  const isGitLabCom = new URL(instanceUrl).hostname === 'gitlab.com';
  const limit = isGitLabCom ? PER_MINUTE.gitlabCom : PER_MINUTE.selfManaged;
  return { most: Math.floor(limit * SHARE), perMs: PER_MS };
}
