import {
  findIssueAsKnown,
  findPosition,
  firstIssueCheck,
  type IssueAsKnown,
  listUnfollowed,
  savePosition,
} from '../../db/queries/sweep-positions.ts';
import { type GroupId, type IssueId, projectId } from '../../domain/ids.ts';
import { issueReference } from '../../domain/references.ts';
import { followMoves } from '../issues/follow-moves.ts';
import { recordIssue } from '../issues/open-issue.ts';
import type { DirectoryIssue } from '../ports.ts';
import { mendedMove } from './report.ts';
import type { ChangedIssue } from './source.ts';
import type { Sweeping } from './sweep-places.ts';

/** A change may become visible after a later one, and clocks differ. */
const OVERLAP_MS = 5 * 60_000;
/** Comments older than this before the last sweep were for it to find, or for nobody. */
const COMMENTS_BACK_MS = 24 * 60 * 60_000;
/** Moves whose new issue could not be found are looked for again, so many each time. */
const MAX_UNFOLLOWED = 50;

/**
 * Brings our copies of the issues below a group up to date that changed since the last sweep, and lets links follow
 * those that were moved. The first sweep begins where the program's knowledge does.
 */
export async function sweepIssues(sweeping: Sweeping, group: GroupId): Promise<void> {
  const { deps, source } = sweeping;
  const { database } = deps;
  const scope = `issues:${group}`;
  const start = await database.transaction(async (tx) => {
    const kept = await findPosition(tx, scope);
    if (kept !== null) return new Date(kept);
    const first = await firstIssueCheck(tx);
    return first && earlier(first);
  });
  if (start === null) return;
  let latest = start;
  let isDone = false;
  const seen = new Set<IssueId>();
  const caughtUp = await loadCaughtUp(sweeping, group);
  try {
    let updatedAfter = start;
    for (let page = 1; ; ) {
      const { issues, isLast } = await source.changedIssues(group, { updatedAfter, page });
      for (const issue of issues.filter(({ id }) => !seen.has(id))) {
        await sweepIssue(sweeping, issue, { start, caughtUp });
        seen.add(issue.id);
        if (issue.updatedAt > latest) latest = issue.updatedAt;
      }
      if (isLast) break;
      // Whatever changes meanwhile goes to the end: going on from a time misses nothing, page numbers would.
      const last = issues.at(-1)?.updatedAt ?? updatedAfter;
      if (last > updatedAfter) [updatedAfter, page] = [last, 1];
      else page += 1;
    }
    isDone = true;
  } finally {
    const reached = isDone ? new Date(Math.max(start.getTime(), earlier(latest).getTime())) : latest;
    const position = reached.toISOString();
    await database.transaction((tx) => savePosition(tx, { scope, position }, deps.now()));
    await saveCaughtUp(sweeping, group, { caughtUp, reached });
  }
}

/** The issues whose comments a sweep has looked at, with the time of their last change then. */
type CaughtUp = Map<string, string>;

const caughtUpScope = (group: GroupId): string => `comments:${group}`;

async function loadCaughtUp({ deps }: Sweeping, group: GroupId): Promise<CaughtUp> {
  const kept = await deps.database.transaction((tx) => findPosition(tx, caughtUpScope(group)));
  return new Map(Object.entries(JSON.parse(kept ?? '{}') as Record<string, string>));
}

/** Only those that the next sweep will be told of again. */
async function saveCaughtUp(
  { deps }: Sweeping,
  group: GroupId,
  { caughtUp, reached }: { caughtUp: CaughtUp; reached: Date },
): Promise<void> {
  const again = [...caughtUp].filter(([, updatedAt]) => new Date(updatedAt) >= reached);
  const position = JSON.stringify(Object.fromEntries(again));
  await deps.database.transaction((tx) =>
    savePosition(tx, { scope: caughtUpScope(group), position }, deps.now()),
  );
}

const earlier = (than: Date): Date => new Date(than.getTime() - OVERLAP_MS);

async function sweepIssue(
  sweeping: Sweeping,
  listed: ChangedIssue,
  { start, caughtUp }: { start: Date; caughtUp: CaughtUp },
): Promise<void> {
  sweeping.counts.issues += 1;
  const isNew = await sweepFields(sweeping, listed);
  const key = String(listed.id);
  const updatedAt = listed.updatedAt.toISOString();
  if (caughtUp.get(key) === updatedAt) return;
  const since = new Date(start.getTime() - COMMENTS_BACK_MS);
  const found = await listed.catchUp({ since, isNew });
  caughtUp.set(key, updatedAt);
  if (found.comments + found.mailed + found.carried + found.dropped === 0) return;
  const issue = await listed.read();
  if (issue === null) return;
  const line = { id: issue.id, reference: referenceOf(issue) };
  const move = mendedMove(line, found);
  if (move) sweeping.mended.push(move);
  for (const [what, number, noun] of [
    ['linked', found.mailed, 'contact'],
    ['carried_out', found.comments, 'comment'],
  ] as const) {
    const detail = `${number} ${noun}${number === 1 ? '' : 's'}`;
    if (number > 0) sweeping.mended.push({ kind: 'issue', ...line, what, detail });
  }
}

/** True for an issue that was not known. */
async function sweepFields({ deps, source, mended }: Sweeping, listed: ChangedIssue): Promise<boolean> {
  const before = await deps.database.transaction((tx) => findIssueAsKnown(tx, listed.id));
  const changes = before === null ? null : changesOf(before, listed);
  const isNewer = before?.updatedAt?.getTime() !== listed.updatedAt.getTime();
  if (!isNewer && changes === '' && listed.movedToId === null) return false;
  const issue = await listed.read();
  if (issue === null) return false;
  const line = { id: issue.id, reference: referenceOf(issue) };
  if (isNewer || changes !== '') await recordIssue(deps, issue);
  if (changes !== '') {
    const what = before === null ? 'recorded' : 'updated';
    mended.push({ kind: 'issue', ...line, what, detail: changes });
  }
  const move = mendedMove(line, await followMoves(deps, source.findIssue, issue));
  if (move) mended.push(move);
  return before === null;
}

const referenceOf = ({ project, iid }: DirectoryIssue): string =>
  issueReference({ project: project.fullPath, iid });

/** Names of what is not as it was known, apart by commas. */
function changesOf(before: IssueAsKnown, now: ChangedIssue): string {
  return COMPARED.filter(([name]) => before[name] !== now[name])
    .map(([, word]) => word)
    .join(', ');
}

const COMPARED = [
  ['projectId', 'project'],
  ['iid', 'number'],
  ['title', 'title'],
  ['state', 'state'],
  ['confidential', 'confidential'],
  ['movedToId', 'moved to'],
] as const;

/** Lets links follow known moves whose new issue was not to be found when they were told of. */
export async function sweepUnfollowed({ deps, source, mended }: Sweeping): Promise<void> {
  const waiting = await deps.database.transaction((tx) => listUnfollowed(tx, MAX_UNFOLLOWED));
  for (const { id, projectId: project, iid } of waiting) {
    const issue = await source.issue(projectId(project), iid);
    if (issue?.id !== id) continue;
    const line = { id, reference: referenceOf(issue) };
    const move = mendedMove(line, await followMoves(deps, source.findIssue, issue));
    if (move) mended.push(move);
  }
}
