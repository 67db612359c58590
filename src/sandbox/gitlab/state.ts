/** Everything that the make-believe GitLab remembers. Plain JSON: what is written out is enough to go on from. */

/** Who may see a group or project without being a member. */
export type Visibility = 'private' | 'internal' | 'public';

/** A person or bot with an account. */
export interface UserRow {
  id: number;
  /** Id of the personal namespace; drawn from the same sequence as group ids, as in GitLab. */
  namespaceId: number;
  username: string;
  name: string;
  email: string;
  admin: boolean;
  bot: boolean;
  state: 'active' | 'blocked';
  createdAt: string;
}

/** A personal access token. */
export interface TokenRow {
  id: number;
  userId: number;
  token: string;
  name: string;
  scopes: string[];
  revoked: boolean;
  createdAt: string;
}

/** A group; its full path follows from its parents. */
export interface GroupRow {
  id: number;
  parentId: number | null;
  path: string;
  name: string;
  description: string;
  visibility: Visibility;
  createdAt: string;
}

/** Exactly one of `groupId` and `ownerId` (a personal project) is set. */
export interface ProjectRow {
  id: number;
  groupId: number | null;
  ownerId: number | null;
  path: string;
  name: string;
  description: string;
  visibility: Visibility;
  nextIid: number;
  createdAt: string;
  updatedAt: string;
}

/** A direct membership. */
export interface MemberRow {
  on: 'group' | 'project';
  onId: number;
  userId: number;
  level: number;
  createdAt: string;
}

/** An issue; `movedToId` is the global id of what it was moved to. */
export interface IssueRow {
  id: number;
  iid: number;
  projectId: number;
  title: string;
  description: string;
  authorId: number;
  assigneeIds: number[];
  labels: string[];
  confidential: boolean;
  state: 'opened' | 'closed';
  createdAt: string;
  updatedAt: string;
  updatedById: number | null;
  closedAt: string | null;
  closedById: number | null;
  movedToId: number | null;
  /** Whom Service Desk made it for; none for what people write. */
  externalAuthor?: string;
}

/** A comment, or with `system` a line that GitLab wrote. */
export interface NoteRow {
  id: number;
  issueId: number;
  discussionId: string;
  type: 'DiscussionNote' | null;
  body: string;
  authorId: number;
  internal: boolean;
  system: boolean;
  createdAt: string;
  updatedAt: string;
  updatedById: number | null;
}

/** A reaction. */
export interface AwardRow {
  id: number;
  on: 'Issue' | 'Note';
  onId: number;
  userId: number;
  name: string;
  createdAt: string;
}

/** A webhook with its record of failures. */
export interface HookRow {
  id: number;
  kind: 'project' | 'group' | 'system';
  /** The project's or group's id; null for a system hook. */
  ownerId: number | null;
  url: string;
  name: string | null;
  token: string | null;
  signingToken: string | null;
  /** GitLab's flags, `note_events` and so on. A missing one is off. */
  events: Record<string, boolean>;
  sslVerification: boolean;
  /** What goes out in place of every body; none where the owner set no template. */
  template?: string;
  failures: number;
  disabledUntil: string | null;
  /** Put there at start and replaced by the next start. */
  seeded: boolean;
  createdAt: string;
}

/** One attempt to deliver, as it went. */
export interface DeliveryRow {
  id: number;
  hookId: number;
  url: string;
  /** As in GitLab's log: `note_hooks`, `confidential_issue_hooks`, … */
  trigger: string;
  idempotencyKey: string;
  requestHeaders: Record<string, string>;
  requestBody: string;
  /** Null when no answer came; `error` then says why. */
  responseStatus: number | null;
  responseBody: string;
  error: string | null;
  durationMs: number;
  createdAt: string;
}

/** A delivery that is due and not in the log yet, so that a crash in between does not lose it. */
export interface PendingRow {
  hookId: number;
  trigger: string;
  body: string;
  chain: string;
  idempotencyKey: string;
}

/** An old full path that still leads to the group or project with this id. */
export interface RedirectRow {
  kind: 'group' | 'project';
  path: string;
  id: number;
}

/** Behaviour that differs between instances. */
export interface Switches {
  /** Cut quick actions that GitLab knows out of new texts, and keep no note that has nothing else. */
  stripQuickActions: boolean;
  /** Disable project and group hooks that keep failing. */
  autoDisable: boolean;
  /** Honour a hook's `signing_token` parameter (GitLab 19); otherwise it is silently ignored. */
  acceptSigningTokens: boolean;
  /** How many comments one person may make by API in such a time; null or missing: as many as they like. */
  noteLimit?: { most: number; perMs: number } | null;
  /** Refuse webhooks into local networks, as a self-managed GitLab does unless it is told otherwise. Missing: let them. */
  denyLocalWebhooks?: boolean;
  /** Addresses that are let through all the same. */
  allowedAddresses?: string[];
  /** Signing token of every hook that has none of its own; null for none. */
  signingToken: string | null;
}

/** What has a sequence of ids of its own. Groups and personal namespaces share one. */
export type IdKind =
  | 'user'
  | 'token'
  | 'namespace'
  | 'project'
  | 'issue'
  | 'note'
  | 'award'
  | 'hook'
  | 'delivery';

/** The whole instance. */
export interface GitLabState {
  version: 1;
  nextId: Record<IdKind, number>;
  users: UserRow[];
  tokens: TokenRow[];
  groups: GroupRow[];
  projects: ProjectRow[];
  members: MemberRow[];
  issues: IssueRow[];
  notes: NoteRow[];
  awards: AwardRow[];
  hooks: HookRow[];
  deliveries: DeliveryRow[];
  pending: PendingRow[];
  redirects: RedirectRow[];
  switches: Switches;
}

/** The next id of its kind. An id is never given twice, whatever is deleted. */
export function takeId(state: GitLabState, kind: IdKind): number {
  const id = state.nextId[kind];
  state.nextId[kind] = id + 1;
  return id;
}
