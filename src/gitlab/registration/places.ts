import type { GroupId } from '../../domain/ids.ts';
import { type ApiHook, type GitLabSetup, type HookPlace, refusalStatus } from '../client/setup-client.ts';
import { isDisabled, sameAddress } from './wanted-hook.ts';

/** A place with what people call it: its full path, or `system`. */
export interface NamedPlace {
  readonly place: HookPlace;
  readonly path: string;
}

/** What of GitLab is meant. */
export type Scope =
  | { readonly kind: 'group' | 'project'; readonly path: string }
  | { readonly kind: 'system' };

export const SYSTEM: NamedPlace = { place: { kind: 'system' }, path: 'system' };

/** The place of a scope; null when GitLab knows none of that path, or does not show it to the token's user. */
export async function findPlace(gitlab: GitLabSetup, scope: Scope): Promise<NamedPlace | null> {
  if (scope.kind === 'system') return SYSTEM;
  if (scope.kind === 'group') {
    const group = await gitlab.group(scope.path);
    return group && { place: { kind: 'group', id: group.id }, path: group.full_path };
  }
  const project = await gitlab.project(scope.path);
  return project && { place: { kind: 'project', id: project.id }, path: project.path_with_namespace };
}

/** The projects of a group and of the groups below it. */
export async function projectsOf(gitlab: GitLabSetup, group: GroupId): Promise<NamedPlace[]> {
  const projects = await gitlab.projectsBelow(group);
  return projects.map(({ id, path_with_namespace: path }) => ({ place: { kind: 'project', id }, path }));
}

/**
 * The hooks of a group; null when GitLab gives none: group webhooks need Premium or Ultimate, and an Owner's token.
 * Which of the two is missing it does not tell.
 */
export async function groupHooks(gitlab: GitLabSetup, place: HookPlace): Promise<ApiHook[] | null> {
  try {
    return await gitlab.hooks(place);
  } catch (error) {
    const status = refusalStatus(error);
    if (place.kind === 'group' && (status === 403 || status === 404)) return null;
    throw error;
  }
}

/** Those that lead to the address, the one to keep first: of several, each sends all, and one is enough. */
export function hooksTo(hooks: readonly ApiHook[], url: string): ApiHook[] {
  const ours = hooks.filter((hook) => sameAddress(hook.url, url));
  return ours.sort((left, right) => Number(isDisabled(left)) - Number(isDisabled(right)));
}
