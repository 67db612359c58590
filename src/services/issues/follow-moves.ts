import {
  findKnownIssue,
  hasLinks,
  type KnownIssue,
  leftBehindBy,
  movedTo,
} from '../../db/queries/issue-moves.ts';
import type { IssueId } from '../../domain/ids.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryIssue } from '../ports.ts';
import { moveIssue } from '../transfers/move-issue.ts';

/** What helps to find an issue of which only the global id is told. */
export interface IssueTrace {
  readonly id: IssueId;
  /** Where it was last. */
  readonly known: Pick<KnownIssue, 'projectId' | 'iid'> | null;
  /** It has changed at this time or later. */
  readonly changedSince: Date | null;
}

/** Asks GitLab for an issue; null when it is gone, hidden, or not to be found by what is known of it. */
export type FindIssue = (trace: IssueTrace) => Promise<DirectoryIssue | null>;

/** Links that went along, and links that were left for the sake of another crm group's privacy. */
export interface MovesFollowed {
  readonly carried: number;
  readonly dropped: number;
}

/** Nobody moves an issue on and on; a longer chain would be going round. */
const MAX_STEPS = 20;

/**
 * Lets links follow moved issues: those of issues that became this one, and those of this one when it went on as
 * another. `issue` is as GitLab has it now and has been recorded. Whichever of the two issues is told of first, the
 * second one joins them; a repeat changes nothing. Nobody's rights count: it has happened.
 */
export async function followMoves(
  deps: ServiceDeps,
  find: FindIssue,
  issue: DirectoryIssue,
): Promise<MovesFollowed> {
  const total = { carried: 0, dropped: 0 };
  const move = async (fromIssueId: IssueId, to: DirectoryIssue): Promise<void> => {
    const { carried, dropped } = await moveIssue(deps, null, { fromIssueId, to });
    total.carried += carried;
    total.dropped += dropped;
  };
  for (const source of await deps.database.transaction((tx) => leftBehindBy(tx, issue.id))) {
    await move(source, issue);
  }
  let current = issue;
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const next = await nextOf(deps, find, current);
    if (next === null) break;
    await move(current.id, next);
    current = next;
  }
  return total;
}

/** The issue that this one went on as; null also when no link waits to follow. */
async function nextOf(
  deps: ServiceDeps,
  find: FindIssue,
  { id, movedToId, updatedAt }: DirectoryIssue,
): Promise<DirectoryIssue | null> {
  const next = await deps.database.transaction(async (tx) => {
    // It may have been moved since it was read.
    const to = movedToId ?? (await movedTo(tx, id));
    if (to === null || !(await hasLinks(tx, id))) return null;
    return { id: to, known: await findKnownIssue(tx, to), changedSince: updatedAt };
  });
  return next && find(next);
}
