import { type ApiHook, type GitLabSetup, type HookFields, refusalStatus } from '../client/setup-client.ts';
import { groupHooks, hooksTo, type NamedPlace, projectsOf } from './places.ts';
import { tryHook } from './try-hook.ts';
import {
  type HookSecrets,
  hookFaults,
  isDisabled,
  lacksProof,
  mendedHookFields,
  newHookFields,
} from './wanted-hook.ts';

export interface Registering {
  readonly gitlab: GitLabSetup;
  /** Where GitLab is to send to. */
  readonly url: string;
  readonly secrets: HookSecrets;
}

/**
 * What became of one place. `unchanged`: it was in order, though its secret, which cannot be read, was set anew.
 * `failed`: see `detail`.
 */
export interface Registered {
  readonly kind: NamedPlace['place']['kind'];
  readonly path: string;
  readonly outcome: 'created' | 'repaired' | 'unchanged' | 'failed';
  readonly hookId: number | null;
  /** What was wrong before, or why it failed. */
  readonly detail: string[];
  /** Whether deliveries are signed; null where GitLab cannot sign. */
  readonly signed: boolean | null;
}

export interface Registration {
  /** True when the group could have no hook of its own, so that each project below it got one. */
  readonly onProjects: boolean;
  readonly places: readonly Registered[];
}

/**
 * Sees to it that the place has one hook to the address, with the right events, the secret and not disabled. For a
 * group without group webhooks it does so on every project below; a project that refuses does not stop the others.
 * Otherwise fails like GitLabSetup.
 */
export async function registerHooks(deps: Registering, at: NamedPlace): Promise<Registration> {
  const { gitlab } = deps;
  const { place } = at;
  const known = await groupHooks(gitlab, place);
  if (known !== null) return { onProjects: false, places: [await settle(deps, at, known)] };
  if (place.kind !== 'group') throw new RangeError('only groups may be without hooks');
  const places: Registered[] = [];
  // One after the other: hundreds of projects must not use up the instance's rate limit at once.
  for (const project of await projectsOf(gitlab, place.id)) places.push(await registerProject(deps, project));
  return { onProjects: true, places };
}

/**
 * Does so for one project; its refusal comes back as `failed`, since it would befall no other. Fails where GitLab gives
 * no answer.
 */
export async function registerProject(deps: Registering, project: NamedPlace): Promise<Registered> {
  try {
    return await settle(deps, project, await deps.gitlab.hooks(project.place));
  } catch (error) {
    const status = refusalStatus(error);
    // 429 and no answer at all would befall the rest as well.
    if (status === null || status === 401 || status === 429 || status >= 500) throw error;
    const detail = [status === 403 ? 'it takes the role Maintainer here' : `GitLab refuses it (${status})`];
    return { ...told(project), outcome: 'failed', hookId: null, detail, signed: null };
  }
}

async function settle(deps: Registering, at: NamedPlace, known: readonly ApiHook[]): Promise<Registered> {
  const { gitlab, url, secrets } = deps;
  const [hook, ...doubles] = hooksTo(known, url);
  if (hook === undefined) {
    const made = await gitlab.addHook(at.place, newHookFields(at.place.kind, url, secrets));
    return proven(deps, made, { ...told(at), outcome: 'created', detail: [] });
  }
  const detail = hookFaults(at.place.kind, hook);
  const edited = await edit(deps, at, hook);
  const settled = isDisabled(hook) ? await enable(deps, at, edited) : edited;
  // Last, when one that is in order is left.
  for (const { id } of doubles) await removeIfThere(deps, at, id);
  if (doubles.length > 0) detail.push(`${doubles.length} more to the same address: removed`);
  const outcome = detail.length === 0 ? 'unchanged' : 'repaired';
  return proven(deps, settled, { ...told(at), outcome, detail });
}

/** A hook whose deliveries would all be refused has failed, though it is there. */
function proven(
  { secrets }: Registering,
  hook: ApiHook,
  registered: Omit<Registered, 'hookId' | 'signed'>,
): Registered {
  const { id: hookId, signed } = hook;
  const lacking = lacksProof(hook, secrets);
  const failed = lacking === null ? {} : { outcome: 'failed' as const, detail: [lacking] };
  return { ...registered, hookId, signed, ...failed };
}

/** Somebody else may be at it too. */
async function removeIfThere({ gitlab }: Registering, { place }: NamedPlace, id: number): Promise<void> {
  try {
    await gitlab.removeHook(place, id);
  } catch (error) {
    if (refusalStatus(error) !== 404) throw error;
  }
}

/** Older GitLabs cannot edit a system hook, so there a new one takes its place. */
async function edit(deps: Registering, at: NamedPlace, hook: ApiHook): Promise<ApiHook> {
  const { gitlab, secrets } = deps;
  const fields = mendedHookFields(at.place.kind, hook, secrets);
  try {
    return await gitlab.editHook(at.place, hook.id, fields);
  } catch (error) {
    const status = refusalStatus(error);
    if (at.place.kind === 'system' && (status === 404 || status === 405))
      return replace(deps, at, { hook, fields });
    throw error;
  }
}

/**
 * GitLab takes a disabled hook up again after a test delivery that succeeds. Where it has nothing to make one of,
 * or Tieline does not run yet, a new hook takes its place.
 */
async function enable(deps: Registering, at: NamedPlace, hook: ApiHook): Promise<ApiHook> {
  if ((await tryHook(deps.gitlab, at.place, hook.id)).ok) return hook;
  return replace(deps, at, { hook, fields: newHookFields(at.place.kind, deps.url, deps.secrets) });
}

/** The new one first, so that nothing is lost when that fails. */
async function replace(
  { gitlab }: Registering,
  { place }: NamedPlace,
  { hook, fields }: { hook: ApiHook; fields: HookFields },
): Promise<ApiHook> {
  const made = await gitlab.addHook(place, fields);
  await gitlab.removeHook(place, hook.id);
  return made;
}

const told = ({ place, path }: NamedPlace) => ({ kind: place.kind, path });
