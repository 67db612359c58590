import { issuesHolding, type KnownIssue } from '../../db/queries/suggestions.ts';
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

/**
 * Issues that somebody may be typing the title or reference of and that they may read: open ones that Tieline knows,
 * and any that is named in full.
 */
export async function suggestIssues(
  deps: ServiceDeps,
  actor: Actor,
  { text, limit }: { text: string; limit: number },
): Promise<SuggestedIssue[]> {
  const [exact, known] = await Promise.all([
    named(deps, text),
    issuesHolding(deps.database.read, text, LOOKED_AT),
  ]);
  const others = known.filter(({ reference }) => reference !== exact?.reference);
  const found = exact ? [exact, ...others] : others;
  const projects = [...new Set(found.map((issue) => issue.projectId))];
  const roles = await deps.directory.roles(actor.userId, projects.map(projectPlace));
  const readable = (issue: KnownIssue): boolean => {
    const role = roleAt({ roles }, projectPlace(issue.projectId));
    if (!roleReaches(role, 'guest')) return false;
    const own = issue.authorId === actor.userId || issue.assigneeIds.includes(actor.userId);
    return !issue.confidential || own || roleReaches(role, 'planner');
  };
  return found.filter(readable).slice(0, limit);
}
