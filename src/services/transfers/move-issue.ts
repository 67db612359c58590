import { enqueue } from '../../db/queries/outbox.ts';
import { recordIssueCopy } from '../../db/queries/places.ts';
import {
  carryLinks,
  clearLinks,
  countLinks,
  markMoved,
  placeUnlinked,
  reportLinks,
} from '../../db/queries/transfers-links.ts';
import { lockGroups, lockIssues, type PlacedIssue, placedIssues } from '../../db/queries/transfers-places.ts';
import { findTransfer, insertTransfer, wasCloned } from '../../db/queries/transfers-records.ts';
import { heldTransfersOf, isFrozenAt } from '../../db/queries/transfers-scope.ts';
import type { Actor } from '../../domain/actor.ts';
import type { GroupId, IssueId } from '../../domain/ids.ts';
import { NO_COUNTS, type Transfer } from '../../domain/transfer-report.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryIssue } from '../ports.ts';
import { placeGroup } from './place-group.ts';
import { recordPlace } from './record-place.ts';
import { closeUnneeded } from './settle-group.ts';
import { type Settling, tellTransfer } from './settling.ts';

/** An issue that went on as another one. */
export interface IssueStepped {
  readonly fromIssueId: IssueId;
  readonly to: DirectoryIssue;
}

/** What became of the links; `transfer` is null when there were none, or when it was done before. */
export interface IssueCarried {
  readonly transfer: Transfer | null;
  readonly carried: number;
  readonly dropped: number;
}

/** What the outbox calls a note that tells what was done to an issue, and answers nobody. */
export const SYSTEM_NOTE_KIND = 'gitlab.system_note';

/** What the outbox keeps of such a note; it is worded when it is sent. Ids are decimal strings. */
export interface SystemNotePayload {
  readonly projectId: string;
  readonly iid: number;
  readonly internal: boolean;
  readonly removedContacts: number;
}

/**
 * Tells that an issue was moved. In the same crm group the links go over to the new issue, with the time they were
 * made; in another they are dropped, and a note on the new issue says how many. A repeat changes nothing.
 */
export function moveIssue(deps: ServiceDeps, actor: Actor | null, step: IssueStepped): Promise<IssueCarried> {
  return deps.database.transaction((tx) =>
    carry({ tx, now: deps.now(), actor }, { ...step, isClone: false }),
  );
}

/** Tells that an issue was cloned: the same, but the original keeps its links and the copies are new. */
export function cloneIssue(
  deps: ServiceDeps,
  actor: Actor | null,
  step: IssueStepped,
): Promise<IssueCarried> {
  return deps.database.transaction((tx) => carryToClone({ tx, now: deps.now(), actor }, step));
}

/** The same within a transaction. */
export function carryToClone(settling: Settling, step: IssueStepped): Promise<IssueCarried> {
  return carry(settling, { ...step, isClone: true });
}

type Step = IssueStepped & { readonly isClone: boolean };

const NOTHING: IssueCarried = { transfer: null, carried: 0, dropped: 0 };

async function carry(settling: Settling, step: Step): Promise<IssueCarried> {
  const { tx } = settling;
  const { to, fromIssueId, isClone } = step;
  // Who moved the issue need not be who moved a group.
  await recordPlace({ ...settling, actor: null }, to.project);
  const placed = await lockBoth(settling, step);
  if (!placed) return NOTHING;
  const { source, target, crmGroup: from } = placed;
  if (!isClone) await markMoved(tx, fromIssueId, to.id);
  if (from === null || !source.hasLinks) return NOTHING;
  if (isClone && (await wasCloned(tx, source.id, target.reference))) return NOTHING;
  const dest = await destination(settling, target, from);
  const carried =
    dest === from
      ? await carryOver(settling, step, { source, target, from, to: from })
      : await dropThere(settling, step, { source, target, from, to: dest });
  if (!isClone) await closeEmptied(settling, source, from);
  return carried;
}

/** Closes the held transfers that waited for an issue whose links have gone, if they waited for nothing else. */
async function closeEmptied(settling: Settling, source: PlacedIssue, from: GroupId): Promise<void> {
  const { tx } = settling;
  const place = source.groupId === null ? null : await placeGroup(tx, source.groupId);
  for (const held of await heldTransfersOf(tx, place?.chain ?? [])) {
    if (held.from === from) await closeUnneeded(settling, held);
  }
}

interface Both {
  readonly source: PlacedIssue;
  readonly target: PlacedIssue;
  readonly crmGroup: GroupId | null;
}

/**
 * Both issues, recorded and locked after the crm groups around them, in the order that everybody keeps; null when the
 * source is not known.
 */
