import type { Lab } from './lab.ts';
import { findGroup, findProject } from './paths.ts';
import type { HookRow } from './state.ts';
import { addHook } from './write-hooks.ts';

/** A hook that is there from the start. */
export interface SeedHook {
  url: string;
  /** A group's or project's full path, or `system`; every root group when not given. */
  on?: string;
  token?: string;
  signingToken?: string;
  /** More flags, or fewer, than notes, issues (confidential ones too), members, subgroups and projects. */
  events?: Record<string, boolean>;
}

const USUAL_EVENTS = {
  push_events: false,
  note_events: true,
  confidential_note_events: true,
  issues_events: true,
  confidential_issues_events: true,
  member_events: true,
  subgroup_events: true,
  project_events: true,
};

function owners(lab: Lab, on: string | undefined): Pick<HookRow, 'kind' | 'ownerId'>[] {
  if (on === 'system') return [{ kind: 'system', ownerId: null }];
  if (on === undefined) {
    const roots = lab.state.groups.filter((group) => group.parentId === null);
    return roots.map((group) => ({ kind: 'group', ownerId: group.id }));
  }
  const group = findGroup(lab.state, on);
  if (group !== null) return [{ kind: 'group', ownerId: group.id }];
  const project = findProject(lab.state, on);
  if (project === null) throw new Error(`no group or project ${on} to put a hook on`);
  return [{ kind: 'project', ownerId: project.id }];
}

/**
 * Puts the hooks in place of those that an earlier start planted, whose addresses may be out of date. One on the
 * same owner keeps its id, so that its delivery log goes on.
 */
export function plantHooks(lab: Lab, seeds: readonly SeedHook[]): void {
  const earlier = lab.state.hooks.filter((hook) => hook.seeded);
  lab.state.hooks = lab.state.hooks.filter((hook) => !hook.seeded);
  for (const { url, on, token, signingToken, events } of seeds) {
    for (const owner of owners(lab, on)) {
      const flags = owner.kind === 'system' ? { repository_update_events: false } : USUAL_EVENTS;
      const hook = addHook(lab, {
        ...owner,
        url,
        token,
        signingToken,
        events: { ...flags, ...events },
        seeded: true,
      });
      const same = earlier.findIndex((old) => old.kind === owner.kind && old.ownerId === owner.ownerId);
      if (same >= 0) hook.id = earlier.splice(same, 1)[0]?.id ?? hook.id;
    }
  }
}
