import { z } from 'zod';
import type { Place } from '../../domain/actor.ts';
import type { GitLabUserId, GroupId } from '../../domain/ids.ts';
import { requestErrorBehind } from './request-error.ts';
import {
  type ApiGroup,
  type ApiProject,
  groupSchema,
  memberSchema,
  projectSchema,
  userSchema,
} from './responses.ts';
import { createRest, type Rest, type RestOptions } from './rest.ts';

const selfSchema = userSchema.extend({ is_admin: z.boolean().nullish() });

/** `enterprise` is not told before GitLab 15.6. */
const instanceSchema = z.object({ version: z.string(), enterprise: z.boolean().nullish() });

const tokenSchema = z.object({
  name: z.string(),
  scopes: z.array(z.string()),
  expires_at: z.string().nullish(),
});

/** Older versions lack some of them; what is missing allows what GitLab's default does. */
const outboundRulesSchema = z
  .object({
    allow_local_requests_from_web_hooks_and_services: z.boolean().nullish(),
    allow_local_requests_from_system_hooks: z.boolean().nullish(),
    outbound_local_requests_whitelist: z.array(z.string()).nullish(),
    deny_all_requests_except_allowed: z.boolean().nullish(),
  })
  .transform((settings) => ({
    webhooksMayBeLocal: settings.allow_local_requests_from_web_hooks_and_services ?? false,
    systemHooksMayBeLocal: settings.allow_local_requests_from_system_hooks ?? true,
    /** Names, addresses and ranges that are let through whatever the flags say. */
    allowed: settings.outbound_local_requests_whitelist ?? [],
    deniesOthers: settings.deny_all_requests_except_allowed ?? false,
  }));

const hookSchema = z
  .looseObject({
    id: z.int().positive(),
    url: z.string(),
    alert_status: z.string().nullish(),
    custom_webhook_template: z.string().nullish(),
    signing_token_present: z.boolean().nullish(),
  })
  .transform((hook) => ({
    id: hook.id,
    url: hook.url,
    /** `executable`, `temporarily_disabled` or `disabled`; null where GitLab does not tell. */
    alertStatus: hook.alert_status ?? null,
    /** Whether somebody's own text goes out in place of what happened. */
    hasTemplate: Boolean(hook.custom_webhook_template),
    /** Null on a GitLab that cannot sign. */
    signed: hook.signing_token_present ?? null,
    /** GitLab's flags: `note_events` and so on. */
    events: new Map(
      Object.entries(hook).filter(
        (entry): entry is [string, boolean] => entry[0].endsWith('_events') && typeof entry[1] === 'boolean',
      ),
    ),
  }));

const hookEventSchema = z.object({
  trigger: z.string().nullish(),
  response_status: z.union([z.string(), z.number()]).nullish().transform(String),
  created_at: z.string(),
  request_headers: z.record(z.string(), z.string()).nullish().catch(null).transform(lowerCased),
  request_data: z.unknown(),
});

