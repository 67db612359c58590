/** Which hooks hear of an event, and which of them GitLab has disabled. */
import type { HookEvent } from './lab.ts';
import { byId, groupsOf, selfAndAncestors } from './paths.ts';
import type { GitLabState, HookRow } from './state.ts';

const FREE_FAILURES = 3;
const PERMANENT_AFTER = 40;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** `executable`, `temporarily_disabled` or `disabled`, as GitLab's API words it. */
export function alertStatus(state: GitLabState, hook: HookRow, now: Date): string {
  if (!state.switches.autoDisable || hook.kind === 'system') return 'executable';
  if (hook.failures >= PERMANENT_AFTER) return 'disabled';
  const disabled = hook.disabledUntil !== null && Date.parse(hook.disabledUntil) > now.getTime();
  return disabled ? 'temporarily_disabled' : 'executable';
}

/** The hooks that want to hear of the event, disabled ones included. */
export function hooksFor(state: GitLabState, event: HookEvent): HookRow[] {
  const { scope, flag } = event;
  if (scope.kind === 'system') return state.hooks.filter((hook) => hook.kind === 'system');
  const groups =
    scope.kind === 'group'
      ? selfAndAncestors(state, byId(state.groups, scope.id))
      : groupsOf(state, byId(state.projects, scope.id));
  const groupIds = new Set(groups.map((group) => group.id));
  return state.hooks.filter((hook) => {
    if (flag !== null && hook.events[flag] !== true) return false;
    if (hook.kind === 'group') return hook.ownerId !== null && groupIds.has(hook.ownerId);
    return hook.kind === 'project' && scope.kind === 'project' && hook.ownerId === scope.id;
  });
}

/** GitLab 17.11 and later: three failures are free, then 1 minute doubling up to a day, for ever after 40. */
export function countResult(state: GitLabState, hook: HookRow, outcome: { ok: boolean; now: Date }): void {
  if (outcome.ok) {
    hook.failures = 0;
    hook.disabledUntil = null;
    return;
  }
  hook.failures += 1;
  if (hook.kind === 'system' || !state.switches.autoDisable || hook.failures <= FREE_FAILURES) return;
  const pause = Math.min(MINUTE_MS * 2 ** (hook.failures - FREE_FAILURES - 1), DAY_MS);
  hook.disabledUntil = new Date(outcome.now.getTime() + pause).toISOString();
}
