import type { Logger } from 'pino';
import type { PlatformConfig } from '../config.ts';
import type { ProjectId } from '../domain/ids.ts';
import {
  type HookMemory,
  hookNewProject,
  type NewProjectDeps,
  wordHooked,
} from '../gitlab/registration/new-projects.ts';
import type { ServiceDeps } from '../services/deps.ts';
import {
  forgetOtherProblems,
  projectsToHook,
  recordHookedProject,
  unwatchGroup,
  watchedGroups,
} from '../services/hooks/watched-groups.ts';
import { hookSecretsFor, setupClient } from './gitlab-setup.ts';

/** What giving new projects their webhook takes: the strongest token, and the database to remember by. */
export function newProjectParts(
  gitlab: PlatformConfig['gitlab'],
  services: Pick<ServiceDeps, 'database' | 'now'>,
): NewProjectDeps {
  const memory: HookMemory = {
    watched: () => watchedGroups(services),
    unwatch: (group) => unwatchGroup(services, group),
    toHook: (projects, which) => projectsToHook(services, projects, which),
    record: (project) => recordHookedProject(services, project),
    forgetOthers: (projects) => forgetOtherProblems(services, projects),
  };
  const secrets = hookSecretsFor(gitlab, 'project');
  if (secrets === null) throw new RangeError('project webhooks always have a secret');
  return { gitlab: setupClient({ gitlab }), secrets, memory };
}

/**
 * Sees to a project that a delivery tells of; gives a line for the ledger, or null. Where `mayFail`, GitLab's silence
 * is only logged, since the sweep comes by later.
 */
export function projectMet(
  deps: NewProjectDeps & Pick<ServiceDeps, 'directory'>,
  log: Logger,
): (project: ProjectId, how: { mayFail: boolean }) => Promise<string | null> {
  return async (project, { mayFail }) => {
    try {
      const hooked = await hookNewProject(deps, project);
      const line = hooked && wordHooked(hooked);
      if (line) log[hooked.outcome === 'failed' ? 'warn' : 'info']({ project: String(project) }, line);
      return line;
    } catch (error) {
      if (!mayFail) throw error;
      log.warn({ project: String(project), err: error }, 'a new project could not be given its webhook');
      return null;
    }
  };
}
