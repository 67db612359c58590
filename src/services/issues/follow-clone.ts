import type { ServiceDeps } from '../deps.ts';
import { once } from '../once.ts';
import type { DirectoryIssue } from '../ports.ts';
import { carryToClone } from '../transfers/move-issue.ts';
import type { MovesFollowed } from './follow-moves.ts';

/**
 * Puts on a clone the links that its original has, when it is first told of. Never again, so that what is linked to
 * the original later stays there. Both are as GitLab has them now; nobody's rights count: it has happened.
 * Gives what this call did.
 */
export async function followClone(
  deps: ServiceDeps,
  { original, clone }: { original: DirectoryIssue; clone: DirectoryIssue },
): Promise<MovesFollowed> {
  const run = { runKey: `gitlab:clone:${clone.id}`, position: 0 };
  let isFirst = false;
  const followed = await once(deps, run, {
    command: 'clone',
    run: async (tx) => {
      isFirst = true;
      const settling = { tx, now: deps.now(), actor: null };
      const { carried, dropped } = await carryToClone(settling, { fromIssueId: original.id, to: clone });
      return { carried, dropped };
    },
  });
  return isFirst ? followed : { carried: 0, dropped: 0 };
}
