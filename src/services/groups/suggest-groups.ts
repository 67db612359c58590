import { groupsHolding } from '../../db/queries/suggestions.ts';
import { type Actor, groupPlace, roleAt } from '../../domain/actor.ts';
import type { GroupId } from '../../domain/ids.ts';
import { tableAllows } from '../../policy/table.ts';
import type { ServiceDeps } from '../deps.ts';

export interface SuggestedGroup {
  readonly id: GroupId;
  readonly fullPath: string;
}

/** As many are asked about; roles are remembered for a while. */
const LOOKED_AT = 60;

/** Groups that somebody may be typing the path of and in which they may view contacts. */
export async function suggestGroups(
  deps: ServiceDeps,
  actor: Actor,
  { text, limit }: { text: string; limit: number },
): Promise<SuggestedGroup[]> {
  const known = await groupsHolding(deps.database.read, text, LOOKED_AT);
  const wanted = text.toLowerCase();
  const roots = (await deps.directory.rootGroups()).filter(
    ({ id, fullPath }) => fullPath.toLowerCase().includes(wanted) && !known.some((group) => group.id === id),
  );
  const groups = [...known, ...roots];
  const roles = await deps.directory.roles(
    actor.userId,
    groups.map((group) => groupPlace(group.id)),
  );
  return groups
    .filter((group) => tableAllows('contact.view', roleAt({ roles }, groupPlace(group.id))))
    .slice(0, limit)
    .map(({ id, fullPath }) => ({ id, fullPath }));
}
