import type { PlatformConfig } from '../../config.ts';
import { hasCode } from '../../domain/errors.ts';
import { ROLE_LEVELS } from '../../domain/roles.ts';
import type { ApiGroup } from '../../gitlab/client/responses.ts';
import { type ApiSelf, type GitLabSetup, refusalStatus } from '../../gitlab/client/setup-client.ts';
import { setupClient } from '../gitlab-setup.ts';
import { clockFinding, versionFindings } from './check-instance.ts';
import { adminFinding, tokenFindings } from './check-token.ts';
import { type CheckName, type Finding, failure, good, toldAs, warning } from './finding.ts';

/** What was found, and the groups to look for webhooks in; none when GitLab cannot be asked. */
export interface GitLabFindings {
  readonly findings: readonly Finding[];
  readonly roots: readonly ApiGroup[];
}

/** GitLab: reachable, its version and clock, both tokens, and the bot's role on each top-level group. */
export async function checkGitLab(
  gitlab: PlatformConfig['gitlab'],
  now: () => Date,
): Promise<GitLabFindings> {
  let serverDate: Date | null = null;
  let heardAt = now();
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await globalThis.fetch(input, init);
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) serverDate = new Date(date);
    heardAt = now();
    return response;
  };
  const bot = setupClient({ gitlab, fetch }, 'bot');
  const known = await whoIs(bot, gitlab.url);
  const clock = serverDate === null ? [] : [clockFinding(serverDate, heardAt)];
  const admin = await checkAdmin(gitlab, now());
  if ('status' in known) return { findings: [known, ...clock, ...admin], roots: [] };
  const { findings, roots } = await attempt('gitlab', () => checkBot({ bot, self: known, gitlab }, now()));
  return { findings: [...findings, ...clock, ...admin], roots };
}

async function checkBot(
  { bot, self, gitlab }: { bot: GitLabSetup; self: ApiSelf; gitlab: PlatformConfig['gitlab'] },
  now: Date,
): Promise<GitLabFindings> {
  const findings = [
    good('gitlab', `${gitlab.url} answers; the bot is ${self.username}`),
    ...versionFindings(await bot.instance(), gitlab),
    ...tokenFindings(bot, await bot.ownToken(), now),
  ];
  const roots = await bot.rootGroups();
  if (roots.length === 0) {
    const todo = `make ${self.username} a Maintainer of the top-level groups whose customers Tieline keeps`;
    findings.push(failure('gitlab.role', `${self.username} is a member of no group`, todo));
  }
  for (const root of roots) findings.push(await roleFinding(bot, self, root));
  return { findings, roots };
}

async function roleFinding(bot: GitLabSetup, { id, username }: ApiSelf, root: ApiGroup): Promise<Finding> {
  const level = (await bot.member(root.id, id))?.access_level ?? 0;
  if (level >= ROLE_LEVELS.maintainer) {
    return good(
      'gitlab.role',
      `${username} is ${level >= ROLE_LEVELS.owner ? 'Owner' : 'Maintainer'} of ${root.full_path}`,
    );
  }
  const what = `${username} is less than Maintainer of ${root.full_path}`;
  const todo = `make ${username} a Maintainer of ${root.full_path}`;
  if (level >= ROLE_LEVELS.reporter) {
    const finding = warning('gitlab.role', `${what}: it can answer, but not put webhooks on projects`, todo);
    return toldAs(finding, { path: root.full_path });
  }
  const finding = failure('gitlab.role', `${what}, and may not read everything there`, todo);
  return toldAs(finding, { path: root.full_path });
}

async function checkAdmin(gitlab: PlatformConfig['gitlab'], now: Date): Promise<Finding[]> {
  if (gitlab.adminToken === null) {
    return [
      warning(
        'gitlab.admin_token',
        'GITLAB_ADMIN_TOKEN is not set: people on Slack are not found on GitLab by their e-mail address',
        'on a self-managed GitLab, set it to the token (scope api) of an administrator',
      ),
    ];
  }
  const admin = setupClient({ gitlab });
  const known = await whoIs(admin, gitlab.url);
  if ('status' in known) return [known];
  const { findings } = await attempt('gitlab.admin_token', async () => ({
    findings: [adminFinding(known), ...tokenFindings(admin, await admin.ownToken(), now)],
    roots: [],
  }));
  return [...findings];
}

/** The token's user, or why there is none. */
async function whoIs(setup: GitLabSetup, url: string): Promise<ApiSelf | Finding> {
  const { tokenName } = setup;
  const check: CheckName = tokenName === 'GITLAB_TOKEN' ? 'gitlab.token' : 'gitlab.admin_token';
  try {
    return await setup.self();
  } catch (error) {
    const status = refusalStatus(error);
    const what = detailOf(error);
    if (status === 401 || status === 403) {
      return failure(check, what, `make a new token with the scope api and set ${tokenName}`);
    }
    return failure(
      'gitlab',
      what,
      `see whether GITLAB_URL (${url}) is right and reachable from this machine`,
    );
  }
}

/** What GitLab refuses in between is a finding too, and ends nothing else. */
export async function attempt(
  check: CheckName,
  work: () => Promise<GitLabFindings>,
): Promise<GitLabFindings> {
  try {
    return await work();
  } catch (error) {
    const todo = 'run tieline doctor again; if it stays, see what GitLab says about this token';
    return { findings: [failure(check, detailOf(error), todo)], roots: [] };
  }
}

/** GitLab's word about a refused or failed call, for an operator. */
export function detailOf(error: unknown): string {
  if (error instanceof Error && hasCode(error, 'unavailable.gitlab')) return error.data.detail;
  return error instanceof Error ? error.message : String(error);
}
