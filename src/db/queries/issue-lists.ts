import { type GroupId, groupId, type IssueId, issueId, type ProjectId, projectId } from '../../domain/ids.ts';
import { Prisma } from '../generated/client.ts';
import { type Read, runSql } from '../read.ts';
import { type Listed, type ListPage, mapListed } from './list-page.ts';
import { type CustomerKey, pagesOf } from './nested-customers.ts';
import { decodeCursor, encodeCursor, notACursor } from './search-cursor.ts';

/** An issue as the copy has it, with what decides who may see it and its contacts. */
export interface KnownIssue {
  readonly id: IssueId;
  readonly iid: number;
  readonly projectId: ProjectId;
  readonly projectPath: string;
  /** Null in a user namespace. */
  readonly groupId: GroupId | null;
  /** Where its links are; null while it has none. */
  readonly crmGroupId: GroupId | null;
  readonly title: string;
  readonly state: 'opened' | 'closed';
  readonly confidential: boolean;
  readonly authorId: bigint | null;
  readonly assigneeIds: readonly bigint[];
}

interface IssueRow {
  id: string;
  iid: number;
  project_id: string;
  full_path: string;
  group_id: string | null;
  crm_group_id: string | null;
  title: string;
  state: 'opened' | 'closed';
  confidential: boolean;
  author_id: string | null;
  assignee_ids: string[] | null;
}

const COLUMNS = Prisma.sql`i.id, i.iid, i.project_id, p.full_path, p.group_id, i.crm_group_id, i.title, i.state,
  i.confidential, i.author_id, i.assignee_ids`;

const toIssue = (row: IssueRow): KnownIssue => ({
  id: issueId(row.id),
  iid: row.iid,
  projectId: projectId(row.project_id),
  projectPath: row.full_path,
  groupId: row.group_id === null ? null : groupId(row.group_id),
  crmGroupId: row.crm_group_id === null ? null : groupId(row.crm_group_id),
  title: row.title,
  state: row.state,
  confidential: row.confidential,
  authorId: row.author_id === null ? null : BigInt(row.author_id),
  assigneeIds: (row.assignee_ids ?? []).map(BigInt),
});

/** Known issues by id; the others are absent. */
export async function issuesById(read: Read, ids: readonly IssueId[]): Promise<KnownIssue[]> {
  const rows = await runSql<IssueRow>(
    read,
    Prisma.sql`SELECT ${COLUMNS} FROM issues i JOIN projects p ON p.id = i.project_id
      WHERE i.id = ANY (${[...ids]}::bigint[]) AND i.removed_at IS NULL`,
  );
  return rows.map(toIssue);
}

/** Whose issues: those of one place, or for each contact or organization those that are linked to it. */
export type IssueScope =
  | { readonly of: 'group'; readonly id: GroupId }
  | { readonly of: 'project'; readonly id: ProjectId }
  | { readonly of: 'contact' | 'organization'; readonly keys: readonly CustomerKey[] };

const linkedTo = (of: 'contact' | 'organization', crmGroup: Prisma.Sql, id: Prisma.Sql): Prisma.Sql =>
  of === 'contact'
    ? Prisma.sql`i.id IN (SELECT l.issue_id FROM issue_contacts l
        WHERE l.crm_group_id = ${crmGroup} AND l.contact_id = ${id})`
    : Prisma.sql`i.id IN (SELECT l.issue_id FROM contacts c
        JOIN issue_contacts l ON l.crm_group_id = c.crm_group_id AND l.contact_id = c.id
        WHERE c.crm_group_id = ${crmGroup} AND c.organization_id = ${id})`;

/** The parents of a scope as `k`; a place is one parent, whose issues its projects tell. */
function parentsOf(scope: IssueScope): { from: Prisma.Sql; count: number; condition: Prisma.Sql } {
  if (scope.of === 'group' || scope.of === 'project') {
    return { from: Prisma.sql`(SELECT 1 AS nth) k`, count: 1, condition: Prisma.sql`true` };
  }
  const { of, keys } = scope;
  return {
    from: Prisma.sql`unnest(${keys.map(({ crmGroupId }) => crmGroupId)}::bigint[],
      ${keys.map(({ id }) => id)}::bigint[]) WITH ORDINALITY k (crm_group_id, id, nth)`,
    count: keys.length,
    condition: linkedTo(of, Prisma.sql`k.crm_group_id`, Prisma.sql`k.id`),
  };
}

const BELOW = (group: bigint): Prisma.Sql => Prisma.sql`WITH RECURSIVE below AS (
  SELECT id FROM groups WHERE id = ${group}
  UNION SELECT g.id FROM groups g JOIN below b ON g.parent_id = b.id)`;

export interface CandidateProject {
  readonly id: ProjectId;
  readonly hasConfidential: boolean;
  /** Whether it lies in the anchor or below it. */
  readonly isBelow: boolean;
}

