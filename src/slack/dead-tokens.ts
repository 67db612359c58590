import type { InFlight } from './in-flight.ts';
import { inspectSlackToken } from './inspect-token.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import type { WorkspaceRemoval } from './workspace-removal.ts';
import type { TokenOf } from './workspaces.ts';

/** What Slack says of a token that will never be good again, and what that means. */
const MEANS: Readonly<Record<string, WorkspaceRemoval['kind']>> = {
  account_inactive: 'uninstalled',
  token_revoked: 'revoked',
  invalid_auth: 'revoked',
};

/** Takes the word that a call was refused with. Returns at once and never throws. */
export type OnRefused = (teamId: string, token: string, code: string) => void;

interface DeadTokens {
  readonly tokenOf: TokenOf;
  readonly onRemoved: (removal: WorkspaceRemoval) => Promise<void>;
  readonly apiUrl: string | null;
  readonly clock: () => Date;
  readonly inFlight: InFlight;
  readonly log: SlackLog;
}

/**
 * Carries out removals that no event told of: Slack tells a few times only, and nobody may have listened. Slack is
 * asked once more; a token that has been replaced meanwhile says nothing of the installation.
 */
export function createDeadTokens(deps: DeadTokens): OnRefused {
  const { tokenOf, onRemoved, apiUrl, clock, inFlight, log } = deps;
  const looking = new Set<string>();
  async function look(teamId: string, token: string): Promise<void> {
    const at = clock();
    const told = await inspectSlackToken(token, apiUrl);
    const kind = told.ok ? undefined : MEANS[told.error ?? ''];
    if (kind === undefined || (await tokenOf(teamId)) !== token) return;
    await onRemoved({ teamId, kind, at });
  }
  return (teamId, token, code) => {
    if (!Object.hasOwn(MEANS, code) || looking.has(teamId)) return;
    looking.add(teamId);
    inFlight.track(
      look(teamId, token)
        .catch((error: unknown) =>
          log.error({ err: loggable(error) }, 'slack: a removal was not carried out'),
        )
        .finally(() => looking.delete(teamId)),
    );
  };
}
