import { type IssueId, issueId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';

/** The position kept for a scope; null when none is. */
export async function findPosition(tx: Tx, scope: string): Promise<string | null> {
  const rows = await tx.$queryRaw<{ position: string }[]>`
    SELECT position FROM sweep_positions WHERE scope = ${scope}`;
  return rows[0]?.position ?? null;
}

/** Keeps a position, or with null forgets it. */
export async function savePosition(
  tx: Tx,
  { scope, position }: { scope: string; position: string | null },
  now: Date,
): Promise<void> {
  if (position === null) {
    await tx.$executeRaw`DELETE FROM sweep_positions WHERE scope = ${scope}`;
    return;
  }
  await tx.$executeRaw`
    INSERT INTO sweep_positions (scope, position, updated_at) VALUES (${scope}, ${position}, ${now})
    ON CONFLICT (scope) DO UPDATE SET position = excluded.position, updated_at = excluded.updated_at`;
}

/** Takes the sweep for oneself until a time, unless somebody has it. True when taken. */
export async function claimSweep(tx: Tx, now: Date, until: Date): Promise<boolean> {
  const taken = await tx.$executeRaw`
    INSERT INTO sweep_positions (scope, position, updated_at) VALUES ('claim', ${until.toISOString()}, ${now})
    ON CONFLICT (scope) DO UPDATE SET position = excluded.position, updated_at = excluded.updated_at
    WHERE sweep_positions.position::timestamptz < ${now}`;
  return taken > 0;
}

/** When the issue that was checked longest ago was checked; null when no issue is known. */
export async function firstIssueCheck(tx: Tx): Promise<Date | null> {
  const rows = await tx.$queryRaw<{ at: Date | null }[]>`SELECT min(checked_at) AS at FROM issues`;
  return rows[0]?.at ?? null;
}

/** What is known of an issue, to tell what a sweep mended. */
export interface IssueAsKnown {
  readonly projectId: bigint;
  readonly iid: number;
  readonly title: string;
  readonly state: string;
  readonly confidential: boolean;
  readonly movedToId: bigint | null;
  readonly updatedAt: Date | null;
}

/** What is known of an issue; null when nothing is. */
export async function findIssueAsKnown(tx: Tx, issue: IssueId): Promise<IssueAsKnown | null> {
  const rows = await tx.$queryRaw<
    {
      project_id: bigint;
      iid: number;
      title: string;
      state: string;
      confidential: boolean;
      moved_to_id: bigint | null;
      gitlab_updated_at: Date | null;
    }[]
  >`SELECT project_id, iid, title, state, confidential, moved_to_id, gitlab_updated_at FROM issues WHERE id = ${issue}`;
  const [row] = rows;
  if (!row) return null;
  const { iid, title, state, confidential, gitlab_updated_at: updatedAt } = row;
  return {
    projectId: row.project_id,
    movedToId: row.moved_to_id,
    iid,
    title,
    state,
    confidential,
    updatedAt,
  };
}

/** Issues that went on as others but have links still, at most so many. */
export async function listUnfollowed(
  tx: Tx,
  limit: number,
): Promise<{ id: IssueId; projectId: bigint; iid: number }[]> {
  const rows = await tx.$queryRaw<{ id: bigint; project_id: bigint; iid: number }[]>`
    SELECT i.id, i.project_id, i.iid FROM issues i WHERE i.moved_to_id IS NOT NULL AND EXISTS (
      SELECT FROM issue_contacts l WHERE l.crm_group_id = i.crm_group_id AND l.issue_id = i.id)
    ORDER BY i.id LIMIT ${limit}`;
  return rows.map((row) => ({ id: issueId(row.id), projectId: row.project_id, iid: row.iid }));
}
