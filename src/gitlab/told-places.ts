import { z } from 'zod';
import { groupPlace, type Place, projectPlace } from '../domain/actor.ts';
import { groupId, projectId } from '../domain/ids.ts';
import { hookIdSchema, hookProjectSchema } from './schemas/hook-parts.ts';

/** Where a hook says that a group or project is. */
export interface ToldPlace {
  readonly place: Place;
  readonly fullPath: string;
  /** Whether it is said to be gone. */
  readonly isDestroyed: boolean;
}

const id = hookIdSchema.nullish().catch(null);
const path = z.string().nullish().catch(null);

const bodySchema = z.object({
  event_name: path,
  project: hookProjectSchema.nullish().catch(null),
  project_id: id,
  path_with_namespace: path,
  project_path_with_namespace: path,
  group_id: id,
  full_path: path,
  parent_group_id: id,
  parent_full_path: path,
});

const DESTROYED = /^(?:(?:sub)?group|project)_destroy$/;

/**
 * Every group and project that a body names with its full path: the project of project and group hooks, and the
 * subject of member, subgroup, project and system hooks.
 */
export function toldPlaces(body: unknown): ToldPlace[] {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return [];
  const told = parsed.data;
  const isDestroyed = DESTROYED.test(told.event_name ?? '');
  const places: ToldPlace[] = [];
  const add = (place: Place, fullPath: string, isSubject: boolean) =>
    places.push({ place, fullPath, isDestroyed: isSubject && isDestroyed });
  const { project } = told;
  if (project?.id && project.path_with_namespace) {
    add(projectPlace(projectId(project.id)), project.path_with_namespace, false);
  }
  const projectPath = told.path_with_namespace ?? told.project_path_with_namespace;
  if (told.project_id && projectPath) add(projectPlace(projectId(told.project_id)), projectPath, true);
  if (told.group_id && told.full_path) add(groupPlace(groupId(told.group_id)), told.full_path, true);
  if (told.parent_group_id && told.parent_full_path) {
    add(groupPlace(groupId(told.parent_group_id)), told.parent_full_path, false);
  }
  return places;
}
