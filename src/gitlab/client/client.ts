import { createRequesterFn } from '@gitbeaker/requester-utils';
import {
  GroupMembers,
  Groups,
  IssueAwardEmojis,
  IssueDiscussions,
  IssueNoteAwardEmojis,
  IssueNotes,
  Issues,
  ProjectMembers,
  Projects,
  Users,
} from '@gitbeaker/rest';
import { z } from 'zod';
import type { Place } from '../../domain/actor.ts';
import type { GitLabUserId } from '../../domain/ids.ts';
import type { GitLabClient } from './contract.ts';
import { type TokenName, translateFailure } from './failure.ts';
import type { GitLabLog } from './log.ts';
import { askNoteEdits } from './note-edits.ts';
import { GitLabRequestError } from './request-error.ts';
import {
  discussionSchema,
  emojiSchema,
  groupSchema,
  issueSchema,
  memberSchema,
  noteSchema,
  projectSchema,
  userSchema,
  writtenNoteSchema,
} from './responses.ts';
import { type CallReport, createTransport } from './transport.ts';

export interface GitLabClientOptions {
  /** The instance's address, with its path when it has one. */
  readonly url: string;
  readonly token: string;
  readonly adminToken?: string | undefined;
  /** For one try; 4 s unless said. */
  readonly timeoutMs?: number | undefined;
  readonly log: GitLabLog;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly onCall?: ((call: CallReport) => void) | undefined;
}

const DEFAULT_TIMEOUT_MS = 4_000;
const PAGE = 100;
const MAX_ROOT_GROUP_PAGES = 20;

/** A client for one instance, on gitbeaker's resources and our own transport. */
export function createGitLabClient(options: GitLabClientOptions): GitLabClient {
  const api = resources(options, options.token);
  const { adminToken } = options;
  const asBot = caller('GITLAB_TOKEN');
  const asAdmin = caller('GITLAB_ADMIN_TOKEN');
  const admin = adminToken ? resources(options, adminToken) : null;
  return {
    currentUser: () => asBot.get(userSchema, () => api.users.showCurrentUser()),
    user: (id) => asBot.find(userSchema, () => api.users.show(Number(id))),
    usersByEmail: async (email) => {
      if (admin === null) return null;
      return asAdmin.get(z.array(userSchema), () =>
        admin.users.all({ search: email, perPage: 20, maxPages: 1 }),
      );
    },
    group: (reference) =>
      asBot.find(groupSchema, () => api.groups.show(String(reference), { withProjects: false })),
    project: (reference) => asBot.find(projectSchema, () => api.projects.show(String(reference))),
    rootGroups: () =>
      asBot.get(z.array(groupSchema), () =>
        api.groups.all({
          topLevelOnly: true,
          minAccessLevel: 10,
          perPage: PAGE,
          maxPages: MAX_ROOT_GROUP_PAGES,
        }),
      ),
    member: (place, user) => asBot.find(memberSchema, () => showMember(api, place, user)),
    issueById: async (id) =>
      admin === null ? null : asAdmin.find(issueSchema, () => admin.issues.show(Number(id))),
    issuesOfGroup: (group, { updatedAfter, page }) =>
      asBot.find(z.array(issueSchema), () =>
        api.issues.all({
          groupId: String(group),
          scope: 'all',
          updatedAfter: updatedAfter.toISOString(),
          orderBy: 'updated_at',
          sort: 'asc',
          perPage: PAGE,
          page,
          maxPages: 1,
        }),
      ),
    wasNoteEdited: askNoteEdits(transportTo(options, 'api/'), options.token),
    ...issueCalls(api, asBot),
  };
}

type Resources = ReturnType<typeof resources>;
type Caller = ReturnType<typeof caller>;
type IssueCalls = Omit<
  GitLabClient,
  | 'currentUser'
  | 'user'
  | 'usersByEmail'
  | 'group'
  | 'project'
  | 'rootGroups'
  | 'member'
  | 'issueById'
  | 'issuesOfGroup'
  | 'wasNoteEdited'
>;

