import { fail } from '../domain/errors.ts';
import type { GroupId } from '../domain/ids.ts';
import type { DirectoryGroup, DirectoryHierarchy } from '../services/ports.ts';
import type { BriefCache } from './brief-cache.ts';
import type { GitLabClient } from './client/contract.ts';
import type { ApiGroup } from './client/responses.ts';
import { isPlausiblePath, namesPath } from './path-reference.ts';

export interface GroupReader {
  hierarchy(reference: GroupId | string): Promise<DirectoryHierarchy | null>;
  roots(): Promise<readonly DirectoryGroup[]>;
  forget(fits: (key: string) => boolean): void;
}

/** GitLab nests 20 deep; a longer climb would be going round. */
const MAX_DEPTH = 30;

/**
 * Groups, climbing from each to its root by `parent_id`. A group under one that the bot may not see gives null: a
 * chain without its root must never pass for a whole one.
 */
export function createGroupReader(
  client: Pick<GitLabClient, 'group' | 'rootGroups'>,
  groups: BriefCache<DirectoryGroup>,
  lists: BriefCache<readonly DirectoryGroup[]>,
  clock: () => number,
): GroupReader {
  const ask = async (reference: GroupId | string): Promise<DirectoryGroup | null> => {
    const asOf = new Date(clock());
    const group = await client.group(reference);
    return group === null ? null : { ...toGroup(group), asOf };
  };
  const byId = (id: GroupId) => groups.get(`id:${id}`, () => ask(id));
  const byPath = async (path: string): Promise<DirectoryGroup | null> => {
    if (!isPlausiblePath(path)) return null;
    const found = await groups.get(`path:${path.toLowerCase()}`, () => ask(path));
    return found !== null && namesPath(path, found.fullPath) ? found : null;
  };

  const read = async (reference: GroupId | string): Promise<DirectoryHierarchy | null> => {
    const group = await (typeof reference === 'string' ? byPath(reference) : byId(reference));
    return group === null ? null : climb(group, byId);
  };

  return {
    hierarchy: async (reference) => {
      const found = await read(reference);
      if (found === null || isOfOneTime(found)) return found;
      groups.forget(() => true);
      return read(reference);
    },
    roots: async () =>
      (await lists.get('roots', async () => sorted((await client.rootGroups()).map(toGroup)))) ?? [],
    forget: (fits) => {
      groups.forget(fits);
      lists.forget(fits);
    },
  };
}

/** Whether each path continues the one above: otherwise a group was moved or renamed between two answers. */
function isOfOneTime({ chain }: DirectoryHierarchy): boolean {
  return chain.every(({ fullPath }, index) => {
    const above = chain[index + 1];
    return above === undefined || isBelow(fullPath, above.fullPath);
  });
}

/** Whether a group or project with this path is directly in a group with that one. */
export function isBelow(fullPath: string, above: string): boolean {
  return fullPath.slice(0, fullPath.lastIndexOf('/')).toLowerCase() === above.toLowerCase();
}

async function climb(
  group: DirectoryGroup,
  byId: (id: GroupId) => Promise<DirectoryGroup | null>,
): Promise<DirectoryHierarchy | null> {
  const chain: [DirectoryGroup, ...DirectoryGroup[]] = [group];
  let parentId = group.parentId;
  while (parentId !== null) {
    if (chain.length >= MAX_DEPTH) throw fail('unavailable.gitlab', { detail: 'groups without a root' });
    const parent = await byId(parentId);
    if (parent === null) return null;
    chain.push(parent);
    parentId = parent.parentId;
  }
  return { chain };
}

function sorted(groups: readonly DirectoryGroup[]): readonly DirectoryGroup[] {
  return [...groups].sort((a, b) => (a.fullPath < b.fullPath ? -1 : a.fullPath > b.fullPath ? 1 : 0));
}

function toGroup(group: ApiGroup): DirectoryGroup {
  return { id: group.id, parentId: group.parent_id, fullPath: group.full_path, name: group.name };
}
