import type { GroupId, ProjectId } from '../../domain/ids.ts';
import type { Directory } from '../../services/ports.ts';
import { type GitLabSetup, refusalStatus } from '../client/setup-client.ts';
import { groupHooks, hooksTo, projectsOf } from './places.ts';
import { type Registered, registerProject } from './register-hooks.ts';
import type { HookSecrets } from './wanted-hook.ts';

/** A group that was registered although GitLab gives it no webhook of its own. */
export interface Watched {
  readonly id: GroupId;
  /** Where the webhooks lead. */
  readonly url: string;
}

/** What is remembered between one project and the next. */
export interface HookMemory {
  readonly watched: () => Promise<readonly Watched[]>;
  readonly unwatch: (group: GroupId) => Promise<void>;
  /** Which of these still need looking at; with `refusedToo` also those that refused a short while ago. */
  readonly toHook: (
    projects: readonly ProjectId[],
    which?: { refusedToo?: boolean },
  ) => Promise<ReadonlySet<ProjectId>>;
  readonly record: (project: { id: ProjectId; fullPath: string; problem: string | null }) => Promise<void>;
  /** Forgets what was wrong with any project but these. */
  readonly forgetOthers: (projects: readonly ProjectId[]) => Promise<void>;
}

export interface NewProjectDeps {
  readonly gitlab: GitLabSetup;
  readonly secrets: HookSecrets;
  readonly memory: HookMemory;
}

/** A project that was looked at for the first time, or after it had refused. */
export interface HookedNow {
  readonly id: ProjectId;
  readonly fullPath: string;
  readonly outcome: Registered['outcome'];
  /** Why it failed, or what was wrong with the webhook it had. */
  readonly detail: string;
}

/** Gives a project its webhook when it is below a watched group and was not looked at before; null when there is nothing to do. */
export async function hookNewProject(
  deps: NewProjectDeps & { directory: Pick<Directory, 'project'> },
  project: ProjectId,
): Promise<HookedNow | null> {
  const { memory, directory } = deps;
  if (!(await memory.toHook([project])).has(project)) return null;
  const found = await directory.project(project);
  const above = new Set(found?.hierarchy?.chain.map(({ id }) => id));
  const group = found && (await memory.watched()).find(({ id }) => above.has(id));
  return group ? hook(deps, { id: project, fullPath: found.fullPath, url: group.url }) : null;
}

/** Does so for every project below every watched group, and watches no longer what has a webhook of its own now. */
export async function hookNewProjects(deps: NewProjectDeps): Promise<HookedNow[]> {
  const { gitlab, memory } = deps;
  const done: HookedNow[] = [];
  const seen: ProjectId[] = [];
  for (const { id, url } of await memory.watched()) {
    const own = await groupHooks(gitlab, { kind: 'group', id });
    if (own !== null && hooksTo(own, url).length > 0) {
      await memory.unwatch(id);
      continue;
    }
    const paths = await pathsBelow(gitlab, id);
    seen.push(...paths.keys());
    for (const project of await memory.toHook([...paths.keys()], { refusedToo: true })) {
      done.push(await hook(deps, { id: project, fullPath: paths.get(project) ?? '', url }));
    }
  }
  await memory.forgetOthers(seen);
  return done;
}

/** None for a group that has gone, or may not be seen any more. */
async function pathsBelow(gitlab: GitLabSetup, group: GroupId): Promise<Map<ProjectId, string>> {
  try {
    const projects = await projectsOf(gitlab, group);
    return new Map(
      projects.flatMap(({ place, path }) => (place.kind === 'project' ? [[place.id, path] as const] : [])),
    );
  } catch (error) {
    const status = refusalStatus(error);
    if (status === 403 || status === 404) return new Map();
    throw error;
  }
}

async function hook(
  { gitlab, secrets, memory }: NewProjectDeps,
  { id, fullPath, url }: { id: ProjectId; fullPath: string; url: string },
): Promise<HookedNow> {
  const at = { place: { kind: 'project', id } as const, path: fullPath };
  const { outcome, detail: words } = await registerProject({ gitlab, url, secrets }, at);
  const detail = words.join(', ');
  await memory.record({ id, fullPath, problem: outcome === 'failed' ? detail : null });
  return { id, fullPath, outcome, detail };
}

/** What became of it, for the ledger: `webhook of acme/app created`; null when all was well already. */
export function wordHooked({ fullPath, outcome, detail }: HookedNow): string | null {
  if (outcome === 'unchanged') return null;
  if (outcome === 'failed') return `no webhook for ${fullPath}: ${detail}`;
  return `webhook of ${fullPath} ${outcome}`;
}
