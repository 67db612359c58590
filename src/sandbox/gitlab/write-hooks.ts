import type { Lab } from './lab.ts';
import type { Params } from './params.ts';
import { badRequest } from './refusal.ts';
import { type HookRow, takeId } from './state.ts';

/** GitLab's flags with what they are when nobody says; project and group hooks hear of pushes unless told otherwise. */
const EVENT_DEFAULTS: Readonly<Record<string, boolean>> = {
  push_events: true,
  tag_push_events: false,
  issues_events: false,
  confidential_issues_events: false,
  note_events: false,
  confidential_note_events: false,
  merge_requests_events: false,
  job_events: false,
  pipeline_events: false,
  wiki_page_events: false,
  deployment_events: false,
  feature_flag_events: false,
  releases_events: false,
  emoji_events: false,
  milestone_events: false,
  vulnerability_events: false,
  resource_access_token_events: false,
  subgroup_events: false,
  member_events: false,
  project_events: false,
  repository_update_events: false,
};

const SYSTEM_DEFAULTS: Readonly<Record<string, boolean>> = {
  push_events: false,
  tag_push_events: false,
  merge_requests_events: false,
  repository_update_events: true,
};

/** A hook to add. */
export interface NewHook {
  kind: HookRow['kind'];
  ownerId: number | null;
  url: string;
  token?: string | null | undefined;
  signingToken?: string | null | undefined;
  events?: Record<string, boolean>;
  seeded?: boolean;
}

/** Adds a hook; flags that are not named keep GitLab's defaults. */
export function addHook(lab: Lab, input: NewHook): HookRow {
  const defaults = input.kind === 'system' ? SYSTEM_DEFAULTS : EVENT_DEFAULTS;
  const hook: HookRow = {
    id: takeId(lab.state, 'hook'),
    kind: input.kind,
    ownerId: input.ownerId,
    url: input.url,
    name: null,
    token: input.token ?? null,
    signingToken: input.signingToken ?? null,
    events: { ...defaults, ...input.events },
    sslVerification: true,
    failures: 0,
    disabledUntil: null,
    seeded: input.seeded ?? false,
    createdAt: lab.now().toISOString(),
  };
  lab.state.hooks.push(hook);
  lab.changed();
  return hook;
}

/** Throws GitLab's refusal of an address that is none, or in a local network that it sends nothing to. */
export function assertUrl(lab: Lab, url: string, kind: HookRow['kind']): void {
  if (!/^https?:\/\/\S+$/i.test(url) || !URL.canParse(url)) throw badRequest('Invalid url given');
  const { denyLocalWebhooks = false, allowedAddresses = [] } = lab.state.switches;
  const { hostname } = new URL(url);
  const isLocal = /^(?:localhost|127\.|10\.|192\.168\.|\[::1\])/.test(hostname);
  if (kind === 'system' || !denyLocalWebhooks || !isLocal || allowedAddresses.includes(hostname)) return;
  throw badRequest('Invalid url given');
}

/** Puts a request's parameters on the hook. A signing token is dropped in silence while GitLab does not know them. */
export function applyHookParams(lab: Lab, hook: HookRow, params: Params): void {
  const url = params.text('url');
  if (url !== undefined) {
    assertUrl(lab, url, hook.kind);
    if (url !== hook.url) Object.assign(hook, { failures: 0, disabledUntil: null, token: null });
    hook.url = url;
  }
  if (params.has('token')) hook.token = params.text('token') || null;
  if (params.has('signing_token') && lab.state.switches.acceptSigningTokens) {
    const token = params.text('signing_token') ?? '';
    if (token !== '' && !/^whsec_[A-Za-z0-9+/]{43}=$/.test(token)) {
      throw badRequest({ signing_token: ['is invalid'] });
    }
    hook.signingToken = token === '' ? null : token;
  }
  if (params.has('custom_webhook_template')) {
    const template = params.text('custom_webhook_template') ?? '';
    if (template === '') delete hook.template;
    else hook.template = template;
  }
  hook.name = params.text('name') ?? hook.name;
  hook.sslVerification = params.flag('enable_ssl_verification') ?? hook.sslVerification;
  for (const flag of Object.keys(hook.events)) {
    hook.events[flag] = params.flag(flag) ?? hook.events[flag] ?? false;
  }
  lab.changed();
}

/** Its delivery log stays. */
export function removeHook(lab: Lab, hook: HookRow): void {
  lab.state.hooks = lab.state.hooks.filter((row) => row !== hook);
  lab.changed();
}
