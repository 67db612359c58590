import {
  type ApiHook,
  type ApiHookEvent,
  type GitLabSetup,
  type HookPlace,
  refusalStatus,
} from '../client/setup-client.ts';
import { groupHooks, hooksTo, type NamedPlace, projectsOf } from './places.ts';
import { hookFaults } from './wanted-hook.ts';

/** One place and the hook there that leads to Tieline. */
export interface ExaminedHook {
  readonly kind: HookPlace['kind'];
  readonly path: string;
  /** Null when there is none, or when it cannot be seen. */
  readonly hookId: number | null;
  /** What is wrong with it or why there is none, in words; empty when all is well. */
  readonly faults: readonly string[];
  /** Whether its deliveries are signed; null where GitLab cannot sign, or there is none. */
  readonly signed: boolean | null;
  /** Of the newest deliveries, those that were not taken; newest first. */
  readonly failures: readonly ApiHookEvent[];
}

export interface Examination {
  /** True when the group can have no hook of its own, so that each project below it needs one. */
  readonly onProjects: boolean;
  readonly hooks: readonly ExaminedHook[];
}

/** Looks at the hooks of a place that lead to the address; changes nothing. Fails like GitLabSetup. */
export async function examineHooks(gitlab: GitLabSetup, at: NamedPlace, url: string): Promise<Examination> {
  const { place } = at;
  const known = await groupHooks(gitlab, place);
  if (known !== null) return { onProjects: false, hooks: await examine(gitlab, at, hooksTo(known, url)) };
  if (place.kind !== 'group') throw new RangeError('only groups may be without hooks');
  const hooks: ExaminedHook[] = [];
  for (const project of await projectsOf(gitlab, place.id)) {
    hooks.push(...(await examineProject(gitlab, project, url)));
  }
  return { onProjects: true, hooks };
}

async function examineProject(gitlab: GitLabSetup, at: NamedPlace, url: string): Promise<ExaminedHook[]> {
  try {
    return await examine(gitlab, at, hooksTo(await gitlab.hooks(at.place), url));
  } catch (error) {
    const status = refusalStatus(error);
    if (status !== 403 && status !== 404) throw error;
    return [none(at, 'its webhooks cannot be seen: that takes the role Maintainer')];
  }
}

/** Everything comes twice then, which costs time and hides which of them a fault belongs to. */
const DOUBLE = 'another webhook leads to the same address, so this one is not needed';

async function examine(
  gitlab: GitLabSetup,
  at: NamedPlace,
  hooks: readonly ApiHook[],
): Promise<ExaminedHook[]> {
  if (hooks.length === 0) return [none(at, 'no webhook leads to Tieline')];
  const { kind } = at.place;
  return Promise.all(
    hooks.map(async (hook, index) => {
      const events = await gitlab.hookEvents(at.place, hook.id);
      const failures = (events ?? []).filter(({ response_status: status }) => !/^[23]\d\d$/.test(status));
      return {
        kind,
        path: at.path,
        hookId: hook.id,
        faults: [...(index === 0 ? [] : [DOUBLE]), ...hookFaults(kind, hook)],
        signed: hook.signed,
        failures,
      };
    }),
  );
}

function none({ place: { kind }, path }: NamedPlace, fault: string): ExaminedHook {
  return { kind, path, hookId: null, faults: [fault], signed: null, failures: [] };
}
