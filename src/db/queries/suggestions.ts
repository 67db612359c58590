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

const OPEN = "i.state = 'opened' AND i.removed_at IS NULL";
const LATEST_FIRST = 'i.gitlab_updated_at DESC NULLS LAST, i.id DESC';

/** The found issues as `i`, with their projects. */
const issuesOut = (found: string, order = LATEST_FIRST): string => `
  SELECT i.project_id, i.iid, p.full_path || '#' || i.iid AS reference, i.title, i.confidential, i.author_id,
    i.assignee_ids
  FROM (${found}) i JOIN projects p ON p.id = i.project_id WHERE p.removed_at IS NULL ORDER BY ${order}`;

/** Of so many of the latest issues every one is looked at: a common word, or a letter, is found among them. */
const LATEST_LOOKED_AT = 2_000;
/** A word that is on more issues than this is common. */
const MOST_MATCHES = 2_000;
/** Without three characters in a row there is no trigram to look up. */
const HAS_TRIGRAM = /[\p{L}\p{N}]{3}/u;
const MOST_PROJECTS = 20;

/** What narrows a search to the issues that somebody may read. */
export interface ReadableIssues {
  /** Projects where every issue may be read. */
  readonly projects: readonly ProjectId[];
  /** Projects where a confidential issue shows only to its author and assignees. */
  readonly guestProjects: readonly ProjectId[];
  readonly readerId: bigint;
}

/** The open issues; with `n` only those that may be read, by three values from `$n` on. */
const openIssues = (n: number | null): string =>
  n === null
    ? OPEN
    : `${OPEN} AND (i.project_id = ANY ($${n}::bigint[]) OR (i.project_id = ANY ($${n + 1}::bigint[])
        AND (NOT i.confidential OR i.author_id = $${n + 2}::bigint OR $${n + 2}::bigint = ANY (i.assignee_ids))))`;

const amongLatest = (name: string, n: number | null) => ({
  name,
  text: `WITH latest AS MATERIALIZED (
      SELECT * FROM issues i WHERE ${openIssues(n)} ORDER BY ${LATEST_FIRST} LIMIT ${LATEST_LOOKED_AT})
    ${issuesOut('SELECT * FROM latest l WHERE l.title ILIKE $1')} LIMIT $2`,
});

const byTitle = (name: string, n: number | null) => ({
  name,
  text: `WITH matching AS MATERIALIZED (
      SELECT * FROM issues i WHERE ${openIssues(n)} AND i.title ILIKE $1 LIMIT ${MOST_MATCHES})
    ${issuesOut('SELECT * FROM matching')} LIMIT $2`,
});

interface InProjects {
  readonly condition: string;
  readonly order: { readonly within: string; readonly all: string };
  readonly n: number | null;
}

/** In each project whose path holds `$1`: the newest issues, or the lowest numbers that are in one of the ranges. */
const inProjects = (name: string, { condition, order, n }: InProjects) => ({
  name,
  text: `WITH places AS MATERIALIZED (
      SELECT id FROM projects WHERE removed_at IS NULL AND full_path ILIKE $1
        ${n === null ? '' : `AND id = ANY ($${n}::bigint[] || $${n + 1}::bigint[])`}
      ORDER BY full_path LIMIT ${MOST_PROJECTS})
    ${issuesOut(
      `SELECT i.* FROM places CROSS JOIN LATERAL (
      SELECT * FROM issues i WHERE i.project_id = places.id AND ${openIssues(n)} AND (${condition})
      ORDER BY ${order.within} LIMIT $2) i`,
      order.all,
    )} LIMIT $2`,
});
const IN_RANGES = [3, 5, 7, 9, 11].map((n) => `i.iid BETWEEN $${n} AND $${n + 1}`).join(' OR ');
const NEWEST = { within: 'i.iid DESC', all: LATEST_FIRST };
const LOWEST = { within: 'i.iid', all: 'i.iid, p.full_path' };

const OF_ALL = {
  amongLatest: amongLatest('suggest_latest_issues', null),
  byTitle: byTitle('suggest_issues_by_title', null),
  byPath: inProjects('suggest_issues_by_path', { condition: 'true', order: NEWEST, n: null }),
  byNumber: inProjects('suggest_issues_by_number', { condition: IN_RANGES, order: LOWEST, n: null }),
};
const OF_READABLE: typeof OF_ALL = {
  amongLatest: amongLatest('suggest_latest_readable_issues', 3),
  byTitle: byTitle('suggest_readable_issues_by_title', 3),
  byPath: inProjects('suggest_readable_issues_by_path', { condition: 'true', order: NEWEST, n: 3 }),
  byNumber: inProjects('suggest_readable_issues_by_number', { condition: IN_RANGES, order: LOWEST, n: 13 }),
};

/** The numbers that start with these digits, in as many ranges as `BY_NUMBER` takes. */
function startingWith(digits: number): number[] {
  const most = 2_147_483_647;
  return [0, 1, 2, 3, 4].flatMap((zeros) => {
    const from = digits * 10 ** zeros;
    return from > most ? [0, 0] : [from, Math.min(from + 10 ** zeros - 1, most)];
  });
}

