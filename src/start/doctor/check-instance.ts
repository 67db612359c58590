import type { PlatformConfig } from '../../config.ts';
import type { ApiInstance } from '../../gitlab/client/setup-client.ts';
import { type Finding, failure, good, warning } from './finding.ts';

/** What signed deliveries allow (Standard Webhooks). */
const MAX_SKEW_SEC = 300;
const NOTED_SKEW_SEC = 30;

/** The version and what follows from it. */
export function versionFindings(
  { version, enterprise }: ApiInstance,
  { signingTokens, webhookSecret }: Pick<PlatformConfig['gitlab'], 'signingTokens' | 'webhookSecret'>,
): Finding[] {
  const edition = (enterprise ?? version.endsWith('-ee')) ? 'Enterprise Edition' : 'Community Edition';
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const since = (wantedMajor: number, wantedMinor = 0) =>
    major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  const follows = [
    since(14, 6)
      ? 'takes /add_contacts lines for itself: people write @bot add_contacts'
      : 'leaves /add_contacts lines in',
    since(17, 4)
      ? 'names each delivery'
      : 'does not name deliveries, so they are told apart by their content',
    since(19) ? 'can sign deliveries' : 'cannot sign deliveries',
  ];
  const told = good('gitlab.version', `GitLab ${version}, ${edition}: ${follows.join('; ')}`);
  if (signingTokens.length === 0 || since(19)) return [told];
  if (webhookSecret === '') {
    const what = 'this GitLab does not sign (that came with GitLab 19), so every delivery is refused';
    const todo = 'set GITLAB_WEBHOOK_SECRET, then run tieline webhook register for each group';
    return [told, failure('gitlab.version', what, todo)];
  }
  return [
    told,
    warning(
      'gitlab.version',
      'GITLAB_SIGNING_TOKEN is set, and this GitLab does not sign (that came with GitLab 19)',
      'leave it; deliveries are told by GITLAB_WEBHOOK_SECRET until GitLab signs them',
    ),
  ];
}

/** The difference between GitLab's clock and ours, from an answer's `Date`, which is in whole seconds. */
export function clockFinding(gitlabNow: Date, now: Date): Finding {
  const skew = Math.round((gitlabNow.getTime() - now.getTime()) / 1_000);
  const size = Math.abs(skew);
  const what = `GitLab's clock is ${size} s ${skew < 0 ? 'behind' : 'ahead of'} this machine's`;
  const todo = 'have both machines keep time by NTP';
  if (size > MAX_SKEW_SEC) return failure('gitlab.clock', `${what}: signed deliveries are refused`, todo);
  if (size > NOTED_SKEW_SEC) return warning('gitlab.clock', what, todo);
  return good('gitlab.clock', "GitLab's clock agrees with this machine's");
}
