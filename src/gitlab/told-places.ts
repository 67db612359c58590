import { z } from 'zod';
import { projectPlace } from '../domain/actor.ts';
import { projectId } from '../domain/ids.ts';
import { readDirectoryHook, type ToldPlace } from './directory-event.ts';
import { hookProjectSchema } from './schemas/hook-parts.ts';

const bodySchema = z.object({ project: hookProjectSchema.nullish().catch(null) });

/**
 * Every group and project that a body names with its full path: the project of project and group hooks, and the
 * subject of member, subgroup, project and system hooks.
 */
export function toldPlaces(body: unknown): readonly ToldPlace[] {
  const told = readDirectoryHook(body)?.places ?? [];
  const project = bodySchema.safeParse(body).data?.project;
  if (!project?.id || !project.path_with_namespace) return told;
  const place = projectPlace(projectId(project.id));
  return [{ place, fullPath: project.path_with_namespace, isDestroyed: false }, ...told];
}
