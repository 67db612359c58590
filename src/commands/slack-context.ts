import type { ServiceDeps } from '../services/deps.ts';
import type { SlackPlace } from '../services/groups/choose-group.ts';
import { identifySlackUser, type SlackEmail } from '../services/identity/identify-slack-user.ts';
import type { CommandContext } from './context.ts';

/** What answering somebody on Slack takes. */
export interface AnswerDeps {
  readonly services: ServiceDeps;
  readonly emailOf: SlackEmail;
  readonly botUsername: string;
}

/** Who asks where, and what makes the request one of its kind. */
export interface SlackAsking extends SlackPlace {
  /** The same for a repeat of the same act, different otherwise. */
  readonly key: string;
}

/**
 * The context of a command, a form or a look-up on Slack, with the GitLab user behind the Slack user. Throws
 * `actor.*` for who is none.
 */
export async function slackContext(
  deps: AnswerDeps,
  asking: SlackAsking,
  { group, typed }: { group: string | null; typed: string },
): Promise<CommandContext> {
  const { teamId, channelId, slackUserId, key } = asking;
  const { user, method } = await identifySlackUser(deps.services, { teamId, slackUserId }, deps.emailOf);
  const run = `slack:${teamId}:${key}`;
  return {
    deps: deps.services,
    actor: {
      userId: user.id,
      username: user.username,
      name: user.name,
      surface: 'slack',
      deliveryKey: run,
      runKey: run,
      position: 0,
      roles: new Map(),
    },
    where: {
      surface: 'slack',
      place: { teamId, channelId, slackUserId },
      group,
      identifiedBy: method,
    },
    typed,
    botUsername: deps.botUsername,
  };
}
