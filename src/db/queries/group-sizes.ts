import { LRUCache } from 'lru-cache';
import type { GroupId } from '../../domain/ids.ts';
import type { Read, Statement } from '../read.ts';

/** Up to how many contacts a group is small: then the search does without finding out how common a word is. */
const SMALL = 1_000;
const KEPT_MS = 10 * 60_000;
const KEPT = 10_000;

const IS_SMALL: Statement = {
  name: 'group_is_small',
  text: `SELECT count(*) <= ${SMALL} AS small FROM (
    SELECT FROM contacts WHERE crm_group_id = $1::bigint LIMIT ${SMALL + 1}) c`,
};

const known = new WeakMap<Read, LRUCache<GroupId, boolean>>();

/** Whether a crm group has few contacts, as it was up to ten minutes ago: only how it is searched depends on it. */
export async function isSmallGroup(read: Read, crmGroupId: GroupId): Promise<boolean> {
  const sizes = known.get(read) ?? new LRUCache<GroupId, boolean>({ max: KEPT, ttl: KEPT_MS });
  known.set(read, sizes);
  const kept = sizes.get(crmGroupId);
  if (kept !== undefined) return kept;
  const [row] = await read<{ small: boolean }>(IS_SMALL, [crmGroupId]);
  const isSmall = row?.small ?? false;
  sizes.set(crmGroupId, isSmall);
  return isSmall;
}
