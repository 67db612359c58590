import { recordProject } from '../../db/queries/places.ts';
import { dropLinks, linksOfProject } from '../../db/queries/transfers-links.ts';
import {
  crmGroupsOfProject,
  knownProject,
  lockGroups,
  lockProject,
  moveProject,
} from '../../db/queries/transfers-places.ts';
import { insertTransfer, saveCounts } from '../../db/queries/transfers-records.ts';
import { heldTransfersOf, isFrozenAt } from '../../db/queries/transfers-scope.ts';
import { type GroupId, groupId, type ProjectId } from '../../domain/ids.ts';
import { NO_COUNTS } from '../../domain/transfer-report.ts';
import type { DirectoryProject } from '../ports.ts';
import { type PlacedGroup, placeGroup } from './place-group.ts';
import { recordHierarchy } from './record-hierarchy.ts';
import { closeUnneeded } from './settle-group.ts';
import { type Settling, tellTransfer } from './settling.ts';

/**
 * Writes GitLab's word on a project and everything above it. Where that word says that a known project, or a group
 * above it, is elsewhere than it was, the links follow or go in the same transaction. Gives the numbers of the
 * transfers that this made; none, usually.
 */
export async function recordPlace(settling: Settling, project: DirectoryProject): Promise<readonly bigint[]> {
  const { tx, now } = settling;
  const chain = project.hierarchy?.chain ?? [];
  const made = await recordHierarchy(settling, chain);
  const copy = {
    id: project.id,
    groupId: chain[0]?.id ?? null,
    fullPath: project.fullPath,
    name: project.name,
    ...(project.asOf && { asOf: project.asOf }),
  };
  const known = await knownProject(tx, project.id);
  // An answer that is older than what is known undoes nothing.
  const isNews = known === undefined || (project.asOf ?? now) >= known.checkedAt;
  const moves = known !== undefined && isNews && known.groupId !== copy.groupId;
  const settled = moves ? await settleProject(settling, copy) : [];
  await recordProject(tx, copy, now);
  return [...made, ...settled];
}

interface ProjectPlace {
  readonly id: ProjectId;
  readonly groupId: GroupId | null;
  readonly fullPath: string;
  readonly name: string;
  readonly asOf?: Date;
}

async function settleProject(settling: Settling, project: ProjectPlace): Promise<bigint[]> {
  const { tx } = settling;
  const target = project.groupId === null ? null : await placeGroup(tx, project.groupId);
  const before = await knownProject(tx, project.id);
  const source = before?.groupId ? await placeGroup(tx, before.groupId) : null;
  const around = [...(await crmGroupsOfProject(tx, project.id)), source?.crmGroup, target?.crmGroup];
  await lockGroups(
    tx,
    around.filter((id): id is GroupId => id !== undefined),
  );
  const known = await lockProject(tx, project.id);
  if (!known || known.groupId === project.groupId) return [];
  if ((project.asOf ?? settling.now) < known.checkedAt) return [];
  await moveProject(tx, project, settling.now);
  const made = await dropAstray(settling, { project, formerPath: known.fullPath, source, target });
  for (const held of await heldTransfersOf(tx, source?.chain ?? [])) await closeUnneeded(settling, held);
  return made;
}

interface ProjectMove {
  readonly project: ProjectPlace;
  readonly formerPath: string;
  readonly source: PlacedGroup | null;
  readonly target: PlacedGroup | null;
}

/** Drops the links that are in another crm group than the project's new one, and tells both sides. */
async function dropAstray(settling: Settling, move: ProjectMove): Promise<bigint[]> {
  const { tx } = settling;
  const { project, source, target } = move;
  const to = target?.crmGroup ?? null;
  const made: bigint[] = [];
  for (const { crmGroupId } of await linksOfProject(tx, project.id)) {
    const from = groupId(crmGroupId);
    if (from === to) continue;
    // Within groups whose own transfer is held the links wait with the others.
    if (target && to !== null && (await isFrozenAt(tx, { from, to }, target.chain))) continue;
    made.push(await transferFrom(settling, move, from));
  }
  if (made.length === 0 && source && source.crmGroup !== to && !(await isWaiting(settling, move))) {
    made.push(await transferFrom(settling, move, source.crmGroup));
  }
  return made;
}

async function isWaiting({ tx }: Settling, { project }: ProjectMove): Promise<boolean> {
  return (await linksOfProject(tx, project.id)).length > 0;
}

async function transferFrom(settling: Settling, move: ProjectMove, from: GroupId): Promise<bigint> {
  const { tx, now, actor } = settling;
  const { project, formerPath, target } = move;
  const to = target?.crmGroup ?? null;
  const key = await insertTransfer(tx, {
    kind: 'project',
    state: 'applied',
    subjectId: project.id,
    subjectPath: project.fullPath,
    formerPath,
    from,
    to,
    actorId: actor?.userId ?? null,
    counts: NO_COUNTS,
    reason: null,
    at: now,
  });
  if (!key) throw new Error('an applied transfer met a held one');
  const dropped = await dropLinks(tx, key, { leaving: { project: project.id, from }, to });
  if (dropped > 0) await saveCounts(tx, key, { ...NO_COUNTS, links: { dropped } });
  await tellTransfer(settling, key.id, 'project.transferred');
  return key.id;
}
