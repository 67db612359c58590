import { type GroupId, type ProjectId, projectId } from '../../domain/ids.ts';
import type { Read } from '../read.ts';

/** Whom a count is for, within one crm group. */
export interface CountedCustomer {
  readonly kind: 'contact' | 'organization';
  readonly id: bigint;
}

/** The open issues of one customer in one project. */
export interface OpenIssueCount {
  /** Which of the customers, from 0. */
  readonly index: number;
  readonly projectId: ProjectId;
  readonly belowCrmGroup: boolean;
  readonly count: number;
  /** Of these, those that a guest of the project may read: not confidential, or the reader's own. */
  readonly forGuest: number;
}

const COUNTS = {
  name: 'open_issue_counts',
  text: `WITH RECURSIVE below AS (
      SELECT id FROM groups WHERE id = $1::bigint
      UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id),
    tied AS (
      SELECT k.nth, l.issue_id FROM unnest($2::bigint[], $3::boolean[]) WITH ORDINALITY k (id, is_contact, nth)
        JOIN issue_contacts l ON k.is_contact AND l.crm_group_id = $1::bigint AND l.contact_id = k.id
      UNION SELECT k.nth, l.issue_id FROM unnest($2::bigint[], $3::boolean[]) WITH ORDINALITY k (id, is_contact, nth)
        JOIN contacts c ON NOT k.is_contact AND c.crm_group_id = $1::bigint AND c.organization_id = k.id
        JOIN issue_contacts l ON l.crm_group_id = c.crm_group_id AND l.contact_id = c.id)
    SELECT t.nth::int AS nth, p.id, coalesce(p.group_id IN (SELECT id FROM below), false) AS below,
      count(*)::int AS count,
      (count(*) FILTER (WHERE NOT i.confidential OR i.author_id = $4::bigint
        OR $4::bigint = ANY (i.assignee_ids)))::int AS for_guest
    FROM tied t JOIN issues i ON i.id = t.issue_id JOIN projects p ON p.id = i.project_id
    WHERE i.state = 'opened' AND i.removed_at IS NULL GROUP BY t.nth, p.id`,
};

interface CountRow {
  readonly nth: number;
  readonly id: string;
  readonly below: boolean;
  readonly count: number;
  readonly for_guest: number;
}

/** How many open issues contacts and organizations have in each project, in one statement. Not judged. */
export async function openIssueCounts(
  read: Read,
  crmGroup: GroupId,
  { customers, readerId }: { customers: readonly CountedCustomer[]; readerId: bigint },
): Promise<OpenIssueCount[]> {
  const rows = await read<CountRow>(COUNTS, [
    crmGroup,
    customers.map(({ id }) => id),
    customers.map(({ kind }) => kind === 'contact'),
    readerId,
  ]);
  return rows.map((row) => ({
    index: row.nth - 1,
    projectId: projectId(row.id),
    belowCrmGroup: row.below,
    count: row.count,
    forGuest: row.for_guest,
  }));
}