/** The projects that a scope's issues are in. `anchor` is a group whose roles everything below it inherits. */
export async function projectsInScope(
  read: Read,
  scope: IssueScope,
  anchor: GroupId | null,
): Promise<CandidateProject[]> {
  const { from, condition } = parentsOf(scope);
  const place =
    scope.of === 'group'
      ? Prisma.sql`i.project_id IN (SELECT id FROM projects WHERE group_id IN (SELECT id FROM below))`
      : scope.of === 'project'
        ? Prisma.sql`i.project_id = ${scope.id}`
        : condition;
  const rows = await runSql<{ id: string; confidential: boolean; below: boolean }>(
    read,
    Prisma.sql`${BELOW(scope.of === 'group' ? scope.id : (anchor ?? 0n))}
      SELECT p.id, bool_or(x.confidential) AS confidential,
        coalesce(p.group_id IN (SELECT id FROM below), false) AS below
      FROM ${from} CROSS JOIN LATERAL (SELECT i.project_id, bool_or(i.confidential) AS confidential
        FROM issues i WHERE i.removed_at IS NULL AND ${place} GROUP BY i.project_id) x
      JOIN projects p ON p.id = x.project_id GROUP BY p.id`,
  );
  return rows.map((row) => ({
    id: projectId(row.id),
    hasConfidential: row.confidential,
    isBelow: row.below,
  }));
}

export interface IssueFilter {
  readonly state: 'opened' | 'closed' | null;
  readonly iids: readonly number[] | null;
  /** Only those linked to a contact or organization of a crm group. */
  readonly linked: { readonly of: 'contact' | 'organization'; readonly key: CustomerKey } | null;
}

export interface IssueQuery extends IssueFilter {
  readonly scope: IssueScope;
  /** Projects where the reader may see every issue. */
  readonly projects: readonly ProjectId[];
  /** Projects where a confidential issue shows only to its author and assignees. */
  readonly guestProjects: readonly ProjectId[];
  readonly readerId: bigint;
}

export interface IssueSort {
  readonly field: 'CREATED' | 'UPDATED';
  readonly descending: boolean;
}

const KEYS = {
  CREATED: Prisma.raw('i.id::numeric'),
  UPDATED: Prisma.raw('coalesce(extract(epoch FROM i.gitlab_updated_at), 0)'),
} as const;

function conditionsOf(query: IssueQuery): Prisma.Sql {
  const { state, iids, linked, projects, guestProjects, readerId } = query;
  const conditions = [
    Prisma.sql`i.removed_at IS NULL`,
    Prisma.sql`(i.project_id = ANY (${[...projects]}::bigint[])
      OR (i.project_id = ANY (${[...guestProjects]}::bigint[])
        AND (NOT i.confidential OR i.author_id = ${readerId}::bigint
          OR ${readerId}::bigint = ANY (i.assignee_ids))))`,
    parentsOf(query.scope).condition,
  ];
  if (state !== null) conditions.push(Prisma.sql`i.state = ${state}`);
  if (iids !== null) conditions.push(Prisma.sql`i.iid = ANY (${[...iids]}::int[])`);
  if (linked !== null) {
    const { crmGroupId, id } = linked.key;
    conditions.push(linkedTo(linked.of, Prisma.sql`${crmGroupId}::bigint`, Prisma.sql`${id}::bigint`));
  }
  return Prisma.join(conditions, ' AND ');
}

/** One page of issues for each parent of the scope, in one statement. */
export async function issuePages(
  read: Read,
  query: IssueQuery,
  { sort, page }: { sort: IssueSort; page: ListPage },
): Promise<Listed<KnownIssue>[]> {
  const { from, count } = parentsOf(query.scope);
  const backwards = 'last' in page;
  const wanted = 'last' in page ? page.last : page.first;
  const cursor = 'last' in page ? page.before : page.after;
  const descending = sort.descending !== backwards;
  const direction = Prisma.raw(descending ? 'DESC' : 'ASC');
  const key = KEYS[sort.field];
  const rows = await runSql<IssueRow & { nth: string; sort_key: string }>(
    read,
    Prisma.sql`SELECT k.nth, x.*, x.key::text AS sort_key FROM ${from} CROSS JOIN LATERAL (
        SELECT ${COLUMNS}, ${key} AS key FROM issues i JOIN projects p ON p.id = i.project_id
        WHERE ${conditionsOf(query)} AND ${behind(cursor, { key, sort, descending })}
        ORDER BY key ${direction}, i.id ${direction} LIMIT ${wanted + 1}::int) x
      ORDER BY k.nth, x.key ${direction}, x.id ${direction}`,
  );
  const pages = pagesOf(rows, count, {
    wanted,
    backwards,
    cursor,
    place: (row) => encodeCursor([sort.field, row.sort_key, BigInt(row.id)]),
  });
  return pages.map((listed) => mapListed(listed, toIssue));
}

function behind(
  cursor: string | null,
  { key, sort, descending }: { key: Prisma.Sql; sort: IssueSort; descending: boolean },
): Prisma.Sql {
  if (cursor === null) return Prisma.sql`true`;
  const [field, value, id] = decodeCursor(cursor, ['string', 'string', 'bigint']);
  if (field !== sort.field || !/^-?\d{1,20}(\.\d{1,20})?$/.test(value)) throw notACursor();
  return Prisma.sql`(${key}, i.id) ${Prisma.raw(descending ? '<' : '>')} (${value}::numeric, ${id}::bigint)`;
}

/** How many issues each parent has on all its pages. */
export async function issueCounts(read: Read, query: IssueQuery): Promise<number[]> {
  const { from, count } = parentsOf(query.scope);
  const rows = await runSql<{ nth: string; count: string }>(
    read,
    Prisma.sql`SELECT k.nth, x.count FROM ${from} CROSS JOIN LATERAL (
      SELECT count(*) AS count FROM issues i WHERE ${conditionsOf(query)}) x ORDER BY k.nth`,
  );
  const counts = new Map(rows.map((row) => [Number(row.nth), Number(row.count)]));
  return Array.from({ length: count }, (_, index) => counts.get(index + 1) ?? 0);
}
