import { type GroupId, groupId, type ProjectId, projectId } from '../../domain/ids.ts';
import { escapeLike } from '../like.ts';
import type { Read } from '../read.ts';

export interface KnownGroup {
  readonly id: GroupId;
  readonly fullPath: string;
}

const GROUPS = {
  name: 'suggest_groups',
  text: `SELECT id, full_path FROM groups WHERE removed_at IS NULL AND full_path ILIKE $1
    ORDER BY (full_path ILIKE $2) DESC, full_path LIMIT $3`,
};

/** Known groups whose path holds a text, those first where it starts a part of the path. */
export async function groupsHolding(read: Read, text: string, limit: number): Promise<KnownGroup[]> {
  const like = escapeLike(text);
  const rows = await read<{ id: string; full_path: string }>(GROUPS, [`%${like}%`, `${like}%`, limit]);
  return rows.map((row) => ({ id: groupId(row.id), fullPath: row.full_path }));
}

/** A known issue, with what decides who may read it. */
export interface KnownIssue {
  readonly projectId: ProjectId;
  readonly iid: number;
  readonly reference: string;
  readonly title: string;
  readonly confidential: boolean;
  readonly authorId: bigint | null;
  readonly assigneeIds: readonly bigint[];
}

const ISSUES = {
  name: 'suggest_issues',
  text: `SELECT i.project_id, i.iid, p.full_path || '#' || i.iid AS reference, i.title, i.confidential,
      i.author_id, i.assignee_ids
    FROM issues i JOIN projects p ON p.id = i.project_id
    WHERE i.removed_at IS NULL AND p.removed_at IS NULL AND i.state = 'opened'
      AND (i.title ILIKE $1 OR p.full_path || '#' || i.iid ILIKE $1)
    ORDER BY i.gitlab_updated_at DESC NULLS LAST, i.id DESC LIMIT $2`,
};

interface IssueRow {
  readonly project_id: string;
  readonly iid: number;
  readonly reference: string;
  readonly title: string;
  readonly confidential: boolean;
  readonly author_id: string | null;
  readonly assignee_ids: readonly string[];
}

/** Open issues that are known and hold a text in title or reference, latest first. Not judged: the caller does. */
export async function issuesHolding(read: Read, text: string, limit: number): Promise<KnownIssue[]> {
  const rows = await read<IssueRow>(ISSUES, [`%${escapeLike(text)}%`, limit]);
  return rows.map((row) => ({
    projectId: projectId(row.project_id),
    iid: row.iid,
    reference: row.reference,
    title: row.title,
    confidential: row.confidential,
    authorId: row.author_id === null ? null : BigInt(row.author_id),
    assigneeIds: row.assignee_ids.map(BigInt),
  }));
}
