import { answerComment, mayHoldCommands } from '../commands/answer-comment.ts';
import { type CatchUpDeps, createCatchUp } from '../gitlab/catch-up.ts';
import type { CatchUp } from '../gitlab/catch-up-contract.ts';
import type { GitLabClient } from '../gitlab/client/contract.ts';
import { createIssueFinder } from '../gitlab/find-issue.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { followClone } from '../services/issues/follow-clone.ts';
import { followMoves } from '../services/issues/follow-moves.ts';
import { linkServiceDeskIssue } from '../services/issues/link-service-desk.ts';
import { heardSince, listAnswered } from '../services/issues/list-answered.ts';
import { recordIssue } from '../services/issues/open-issue.ts';
import type { Directory } from '../services/ports.ts';

interface Parts {
  readonly client: GitLabClient;
  /** Asked about places and people; the services keep their own. */
  readonly directory: Directory;
  readonly services: ServiceDeps;
  readonly botUser: CatchUpDeps['botUser'];
}

/** Catching up with the commands and the services of this program. */
export function issueCatchUp({ client, directory, services, botUser }: Parts): CatchUp {
  const find = createIssueFinder({ client, directory });
  return createCatchUp({
    client,
    directory,
    botUser,
    mayHoldCommands,
    answerComment: async (comment) =>
      answerComment({ services, botUsername: (await botUser()).username }, comment),
    recordIssue: (issue) => recordIssue(services, issue),
    followMoves: (issue) => followMoves(services, find, issue),
    followClone: (pair) => followClone(services, pair),
    linkServiceDesk: async (issue, { sender, cc }) => {
      const { added } = await linkServiceDeskIssue(services, { issue, replyTo: sender, from: null, cc });
      return added;
    },
    listAnswered: (keys, how) => listAnswered(services, keys, how),
    heardSince: () => heardSince(services),
  });
}