interface IssueRow {
  readonly project_id: string;
  readonly iid: number;
  readonly reference: string;
  readonly title: string;
  readonly confidential: boolean;
  readonly author_id: string | null;
  readonly assignee_ids: readonly string[] | null;
}

const toIssue = (row: IssueRow): KnownIssue => ({
  projectId: projectId(row.project_id),
  iid: row.iid,
  reference: row.reference,
  title: row.title,
  confidential: row.confidential,
  authorId: row.author_id === null ? null : BigInt(row.author_id),
  assigneeIds: (row.assignee_ids ?? []).map(BigInt),
});

/** The statements of a search and the values that narrow them. */
interface Among {
  readonly statements: typeof OF_ALL;
  readonly values: readonly unknown[];
}

const ANYWHERE: Among = { statements: OF_ALL, values: [] };

const amongReadable = ({ projects, guestProjects, readerId }: ReadableIssues): Among => ({
  statements: OF_READABLE,
  values: [projects, guestProjects, readerId],
});

/** The path and the number that a text gives of a reference: `app`, `acme/app#`, `app#12`, `#12`; null when none. */
function referredTo(text: string): { readonly path: string; readonly number: number | null } | null {
  const [path = '', number] = text.split('#');
  const like = escapeLike(path);
  if (number === undefined) return { path: `%${like}%`, number: null };
  if (number === '') return { path: `%${like}`, number: null };
  return /^[1-9]\d{0,9}$/.test(number) ? { path: `%${like}`, number: Number(number) } : null;
}

/** Those whose reference holds the text. */
function byReference(
  read: Read,
  { statements, values }: Among,
  { text, limit }: { text: string; limit: number },
): Promise<IssueRow[]> {
  const referred = referredTo(text);
  if (referred === null) return Promise.resolve([]);
  const { path, number } = referred;
  if (number === null) return read<IssueRow>(statements.byPath, [path, limit, ...values]);
  return read<IssueRow>(statements.byNumber, [path, limit, ...startingWith(number), ...values]);
}

async function search(
  read: Read,
  among: Among,
  { text, limit }: { text: string; limit: number },
): Promise<KnownIssue[]> {
  const { statements, values } = among;
  const like = `%${escapeLike(text)}%`;
  const [latest, referred] = await Promise.all([
    read<IssueRow>(statements.amongLatest, [like, limit, ...values]),
    text === '' ? [] : byReference(read, among, { text, limit }),
  ]);
  const rare = latest.length < limit && HAS_TRIGRAM.test(text);
  const titled = rare ? await read<IssueRow>(statements.byTitle, [like, limit, ...values]) : [];
  // Whoever types a number or a path means that; a word of a title comes before a path that happens to hold it.
  const rows = text.includes('#') ? [...referred, ...latest, ...titled] : [...latest, ...titled, ...referred];
  const once = rows.filter(({ reference }, n) => rows.findIndex((row) => row.reference === reference) === n);
  return once.slice(0, limit).map(toIssue);
}

/**
 * Open issues that are known and hold a text in title or reference, latest first; of a common word those that
 * changed lately. Not judged: the caller does.
 */
export const issuesHolding = (read: Read, text: string, limit: number): Promise<KnownIssue[]> =>
  search(read, ANYWHERE, { text, limit });

/** The same of the issues that somebody may read, as the projects tell. */
export const readableIssuesHolding = (
  read: Read,
  readable: ReadableIssues,
  asked: { text: string; limit: number },
): Promise<KnownIssue[]> => search(read, amongReadable(readable), asked);

const PROJECTS_HOLDING = {
  name: 'suggest_projects_of_issues',
  text: `WITH matching AS MATERIALIZED (
      SELECT i.project_id, i.gitlab_updated_at FROM issues i
      WHERE ${OPEN} AND i.title ILIKE $1 AND i.project_id <> ALL ($4::bigint[]) LIMIT ${MOST_MATCHES}),
    latest AS (SELECT project_id, max(gitlab_updated_at) AS at FROM matching GROUP BY project_id)
    SELECT p.id FROM projects p LEFT JOIN latest l ON l.project_id = p.id
    WHERE p.removed_at IS NULL AND p.id <> ALL ($4::bigint[]) AND (l.project_id IS NOT NULL OR p.full_path ILIKE $2)
    ORDER BY l.at DESC NULLS LAST, p.full_path LIMIT $3`,
};

/** Other projects than these that have open issues holding a text, those first where one changed last. */
export async function projectsHolding(
  read: Read,
  text: string,
  { but, limit }: { but: readonly ProjectId[]; limit: number },
): Promise<ProjectId[]> {
  const path = text === '' ? null : (referredTo(text)?.path ?? null);
  const rows = await read<{ id: string }>(PROJECTS_HOLDING, [`%${escapeLike(text)}%`, path, limit, but]);
  return rows.map(({ id }) => projectId(id));
}
