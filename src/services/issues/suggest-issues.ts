import {
  issuesHolding,
  type KnownIssue,
  projectsHolding,
  readableIssuesHolding,
} from '../../db/queries/suggestions.ts';
import { type Actor, projectPlace, roleAt } from '../../domain/actor.ts';
import { AppError } from '../../domain/errors.ts';
import type { ProjectId } from '../../domain/ids.ts';
import { issueReference, parseIssueReference } from '../../domain/references.ts';
import { roleReaches } from '../../domain/roles.ts';
import type { ServiceDeps } from '../deps.ts';

export interface SuggestedIssue {
  readonly projectId: ProjectId;
  readonly iid: number;
  readonly reference: string;
  readonly title: string;
}

/**
 * So many issues are looked at, and as many further projects asked about when the actor may read too few of them: what is
 * in none of these is not found, as each costs a question to GitLab while somebody types.
 */
const LOOKED_AT = 60;

/** The issue that a text names in full, known already or not; null when it names none. */
async function named(deps: ServiceDeps, text: string): Promise<KnownIssue | null> {
  try {
    const reference = parseIssueReference(text, deps.instanceUrl);
    const issue = await deps.directory.issue(reference.project, reference.iid);
    if (!issue) return null;
    const { project, iid, title, confidential, authorId, assigneeIds } = issue;
    return {
      projectId: project.id,
      iid,
      reference: issueReference({ project: project.fullPath, iid }),
      title,
      confidential,
      authorId,
      assigneeIds,
    };
  } catch (error) {
    if (error instanceof AppError && error.code === 'input.invalid') return null;
    throw error;
  }
}

/** Judges issues by the actor's role in each project, with what that opens of projects that were asked about. */
async function rightsIn(deps: ServiceDeps, actor: Actor, projects: readonly ProjectId[]) {
  const roles = await deps.directory.roles(actor.userId, projects.map(projectPlace));
  const reaches = (id: ProjectId, role: 'guest' | 'planner'): boolean =>
    roleReaches(roleAt({ roles }, projectPlace(id)), role);
  return {
    mayRead: ({ projectId, confidential, authorId, assigneeIds }: KnownIssue): boolean => {
      if (!reaches(projectId, 'guest')) return false;
      const own = authorId === actor.userId || assigneeIds.includes(actor.userId);
      return !confidential || own || reaches(projectId, 'planner');
    },
    projects: projects.filter((id) => reaches(id, 'planner')),
    guestProjects: projects.filter((id) => reaches(id, 'guest') && !reaches(id, 'planner')),
  };
}

/**
 * Issues that somebody may be typing the title or reference of and that they may read: open ones that Tieline knows,
 * and any that is named in full.
 */
export async function suggestIssues(
  deps: ServiceDeps,
  actor: Actor,
  { text, limit }: { text: string; limit: number },
): Promise<SuggestedIssue[]> {
  const { read } = deps.database;
  const [exact, known] = await Promise.all([named(deps, text), issuesHolding(read, text, LOOKED_AT)]);
  const first = exact ? [exact] : [];
  const judged = distinct([...first, ...known].map((issue) => issue.projectId));
  const rights = await rightsIn(deps, actor, judged);
  const readable = once([...first, ...known].filter(rights.mayRead));
  if (readable.length >= limit || known.length < LOOKED_AT) return readable.slice(0, limit);
  // The best are others' issues: what the actor may read can be behind them, there or in further projects.
  const further = await projectsHolding(read, text, { but: judged, limit: LOOKED_AT });
  const all = await rightsIn(deps, actor, [...judged, ...further]);
  if (all.projects.length + all.guestProjects.length === 0) return [];
  const narrowed = { projects: all.projects, guestProjects: all.guestProjects, readerId: actor.userId };
  const behind = await readableIssuesHolding(read, narrowed, { text, limit });
  return once([...first.filter(all.mayRead), ...behind]).slice(0, limit);
}

const distinct = (ids: readonly ProjectId[]): ProjectId[] => [...new Set(ids)];

const once = (issues: readonly KnownIssue[]): KnownIssue[] =>
  [...new Map(issues.toReversed().map((issue) => [issue.reference, issue])).values()].toReversed();
