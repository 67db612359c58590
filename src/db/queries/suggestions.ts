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

const AMONG_LATEST = {
  name: 'suggest_latest_issues',
  text: `WITH latest AS MATERIALIZED (
      SELECT * FROM issues i WHERE ${OPEN} ORDER BY ${LATEST_FIRST} LIMIT ${LATEST_LOOKED_AT})
    ${issuesOut('SELECT * FROM latest l WHERE l.title ILIKE $1')} LIMIT $2`,
};

const BY_TITLE = {
  name: 'suggest_issues_by_title',
  text: `WITH matching AS MATERIALIZED (
      SELECT * FROM issues i WHERE ${OPEN} AND i.title ILIKE $1 LIMIT ${MOST_MATCHES})
    ${issuesOut('SELECT * FROM matching')} LIMIT $2`,
};

/** In each project whose path holds `$1`: the newest issues, or the lowest numbers that are in one of the ranges. */
const inProjects = (name: string, condition: string, order: { within: string; all: string }) => ({
  name,
  text: `WITH places AS MATERIALIZED (
      SELECT id FROM projects WHERE removed_at IS NULL AND full_path ILIKE $1 ORDER BY full_path LIMIT ${MOST_PROJECTS})
    ${issuesOut(
      `SELECT i.* FROM places CROSS JOIN LATERAL (
      SELECT * FROM issues i WHERE i.project_id = places.id AND ${OPEN} AND (${condition})
      ORDER BY ${order.within} LIMIT $2) i`,
      order.all,
    )} LIMIT $2`,
});
const BY_PATH = inProjects('suggest_issues_by_path', 'true', { within: 'i.iid DESC', all: LATEST_FIRST });
const BY_NUMBER = inProjects(
  'suggest_issues_by_number',
  [3, 5, 7, 9, 11].map((n) => `i.iid BETWEEN $${n} AND $${n + 1}`).join(' OR '),
  { within: 'i.iid', all: 'i.iid, p.full_path' },
);

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
  readonly assignee_ids: readonly string[];
}

const toIssue = (row: IssueRow): KnownIssue => ({
  projectId: projectId(row.project_id),
  iid: row.iid,
  reference: row.reference,
  title: row.title,
  confidential: row.confidential,
  authorId: row.author_id === null ? null : BigInt(row.author_id),
  assigneeIds: row.assignee_ids.map(BigInt),
});

/** Those whose reference holds the text: `app`, `acme/app#`, `app#12`, `#12`. */
function byReference(read: Read, text: string, limit: number): Promise<IssueRow[]> {
  const [path = '', number] = text.split('#');
  if (number === undefined) return read<IssueRow>(BY_PATH, [`%${escapeLike(path)}%`, limit]);
  if (number !== '' && !/^[1-9]\d{0,9}$/.test(number)) return Promise.resolve([]);
  const like = `%${escapeLike(path)}`;
  if (number === '') return read<IssueRow>(BY_PATH, [like, limit]);
  return read<IssueRow>(BY_NUMBER, [like, limit, ...startingWith(Number(number))]);
}

/**
 * Open issues that are known and hold a text in title or reference, latest first; of a common word those that
 * changed lately. Not judged: the caller does.
 */
export async function issuesHolding(read: Read, text: string, limit: number): Promise<KnownIssue[]> {
  const like = `%${escapeLike(text)}%`;
  const [latest, referred] = await Promise.all([
    read<IssueRow>(AMONG_LATEST, [like, limit]),
    text === '' ? [] : byReference(read, text, limit),
  ]);
  const rare = latest.length < limit && HAS_TRIGRAM.test(text);
  const titled = rare ? await read<IssueRow>(BY_TITLE, [like, limit]) : [];
  // Whoever types a number or a path means that; a word of a title comes before a path that happens to hold it.
  const rows = text.includes('#') ? [...referred, ...latest, ...titled] : [...latest, ...titled, ...referred];
  const once = rows.filter(({ reference }, n) => rows.findIndex((row) => row.reference === reference) === n);
  return once.slice(0, limit).map(toIssue);
}
