/** Reading the audit log; `audit.ts` writes it. Without a crm group, all are looked through, one index probe each. */
import type { Surface } from '../../domain/actor.ts';
import {
  type ContactId,
  type GitLabUserId,
  type GroupId,
  gitLabUserId,
  groupId,
  type IssueId,
  type OrganizationId,
} from '../../domain/ids.ts';
import { fromJson, type Json } from '../../domain/json.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';

/** What entries are about. Those of a contact are also the links to issues that it gained or lost. */
export type AuditSubject =
  | { readonly kind: 'contact'; readonly ids: readonly ContactId[] }
  | { readonly kind: 'organization'; readonly ids: readonly OrganizationId[] }
  | { readonly kind: 'issue'; readonly ids: readonly IssueId[] };

export interface AuditFilter {
  /** Null: all. */
  readonly crmGroupId: GroupId | null;
  readonly subject: AuditSubject | null;
  /** `system` is whatever nobody did; null is anybody. */
  readonly actors: readonly GitLabUserId[] | 'system' | null;
  readonly since: Date | null;
  readonly limit: number;
}

/** One entry as it was written. */
export interface AuditEntry {
  readonly id: bigint;
  readonly at: Date;
  readonly crmGroup: { readonly id: GroupId; readonly fullPath: string };
  /** Null for the system; the username is null in entries from before it was kept. */
  readonly actor: { readonly id: GitLabUserId; readonly username: string | null } | null;
  readonly surface: Surface | 'system';
  readonly deliveryKey: string | null;
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: bigint };
  readonly before: unknown;
  readonly after: unknown;
}

interface AuditRow {
  id: bigint;
  at: Date;
  crm_group_id: bigint;
  full_path: string;
  actor_id: bigint | null;
  actor_username: string | null;
  surface: Surface | 'system';
  delivery_key: string | null;
  action: string;
  subject_kind: string;
  subject_id: bigint;
  before: Json;
  after: Json;
}

const toEntry = (row: AuditRow): AuditEntry => ({
  id: row.id,
  at: row.at,
  crmGroup: { id: groupId(row.crm_group_id), fullPath: row.full_path },
  actor: row.actor_id === null ? null : { id: gitLabUserId(row.actor_id), username: row.actor_username },
  surface: row.surface,
  deliveryKey: row.delivery_key,
  action: row.action,
  subject: { kind: row.subject_kind, id: row.subject_id },
  before: fromJson(row.before),
  after: fromJson(row.after),
});

/** Entries that fit, newest first. */
export async function auditEntries(tx: Tx, filter: AuditFilter): Promise<AuditEntry[]> {
  const { limit } = filter;
  const where = Prisma.join([Prisma.sql`a.crm_group_id = g.id`, ...conditions(filter)], ' AND ');
  const rows = await tx.$queryRaw<AuditRow[]>`
    SELECT a.*, g.full_path FROM groups g CROSS JOIN LATERAL (
      SELECT a.id, a.at, a.crm_group_id, a.actor_id, a.actor_username, a.surface, a.delivery_key, a.action,
        a.subject_kind, a.subject_id, a.before, a.after
      FROM audit_log a WHERE ${where} ORDER BY a.id DESC LIMIT ${limit}) a
    WHERE ${inGroup(filter.crmGroupId)} ORDER BY a.id DESC LIMIT ${limit}`;
  return rows.map(toEntry);
}

const inGroup = (crmGroup: GroupId | null): Prisma.Sql =>
  crmGroup === null ? Prisma.sql`true` : Prisma.sql`g.id = ${crmGroup}`;

function conditions({ subject, actors, since }: AuditFilter): Prisma.Sql[] {
  const wanted: Prisma.Sql[] = [];
  if (subject !== null) wanted.push(about(subject));
  if (actors === 'system') wanted.push(Prisma.sql`a.actor_id IS NULL`);
  else if (actors !== null) wanted.push(Prisma.sql`a.actor_id = ANY(${[...actors]}::bigint[])`);
  if (since !== null) wanted.push(Prisma.sql`a.at >= ${since}`);
  return wanted;
}

function about({ kind, ids }: AuditSubject): Prisma.Sql {
  const itself = Prisma.sql`(a.subject_kind = ${kind} AND a.subject_id = ANY(${[...ids]}::bigint[]))`;
  if (kind !== 'contact') return itself;
  const listed = (column: Prisma.Sql) => Prisma.sql`(SELECT count(*) FROM jsonb_array_elements(
    CASE jsonb_typeof(${column}) WHEN 'array' THEN ${column} ELSE '[]' END) e
    WHERE e ->> '$n' = ANY(${ids.map(String)}::text[]))`;
  return Prisma.sql`(${itself} OR (a.subject_kind = 'issue'
    AND ${listed(Prisma.sql`a.before`)} <> ${listed(Prisma.sql`a.after`)}))`;
}

/** Names of what entries speak of, as it is called now; what is gone is absent. Keys are `contact:12`. */
export async function namesOf(
  tx: Tx,
  subjects: readonly { kind: string; id: bigint }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = (kind: string): bigint[] => [
    ...new Set(subjects.filter((subject) => subject.kind === kind).map((subject) => subject.id)),
  ];
  const rows = await tx.$queryRaw<{ key: string; name: string }[]>`
    SELECT 'contact:' || c.id AS key, c.first_name || ' ' || c.last_name AS name
      FROM groups g JOIN contacts c ON c.crm_group_id = g.id WHERE c.id = ANY(${ids('contact')}::bigint[])
    UNION ALL SELECT 'organization:' || o.id, o.name
      FROM groups g JOIN organizations o ON o.crm_group_id = g.id WHERE o.id = ANY(${ids('organization')}::bigint[])
    UNION ALL SELECT 'issue:' || i.id, p.full_path || '#' || i.iid
      FROM issues i JOIN projects p ON p.id = i.project_id WHERE i.id = ANY(${ids('issue')}::bigint[])
    UNION ALL SELECT 'project:' || p.id, p.full_path FROM projects p WHERE p.id = ANY(${ids('project')}::bigint[])
    UNION ALL SELECT 'group:' || g.id, g.full_path FROM groups g WHERE g.id = ANY(${ids('group')}::bigint[])`;
  return new Map(rows.map((row) => [row.key, row.name]));
}
