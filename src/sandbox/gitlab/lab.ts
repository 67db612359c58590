import type { GitLabState, UserRow } from './state.ts';

/** What `/add_contacts` and its like leave of a text; `onlyCommands` when that is nothing. */
export type QuickActionStripper = (text: string) => { text: string; onlyCommands: boolean };

/** Which hooks an event goes to: those of a project and of the groups above it, of a group and those above, or the system hooks. */
export type HookScope = { kind: 'project' | 'group'; id: number } | { kind: 'system' };

/** Something that happened, with the body that hooks get. */
export interface HookEvent {
  scope: HookScope;
  /** GitLab's name in the delivery log; the `X-Gitlab-Event` header is derived from it. */
  trigger: string;
  /** The hook's flag that must be on; null for events that every hook of the scope gets. */
  flag: string | null;
  payload: object;
  /** `X-Gitlab-Event-UUID` of the request that caused this, so that a hook does not set itself off for ever. */
  chain: string | null;
}

/** The running instance as its parts see it. `changed` marks the state as in need of saving. */
export interface Lab {
  readonly state: GitLabState;
  readonly baseUrl: () => string;
  readonly now: () => Date;
  readonly changed: () => void;
  readonly fire: (event: HookEvent) => void;
  readonly stripQuickActions: QuickActionStripper | null;
}

/** Who does something and where, and the hook chain that their request belongs to. */
export interface Actor {
  readonly lab: Lab;
  readonly user: UserRow;
  readonly chain: string | null;
}
