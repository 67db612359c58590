import type { Lab } from './lab.ts';
import { findGroup, findProject, findUser } from './paths.ts';
import { badRequest } from './refusal.ts';

const PATH = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$/;

/** Throws GitLab's 400 unless a group or project may be called `last` there, and nothing else is. */
export function assertNewPath(
  lab: Lab,
  { last, fullPath }: { last: string; fullPath: string },
  taken: unknown = { path: ['has already been taken'] },
): void {
  if (!PATH.test(last)) throw badRequest({ path: ['can contain only letters, digits, "_", "-" or "."'] });
  const { state } = lab;
  if (findGroup(state, fullPath) ?? findProject(state, fullPath) ?? findUser(state, fullPath)) {
    throw badRequest(taken);
  }
}