function lowerCased(headers: Readonly<Record<string, string>> | null | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** A webhook as the API gives it; secrets never are. */
export type ApiHook = z.output<typeof hookSchema>;
export type ApiHookEvent = z.output<typeof hookEventSchema>;
export type ApiSelf = z.output<typeof selfSchema>;
export type ApiToken = z.output<typeof tokenSchema>;
export type ApiInstance = z.output<typeof instanceSchema>;
/** Where GitLab sends requests to, by its own settings. */
export type ApiOutboundRules = z.output<typeof outboundRulesSchema>;
export type ApiMembership = z.output<typeof memberSchema>;

/** Where a webhook is: on a project, on a group, or system-wide. */
export type HookPlace = Place | { readonly kind: 'system' };
/** What goes into a hook: `url`, `token` and flags. */
export type HookFields = Readonly<Record<string, string | boolean>>;

/** The calls that installing and examining take, with one token. Null stands for 404; fails like GitLabClient. */
export interface GitLabSetup {
  readonly tokenName: RestOptions['tokenName'];
  self(): Promise<ApiSelf>;
  /** Null where the kind of token has no such page. */
  ownToken(): Promise<ApiToken | null>;
  instance(): Promise<ApiInstance>;
  /** For an administrator of a self-managed GitLab only. */
  outboundRules(): Promise<ApiOutboundRules>;
  group(path: string): Promise<ApiGroup | null>;
  project(path: string): Promise<ApiProject | null>;
  /** Top-level groups that the token's user is a member of. */
  rootGroups(): Promise<ApiGroup[]>;
  /** All projects of a group and the groups below it, archived ones left out. */
  projectsBelow(group: GroupId): Promise<ApiProject[]>;
  member(group: GroupId, user: GitLabUserId): Promise<ApiMembership | null>;
  hooks(place: HookPlace): Promise<ApiHook[]>;
  addHook(place: HookPlace, fields: HookFields): Promise<ApiHook>;
  editHook(place: HookPlace, id: number, fields: HookFields): Promise<ApiHook>;
  removeHook(place: HookPlace, id: number): Promise<void>;
  /** Has GitLab send an example; rejects when the receiver did not take it or there is nothing to make one of. */
  testHook(place: HookPlace, id: number, trigger: string): Promise<void>;
  /** Deliveries, newest first: a page of 100, or without a page the newest 20; null before GitLab 17.3 and for system hooks. */
  hookEvents(place: HookPlace, id: number, page?: number): Promise<ApiHookEvent[] | null>;
}

/** Makes the calls with one token. */
export function createGitLabSetup(options: RestOptions): GitLabSetup {
  const rest = createRest(options);
  const one = encodeURIComponent;
  return {
    tokenName: options.tokenName,
    self: () => rest.get(selfSchema, 'user'),
    ownToken: () => orNull(rest.get(tokenSchema, 'personal_access_tokens/self')),
    instance: async () =>
      (await orNull(rest.get(instanceSchema, 'metadata'))) ?? rest.get(instanceSchema, 'version'),
    outboundRules: () => rest.get(outboundRulesSchema, 'application/settings'),
    group: (path) => orNull(rest.get(groupSchema, `groups/${one(path)}`, { with_projects: false })),
    project: (path) => orNull(rest.get(projectSchema, `projects/${one(path)}`)),
    rootGroups: () => rest.list(groupSchema, 'groups', { top_level_only: true, min_access_level: 10 }),
    projectsBelow: (group) =>
      rest.list(projectSchema, `groups/${group}/projects`, {
        include_subgroups: true,
        with_shared: false,
        archived: false,
      }),
    member: (group, user) => orNull(rest.get(memberSchema, `groups/${group}/members/all/${user}`)),
    ...hookCalls(rest),
  };
}

type HookCalls = Pick<
  GitLabSetup,
  'hooks' | 'addHook' | 'editHook' | 'removeHook' | 'testHook' | 'hookEvents'
>;

function hookCalls(rest: Rest): HookCalls {
  return {
    hooks: (place) => rest.list(hookSchema, hooksAt(place)),
    addHook: (place, fields) => rest.send(hookSchema, `POST ${hooksAt(place)}`, fields),
    editHook: (place, id, fields) => rest.send(hookSchema, `PUT ${hooksAt(place)}/${id}`, fields),
    removeHook: async (place, id) => {
      await rest.send(z.unknown(), `DELETE ${hooksAt(place)}/${id}`);
    },
    testHook: async (place, id, trigger) => {
      const path = place.kind === 'system' ? `hooks/${id}` : `${hooksAt(place)}/${id}/test/${trigger}`;
      await rest.send(z.unknown(), `POST ${path}`);
    },
    hookEvents: async (place, id, page) =>
      place.kind === 'system'
        ? null
        : orNull(
            rest.get(
              z.array(hookEventSchema),
              `${hooksAt(place)}/${id}/events`,
              page ? { per_page: 100, page } : { per_page: 20 },
            ),
          ),
  };
}

function hooksAt(place: HookPlace): string {
  return place.kind === 'system' ? 'hooks' : `${place.kind}s/${place.id}/hooks`;
}

/** The status GitLab refused with, whatever the failure became; null when it did not answer. */
export function refusalStatus(error: unknown): number | null {
  const refused = requestErrorBehind(error);
  return refused?.failure === 'http' ? refused.status : null;
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (refusalStatus(error) === 404) return null;
    throw error;
  }
}
