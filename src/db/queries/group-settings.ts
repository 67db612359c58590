import type { GroupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';

/** Writes a group's settings, whole. */
export async function writeSettings(
  tx: Tx,
  settings: { group: GroupId; crmEnabled: boolean; sourceGroupId: GroupId | null },
  now: Date,
): Promise<void> {
  const { group, crmEnabled, sourceGroupId } = settings;
  await tx.$executeRaw`
    INSERT INTO group_settings (group_id, crm_enabled, source_group_id, updated_at)
    VALUES (${group}, ${crmEnabled}, ${sourceGroupId}::bigint, ${now})
    ON CONFLICT (group_id) DO UPDATE SET crm_enabled = excluded.crm_enabled,
      source_group_id = excluded.source_group_id, updated_at = excluded.updated_at`;
}

const issuesBelow = (group: GroupId): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE below AS (
    SELECT id FROM groups WHERE id = ${group}
    UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id
  ), held AS (
    SELECT i.id, i.crm_group_id FROM below b JOIN projects p ON p.group_id = b.id JOIN issues i ON i.project_id = p.id
  )`;

/** Whether issues of a group or below it have contacts of another crm group than this one. */
export async function hasLinksElsewhere(tx: Tx, group: GroupId, crmGroup: GroupId): Promise<boolean> {
  const rows = await tx.$queryRaw<{ found: boolean }[]>`
    ${issuesBelow(group)}
    SELECT EXISTS (SELECT FROM held i WHERE i.crm_group_id <> ${crmGroup} AND EXISTS (
      SELECT FROM issue_contacts l WHERE l.crm_group_id = i.crm_group_id AND l.issue_id = i.id)) AS found`;
  return rows[0]?.found ?? false;
}

/**
 * Takes issues of a group or below it out of the crm group that their former contacts were of; where they belong is
 * settled when the next one is linked. None of them may have links outside `crmGroup`.
 */
export async function releaseIssues(tx: Tx, group: GroupId, crmGroup: GroupId): Promise<void> {
  await tx.$executeRaw`
    ${issuesBelow(group)}
    UPDATE issues SET crm_group_id = NULL
    WHERE crm_group_id <> ${crmGroup} AND id IN (SELECT id FROM held)`;
}

/** Which of these groups are in the hierarchy of a root group. */
export async function groupsUnderRoot(
  tx: Tx,
  root: GroupId,
  groups: readonly GroupId[],
): Promise<ReadonlySet<bigint>> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM groups WHERE root_id = ${root} AND id = ANY(${[...groups]}::bigint[])`;
  return new Set(rows.map((row) => row.id));
}