async function lockBoth({ tx, now }: Settling, { fromIssueId, to }: Step): Promise<Both | null> {
  const ids = [fromIssueId, to.id];
  const around = new Set<GroupId>();
  const groups = new Set<GroupId>();
  for (const issue of await placedIssues(tx, ids)) {
    if (issue.crmGroupId !== null) around.add(issue.crmGroupId);
    if (issue.groupId !== null) groups.add(issue.groupId);
  }
  if (to.project.hierarchy) groups.add(to.project.hierarchy.chain[0].id);
  for (const group of groups) {
    const place = await placeGroup(tx, group);
    if (place) around.add(place.crmGroup);
  }
  await lockGroups(tx, [...around]);
  await recordIssueCopy(tx, { ...to, projectId: to.project.id }, now);
  const issues = await lockIssues(tx, ids);
  const source = issues.find(({ id }) => id === fromIssueId);
  const target = issues.find(({ id }) => id === to.id);
  return source && target && source.id !== target.id ? { source, target, crmGroup: source.crmGroupId } : null;
}

/** The crm group that links put on the new issue are in: where it has some, or where they wait, or its own. */
async function destination({ tx }: Settling, target: PlacedIssue, from: GroupId): Promise<GroupId | null> {
  if (target.hasLinks) return target.crmGroupId;
  const place = target.groupId === null ? null : await placeGroup(tx, target.groupId);
  if (!place) return null;
  return (await isFrozenAt(tx, { from, to: place.crmGroup }, place.chain)) ? from : place.crmGroup;
}

interface Pairing {
  readonly source: PlacedIssue;
  readonly target: PlacedIssue;
  readonly from: GroupId;
  readonly to: GroupId | null;
}

async function carryOver(settling: Settling, { isClone }: Step, pairing: Pairing): Promise<IssueCarried> {
  const { tx, now } = settling;
  const { source, target, from } = pairing;
  const outcome = isClone ? 'copied' : 'moved';
  const step = { source: source.id, target: target.id, crmGroup: from };
  const carried = await countLinks(tx, from, source.id);
  const key = await openLine(settling, pairing, { isClone, counts: { [outcome]: carried } });
  if (!target.hasLinks) await placeUnlinked(tx, target.id, from);
  await reportLinks(tx, key, { ...step, outcome });
  await carryLinks(tx, step, isClone ? now : null);
  if (!isClone) await clearLinks(tx, from, source.id);
  await tellTransfer(settling, key.id, 'issue.moved');
  return { transfer: await findTransfer(tx, key.id), carried, dropped: 0 };
}

async function dropThere(settling: Settling, step: Step, pairing: Pairing): Promise<IssueCarried> {
  const { tx } = settling;
  const { source, target, from } = pairing;
  const dropped = await countLinks(tx, from, source.id);
  const key = await openLine(settling, pairing, { isClone: step.isClone, counts: { dropped } });
  await reportLinks(tx, key, { source: source.id, target: target.id, crmGroup: from, outcome: 'dropped' });
  if (!step.isClone) await clearLinks(tx, from, source.id);
  if (!target.hasLinks) await placeUnlinked(tx, target.id, pairing.to);
  await enqueueNote(settling, step, dropped);
  await tellTransfer(settling, key.id, 'issue.moved');
  return { transfer: await findTransfer(tx, key.id), carried: 0, dropped };
}

async function openLine(
  { tx, now, actor }: Settling,
  { source, target, from, to }: Pairing,
  { isClone, counts }: { isClone: boolean; counts: Transfer['counts']['links'] },
) {
  const key = await insertTransfer(tx, {
    kind: 'issue',
    state: 'applied',
    subjectId: source.id,
    subjectPath: target.reference,
    formerPath: source.reference,
    from,
    to,
    actorId: actor?.userId ?? null,
    counts: { ...NO_COUNTS, links: counts },
    reason: isClone ? 'cloned' : null,
    at: now,
  });
  if (!key) throw new Error('an applied transfer met a held one');
  return key;
}

async function enqueueNote({ tx }: Settling, { to, fromIssueId }: Step, removed: number): Promise<void> {
  const payload: SystemNotePayload = {
    projectId: String(to.project.id),
    iid: to.iid,
    internal: to.confidential,
    removedContacts: removed,
  };
  await enqueue(tx, [
    {
      kind: SYSTEM_NOTE_KIND,
      dedupeKey: `${SYSTEM_NOTE_KIND}:issue:${to.id}:from:${fromIssueId}`,
      lane: `gitlab:issue:${to.id}`,
      payload: { ...payload },
    },
  ]);
}
