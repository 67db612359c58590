import type { GitLabUserId, GroupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';

/** A contact or organization that changed lately. */
export interface RecentCustomer {
  readonly kind: 'contact' | 'organization';
  readonly id: bigint;
  readonly name: string;
  readonly at: Date;
}

/** So much of the log is looked at, newest first. */
const LOOKED_AT = 200;

/** Customers of a crm group that were created or edited lately, by anybody or by one person; each once. */
export async function recentCustomers(
  tx: Tx,
  crmGroup: GroupId,
  { actor, limit }: { actor: GitLabUserId | null; limit: number },
): Promise<RecentCustomer[]> {
  return tx.$queryRaw<RecentCustomer[]>`
    WITH lately AS (
      SELECT subject_kind, subject_id, at FROM audit_log
      WHERE crm_group_id = ${crmGroup} AND (${actor}::bigint IS NULL OR actor_id = ${actor}::bigint)
      ORDER BY id DESC LIMIT ${LOOKED_AT}
    ), last AS (
      SELECT subject_kind AS kind, subject_id AS id, max(at) AS at FROM lately
      WHERE subject_kind IN ('contact', 'organization') GROUP BY 1, 2
    )
    SELECT l.kind, l.id, coalesce(c.first_name || ' ' || c.last_name, o.name) AS name, l.at FROM last l
    LEFT JOIN contacts c ON l.kind = 'contact' AND c.crm_group_id = ${crmGroup} AND c.id = l.id
    LEFT JOIN organizations o ON l.kind = 'organization' AND o.crm_group_id = ${crmGroup} AND o.id = l.id
    WHERE c.id IS NOT NULL OR o.id IS NOT NULL
    ORDER BY l.at DESC, l.id DESC LIMIT ${limit}`;
}