function issueCalls(api: Resources, call: Caller): IssueCalls {
  return {
    issue: ({ project, iid }) =>
      call.find(issueSchema, () => api.issues.show(iid, { projectId: String(project) })),
    note: ({ project, iid }, noteId) =>
      call.find(noteSchema, () => api.notes.show(String(project), iid, Number(noteId))),
    latestNotes: ({ project, iid }, limit) =>
      call.get(z.array(noteSchema), () =>
        api.notes.all(String(project), iid, {
          sort: 'desc',
          orderBy: 'created_at',
          perPage: PAGE,
          maxPages: Math.ceil(limit / PAGE),
        }),
      ),
    discussionOf: async ({ project, iid }, noteId) => {
      const all = () => api.discussions.all(String(project), iid, { perPage: PAGE, maxPages: 10 });
      const found = await call.get(z.array(discussionSchema), all);
      return found.find(({ notes }) => notes.some(({ id }) => id === noteId))?.id ?? null;
    },
    createNote: async ({ project, iid }, { body, internal }) => {
      const make = () => api.notes.create(String(project), iid, body, { internal });
      return (await call.get(writtenNoteSchema, make)).id ?? null;
    },
    replyInDiscussion: async ({ project, iid }, discussionId, { body, internal }) => {
      const extra = { internal } as object;
      const make = () => api.discussions.addNote(String(project), iid, discussionId, body, extra);
      return (await call.get(writtenNoteSchema, make)).id ?? null;
    },
    updateNote: async ({ project, iid }, noteId, body) => {
      await call.get(writtenNoteSchema, () => api.notes.edit(String(project), iid, Number(noteId), { body }));
    },
    awardEmoji: async ({ project, iid }, noteId, name) => {
      await call.get(emojiSchema, () =>
        noteId === null
          ? api.issueEmojis.award(String(project), iid, name)
          : api.noteEmojis.award(String(project), iid, Number(noteId), name),
      );
    },
  };
}

function showMember(api: Resources, place: Place, user: GitLabUserId): Promise<unknown> {
  const all = { includeInherited: true } as const;
  return place.kind === 'group'
    ? api.groupMembers.show(String(place.id), Number(user), all)
    : api.projectMembers.show(String(place.id), Number(user), all);
}

const hostOf = ({ url }: GitLabClientOptions): string => url.replace(/\/+$/, '');

/** Asks nothing outside of `below`. */
function transportTo(options: GitLabClientOptions, below: 'api/' | 'api/v4/') {
  return createTransport({
    base: new URL(`${hostOf(options)}/${below}`),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    onCall: (call) => {
      options.log.debug(call, 'GitLab was asked');
      options.onCall?.(call);
    },
  });
}

function resources(options: GitLabClientOptions, token: string) {
  const transport = transportTo(options, 'api/v4/');
  const shared = {
    host: hostOf(options),
    // Sent as `Authorization: Bearer`, which GitLab takes for personal, project and group tokens too.
    oauthToken: token,
    queryTimeout: null,
    rateLimits: {},
    requesterFn: createRequesterFn((_, request) => Promise.resolve(request), transport),
  };
  return {
    users: new Users(shared),
    groups: new Groups(shared),
    projects: new Projects(shared),
    issues: new Issues(shared),
    notes: new IssueNotes(shared),
    discussions: new IssueDiscussions(shared),
    groupMembers: new GroupMembers(shared),
    projectMembers: new ProjectMembers(shared),
    issueEmojis: new IssueAwardEmojis(shared),
    noteEmojis: new IssueNoteAwardEmojis(shared),
  };
}

/** Runs calls made with one token: checks what they give, and turns their failures into the program's errors. */
function caller(token: TokenName) {
  const get = async <Schema extends z.ZodType>(
    schema: Schema,
    ask: () => Promise<unknown>,
  ): Promise<z.output<Schema>> => {
    try {
      return schema.parse(await ask());
    } catch (error) {
      throw translateFailure(error, token);
    }
  };
  const find = async <Schema extends z.ZodType>(
    schema: Schema,
    ask: () => Promise<unknown>,
  ): Promise<z.output<Schema> | null> => {
    try {
      return await get(schema, ask);
    } catch (error) {
      if (error instanceof GitLabRequestError && error.status === 404) return null;
      throw error;
    }
  };
  return { get, find };
}
